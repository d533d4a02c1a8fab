package io.scorefield.experiment;

import io.scorefield.experiment.model.Model;
import io.scorefield.matter.Structures;
import io.scorefield.watch.Reporter;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;

/// Files of sampled molecules and crystals that other programs open, beside the numbers.
final class StructureFiles {
  /// As many as a viewer still opens.
  private static final int MOST = 10_000;

  private StructureFiles() {}

  /// Writes the first structures beside a file of samples, under its name.
  ///
  /// @param samples [n, D] in data units
  static void write(Model model, Path file, float[] samples, Reporter reporter) throws IOException {
    Optional<Structures> of = model.config().data().structures(model.components());
    if (of.isEmpty()) {
      return;
    }
    String name = file.getFileName().toString().replaceAll("\\.[^.]*$", "");
    for (String ending : of.get().endings()) {
      of.get().write(file.resolveSibling(name + ending), samples, MOST);
    }
    reporter.line(
        "structures of " + Math.min(MOST, samples.length / model.dimension()) + " samples: "
            + String.join(", ", of.get().endings().stream().map(ending -> name + ending).toList()));
  }
}
