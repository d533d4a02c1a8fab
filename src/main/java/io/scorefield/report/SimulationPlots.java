package io.scorefield.report;

import io.scorefield.engine.Boundary;
import io.scorefield.physics.Law;
import io.scorefield.plot.Axes;
import io.scorefield.plot.SimulationFigures;
import io.scorefield.plot.SimulationFigures.Band;
import io.scorefield.simulation.Average;
import io.scorefield.simulation.Observation;
import io.scorefield.simulation.exact.Boltzmann;
import io.scorefield.simulation.exact.Canonical;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.Function;
import java.util.function.ToDoubleFunction;

/// The pictures of a simulation: its walkers at the end, and its course.
record SimulationPlots(
    List<String> components, List<Observation> observations, List<Law> laws, SimulationPicture picture) {
  private static final double[] NONE = {};

  void write(Path folder) throws IOException {
    float[] shown = shown();
    if (components.size() == 1 && shown.length > 0) {
      SimulationFigures.histogram("Walkers at the end", shown, limits(0), picture.line(), components.getFirst())
          .write(folder, "walkers");
    } else if (components.size() == 2 && shown.length > 0) {
      SimulationFigures.cloud(
              shown, limits(0), limits(1), picture.canonical().map(this::shade), new Axes(components.get(0), components.get(1)))
          .write(folder, "walkers");
    }
    if (picture.passageTimes().length > 0) {
      float[] times = new float[picture.passageTimes().length];
      for (int i = 0; i < times.length; i++) {
        times[i] = (float) picture.passageTimes()[i];
      }
      SimulationFigures.histogram("When walkers were absorbed", times, new double[0], new double[2][0], "time")
          .write(folder, "passage-times");
    }
    SimulationFigures.course(bands()).write(folder, "course");
  }

  /// The walkers that are left.
  private float[] shown() {
    int dimension = components.size();
    float[] shown = new float[picture.states().length];
    int count = 0;
    for (int i = 0; i < picture.alive().length; i++) {
      if (picture.alive()[i]) {
        System.arraycopy(picture.states(), i * dimension, shown, count++ * dimension, dimension);
      }
    }
    return Arrays.copyOf(shown, count * dimension);
  }

  /// The ends of a component, where it has two.
  private double[] limits(int component) {
    var at = picture.intervals().get(component);
    boolean closed = at.boundary().lower() != Boundary.Side.OPEN && at.boundary().upper() != Boundary.Side.OPEN;
    return closed ? new double[] {at.lowest(), at.highest()} : new double[0];
  }

  /// The exact density in the plane, up to a factor.
  private SimulationFigures.Shade shade(Canonical grid) {
    double[] shares = grid.at(picture.temperature()).shares();
    int modes = shares.length / (grid.cells()[0] * grid.cells()[1]);
    return (x, y) -> {
      int row = (int) Math.floor((x - grid.lowest()[0]) / (grid.highest()[0] - grid.lowest()[0]) * grid.cells()[0]);
      int column = (int) Math.floor((y - grid.lowest()[1]) / (grid.highest()[1] - grid.lowest()[1]) * grid.cells()[1]);
      boolean inside = row >= 0 && row < grid.cells()[0] && column >= 0 && column < grid.cells()[1];
      double share = 0;
      for (int k = 0; inside && k < modes; k++) {
        share += shares[(row * grid.cells()[1] + column) * modes + k];
      }
      return share;
    };
  }

  private List<Band> bands() {
    List<Band> bands = new ArrayList<>();
    double[] time = column(Observation::time);
    boolean absorbs = picture.passageTimes().length > 0;
    if (!absorbs) {
      bands.add(band("energy <U>", time, Observation::energy, Boltzmann::energy));
    }
    if (!absorbs && observations.stream().anyMatch(row -> !Double.isNaN(row.entropy().mean()))) {
      bands.add(band("free energy <U> - T S", time, Observation::freeEnergy, Boltzmann::freeEnergy));
    }
    if (observations.getFirst().temperature() != observations.getLast().temperature()) {
      bands.add(new Band("temperature T", time, column(Observation::temperature), new double[time.length], NONE));
    }
    if (absorbs) {
      bands.add(
          new Band(
              "walkers not absorbed", time, column(row -> (double) row.alive() / picture.alive().length),
              new double[time.length], NONE));
    }
    if (observations.stream().anyMatch(row -> !Double.isNaN(row.production().mean()))) {
      bands.add(band("entropy production", time, Observation::production, known -> Double.NaN));
    }
    for (int j = 0; j < laws.size(); j++) {
      int law = j;
      bands.add(band("|r| of " + laws.get(j).name(), time, row -> row.residuals().get(law), known -> Double.NaN));
    }
    return bands;
  }

  private double[] column(ToDoubleFunction<Observation> value) {
    return observations.stream().mapToDouble(value).toArray();
  }

  /// @param exact of Boltzmann's distribution at the temperature of a moment
  private Band band(
      String title, double[] time, Function<Observation, Average> average, ToDoubleFunction<Boltzmann> exact) {
    double[] known =
        picture
            .canonical()
            .map(grid -> column(row -> exact.applyAsDouble(grid.at(row.temperature()))))
            .filter(values -> Arrays.stream(values).allMatch(Double::isFinite))
            .orElse(NONE);
    return new Band(
        title, time, column(row -> average.apply(row).mean()), column(row -> average.apply(row).error()), known);
  }
}
