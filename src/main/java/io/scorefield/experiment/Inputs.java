package io.scorefield.experiment;

import io.scorefield.data.DataSet;
import io.scorefield.data.Scaling;
import io.scorefield.experiment.model.Model;
import io.scorefield.experiment.settings.DataConfig;
import io.scorefield.experiment.settings.ExperimentConfig;
import io.scorefield.experiment.settings.ExperimentSource;
import io.scorefield.io.Rounded;
import io.scorefield.physics.Tape;
import io.scorefield.physics.TapeOperation;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.DoubleStream;
import java.util.stream.IntStream;

/// What a run needs, read and checked before anything is trained: the data, the laws with their files, and the files of
/// an inverse problem.
record Inputs(DataSet data, Model model) {
  /// Beyond this, samples can leave float32.
  private static final double LARGE = 1e37;

  /// Reads everything.
  ///
  /// @throws IOException when a file is missing or damaged, or does not fit the data
  static Inputs of(ExperimentConfig config) throws IOException {
    return of(config, config.data().load(config.seed()), Optional.empty());
  }

  /// The same for data that have been read.
  ///
  /// @param given the scaling of another run, where it is kept
  static Inputs of(ExperimentConfig config, DataSet data, Optional<Scaling> given) throws IOException {
    Model model = Model.of(config, data, given);
    if (config.inverse().present()) {
      InverseProblem.of(model);
    }
    return new Inputs(data, model);
  }

  /// Reads and checks the files of an experiment that will be run later. Of data that are drawn a few points will do.
  static void check(ExperimentSource source) throws IOException {
    ExperimentConfig config = source.bind();
    boolean file = config.data() instanceof DataConfig.File;
    of(file ? config : source.with("data.points", "16", "data.points").bind());
  }

  /// Lines for the user about the data.
  ///
  /// @param engine the name of the engine that will be used
  List<String> lines(String engine) {
    List<String> lines = new ArrayList<>(data.notes());
    String constants = model.constants();
    if (!constants.isEmpty()) {
      lines.add(constants);
    }
    double[] origin = data.origin();
    List<String> labels = model.labels();
    List<String> moved =
        IntStream.range(0, origin.length)
            .filter(d -> origin[d] != 0 && !model.scaling().isConstant(d))
            .mapToObj(labels::get)
            .toList();
    if (!moved.isEmpty()) {
      lines.add(
          "float32 cannot hold the digits of the data: trained on " + some(moved)
              + "; samples are written in float64");
    }
    double coarse = moved.isEmpty() ? 0 : coarseness();
    if (coarse > 0 && !engine.equals("reference")) {
      lines.add(
          "warning: the engine " + engine + " computes laws that are not linear in " + some(moved) + " only to "
              + Rounded.number(coarse) + " there (float32); --engine reference is exact");
    }
    double largest = 0;
    for (int i = 0; i < data.points().length; i++) {
      largest = Math.max(largest, Math.abs(origin[i % origin.length] + data.points()[i]));
    }
    if (largest > LARGE) {
      lines.add(
          "warning: the data reach " + largest + ", and float32 ends at 3.4e38: samples beyond it cannot be written; "
              + "write the data in other units");
    }
    return lines;
  }

  /// How far float32 is off in laws that need the data with their origin; 0 where none does.
  private double coarseness() {
    if (model.constraint().isEmpty()) {
      return 0;
    }
    double[] origin = data.origin();
    Tape plain = model.constraint().get().tape();
    Tape moved = plain.withOrigin(origin);
    double largest =
        DoubleStream.concat(
                moved.rows().stream()
                    .filter(row -> row.operation() == TapeOperation.CONSTANT)
                    .mapToDouble(Tape.Row::immediate),
                Arrays.stream(moved.numbers()).skip(plain.numbers().length))
            .map(Math::abs)
            .max()
            .orElse(0);
    double nearest = Arrays.stream(origin).map(Math::abs).filter(o -> o > 0).min().orElse(0);
    return largest >= 0.1 * nearest ? largest * 0x1p-24 : 0;
  }

  private static String some(List<String> names) {
    int shown = Math.min(6, names.size());
    return String.join(", ", names.subList(0, shown)) + (shown < names.size() ? ", ..." : "");
  }
}
