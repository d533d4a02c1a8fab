package io.scorefield.report;

import io.scorefield.io.AtomicFile;
import io.scorefield.physics.Law;
import io.scorefield.simulation.Average;
import io.scorefield.simulation.Observation;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

/// observables.csv: a line a snapshot. An empty cell has no value.
final class ObservationTable {
  private ObservationTable() {}

  static void write(Path file, List<Observation> observations, List<Law> laws) throws IOException {
    StringBuilder text =
        new StringBuilder(
            "step,time,temperature,walkers,energy,energy-error,virial-temperature,virial-temperature-error,"
                + "entropy,entropy-error,free-energy,free-energy-error,entropy-production,entropy-production-error");
    for (Law law : laws) {
      String name = "law " + law.name().replace("\"", "\"\"");
      text.append(",\"").append(name).append("\",\"").append(name).append(" error\"");
    }
    text.append('\n');
    for (Observation row : observations) {
      text.append(row.step()).append(',').append((float) row.time()).append(',').append((float) row.temperature());
      text.append(',').append(row.alive());
      for (Average average : List.of(row.energy(), row.virial(), row.entropy(), row.freeEnergy(), row.production())) {
        cells(text, average);
      }
      row.residuals().forEach(average -> cells(text, average));
      text.append('\n');
    }
    AtomicFile.writeString(file, text.toString());
  }

  private static void cells(StringBuilder text, Average average) {
    for (double value : new double[] {average.mean(), average.error()}) {
      text.append(',').append(Double.isNaN(value) ? "" : String.valueOf((float) value));
    }
  }
}
