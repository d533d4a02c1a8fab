package io.scorefield.experiment;

import io.scorefield.data.DataSet;
import io.scorefield.diffusion.Diffuser;
import io.scorefield.diffusion.Parameterization;
import io.scorefield.engine.Engine;
import io.scorefield.io.AtomicFile;
import io.scorefield.network.Network;
import io.scorefield.physics.Law;
import io.scorefield.plot.Figures;
import io.scorefield.schedule.DiscreteSchedule;
import io.scorefield.schedule.NoiseSchedule;
import java.io.IOException;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.ToDoubleFunction;

/// How well a network does at every noise level: the error of x0hat, and the residual of the laws at x0hat.
final class NoiseLevels {
  private static final int LEVELS = 25;
  private static final int POINTS = 1000;

  private final Engine engine;
  private final Model model;
  private final DataSet data;

  NoiseLevels(Engine engine, Model model, DataSet data) {
    this.engine = engine;
    this.model = model;
    this.data = data;
  }

  /// @param error root mean square of x0hat - x_0, in units of the state
  /// @param residual mean |r| of all laws at x0hat; not a number without laws
  private record Row(double time, double error, double residual) {}

  /// Writes levels.csv, and levels.png to the folder of plots.
  void write(Network network, RunFolder folder) throws IOException {
    List<Row> rows = rows(network);
    StringBuilder text = new StringBuilder("noise-level,x0hat-error,residual\n");
    for (Row row : rows) {
      text.append(
          String.format(Locale.ROOT, "%.6g,%.6g,%.6g%n", row.time(), row.error(), row.residual()));
    }
    AtomicFile.writeString(folder.levels(), text.toString());
    List<Figures.Curve> panels = new ArrayList<>();
    curve("error of x0hat (root mean square)", rows, Row::error).ifPresent(panels::add);
    curve("residual of the laws at x0hat", rows, Row::residual).ifPresent(panels::add);
    if (!panels.isEmpty()) {
      Files.createDirectories(folder.plots());
      Figures.levels(panels).write(folder.plots(), "levels");
    }
  }

  /// The points that are finite, if there are two.
  private static Optional<Figures.Curve> curve(
      String name, List<Row> rows, ToDoubleFunction<Row> value) {
    List<Row> finite =
        rows.stream().filter(row -> Double.isFinite(value.applyAsDouble(row))).toList();
    return finite.size() < 2
        ? Optional.empty()
        : Optional.of(
            new Figures.Curve(
                name, finite.stream().mapToDouble(Row::time).toArray(),
                finite.stream().mapToDouble(value).toArray()));
  }

  private List<Row> rows(Network network) {
    Diffuser diffuser = model.diffuser();
    NoiseSchedule schedule = diffuser.schedule();
    int dimension = data.dimension();
    int n = Math.min(POINTS, data.size());
    float[] points = Arrays.copyOf(data.points(), n * dimension);
    float[] states = diffuser.scaling().toState(points);
    List<Law> laws =
        model.constraint().map(all -> all.laws().stream().filter(law -> !law.isObjective()).toList())
            .orElse(List.of());
    EvaluateStage stage = new EvaluateStage(model, data);
    List<Row> rows = new ArrayList<>();
    double before = Double.NaN;
    for (int i = 0; i < LEVELS; i++) {
      double share = (double) i / (LEVELS - 1);
      double t = schedule.start() + share * (schedule.end() - schedule.start());
      t = schedule instanceof DiscreteSchedule ? Math.max(1, Math.rint(t)) : t;
      if (t == before) {
        continue;
      }
      before = t;
      double alpha = schedule.alpha(t);
      double sigma = schedule.sigma(t);
      Parameterization.Coefficients c = diffuser.parameterization().at(alpha, sigma);
      float[] noisy = diffuser.forward(engine, points, t, model.config().seed());
      float[] input = new float[noisy.length];
      for (int j = 0; j < input.length; j++) {
        input[j] = (float) schedule.inputScale(t) * noisy[j];
      }
      float[] output = new float[noisy.length];
      engine.evaluate(network, input, diffuser.embedding().features(t), output);
      double squares = 0;
      for (int j = 0; j < output.length; j++) {
        output[j] = (float) (c.x0FromX() * noisy[j] + c.x0FromOutput() * output[j]);
        squares += Math.pow(output[j] - states[j], 2);
      }
      diffuser.scaling().toData(output, n);
      double residual = 0;
      int residuals = laws.stream().mapToInt(law -> law.tape().residuals()).sum();
      for (Law law : laws) {
        residual +=
            Arrays.stream(stage.residuals(law, output)).average().orElseThrow()
                * law.tape().residuals() / residuals;
      }
      rows.add(
          new Row(t, Math.sqrt(squares / output.length), laws.isEmpty() ? Double.NaN : residual));
    }
    return rows;
  }
}
