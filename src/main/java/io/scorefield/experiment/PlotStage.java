package io.scorefield.experiment;

import io.scorefield.data.DataSet;
import io.scorefield.engine.Engine;
import io.scorefield.network.Network;
import io.scorefield.plot.Animation;
import io.scorefield.plot.Figure;
import io.scorefield.plot.Figures;
import io.scorefield.plot.Figures.Curve;
import io.scorefield.plot.Figures.Field;
import io.scorefield.schedule.ContinuousSchedule;
import io.scorefield.schedule.DiscreteSchedule;
import io.scorefield.schedule.NoiseSchedule;
import io.scorefield.schedule.VariancePreserving;
import io.scorefield.watch.Watch;
import java.io.IOException;
import java.math.BigDecimal;
import java.math.MathContext;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.function.DoubleUnaryOperator;
import java.util.stream.IntStream;

/// Draws the pictures of a run into its plots folder.
public final class PlotStage {
  private static final int FRAMES = 60;
  private static final int ANIMATED = 1000;
  private static final int TRAJECTORIES = 12;
  private static final int ARROWS = 21;

  private final Engine engine;
  private final Model model;
  private final DataSet data;
  private final Network network;
  private final RunFolder folder;

  public PlotStage(
      Engine engine, Model model, DataSet data, Network network, RunFolder folder) {
    this.engine = engine;
    this.model = model;
    this.data = data;
    this.network = network;
    this.folder = folder;
  }

  /// Draws all pictures that apply: those of the plane only for data in the plane.
  public void run(Reporter reporter) throws IOException {
    Files.createDirectories(folder.plots());
    schedule().write(folder.plots(), "schedule");
    if (Files.exists(folder.metrics())) {
      List<LossHistory.Row> rows = LossHistory.read(folder.metrics(), Long.MAX_VALUE).rows();
      double[] losses =
          rows.stream().mapToDouble(row -> row.dataLoss() + row.physicsLoss()).toArray();
      if (losses.length > 1) {
        List<LossHistory.Row> judged = rows.stream().filter(row -> row.heldOut() > 0).toList();
        Curve heldOut =
            new Curve(
                "points held out",
                judged.stream().mapToDouble(LossHistory.Row::step).toArray(),
                judged.stream().mapToDouble(LossHistory.Row::heldOut).toArray());
        Figures.loss(losses, rows.getFirst().step(), heldOut).write(folder.plots(), "loss");
      }
    }
    FieldPlots fields = new FieldPlots(model, data);
    if (fields.apply()) {
      fields.write(folder.plots(), samples());
      return;
    }
    if (data.dimension() != 2) {
      reporter.line("the data are not in the plane: no pictures of samples");
      return;
    }
    forward().write(folder.plots(), "forward-process");
    List<Map.Entry<String, float[]>> samples = samples();
    if (samples.isEmpty()) {
      reporter.line("there are no samples yet: no picture of them");
    } else {
      Figures.samples(data.points(), samples, model.axes()).write(folder.plots(), "samples");
    }
    scoreField().write(folder.plots(), "score-field");
    reverse();
  }

  private Figure schedule() {
    NoiseSchedule schedule = model.diffuser().schedule();
    return switch (schedule) {
      case DiscreteSchedule discrete -> {
        double[] t = IntStream.rangeClosed(1, discrete.steps()).mapToDouble(i -> i).toArray();
        yield Figures.schedule(
            List.of(
                curve("alpha_t = 1 - beta_t", t, s -> 1 - discrete.beta((int) s)),
                curve("alphaBar_t", t, s -> discrete.alphaBar((int) s)),
                curve("beta_t", t, s -> discrete.beta((int) s))),
            "t");
      }
      case ContinuousSchedule continuous -> {
        double[] t = IntStream.rangeClosed(0, 400).mapToDouble(i -> i / 400.0).toArray();
        Curve noise =
            continuous instanceof VariancePreserving vp
                ? curve("beta(t)", t, vp::beta)
                : curve("g(t)^2", t, continuous::diffusionSquared);
        yield Figures.schedule(
            List.of(
                curve("alpha(t)", t, continuous::alpha),
                curve("sigma(t)", t, continuous::sigma),
                noise),
            "t");
      }
    };
  }

  private static Curve curve(String name, double[] t, DoubleUnaryOperator value) {
    return new Curve(name, t, Arrays.stream(t).map(value).toArray());
  }

  /// Noise levels at the given shares of the way from no noise to all noise.
  private double[] levels(double... shares) {
    NoiseSchedule schedule = model.diffuser().schedule();
    return Arrays.stream(shares)
        .map(
            share ->
                schedule instanceof DiscreteSchedule
                    ? Math.max(share == 0 ? 0 : 1, Math.rint(share * schedule.end()))
                    : share == 0 ? 0 : Math.max(schedule.start(), share * schedule.end()))
        .toArray();
  }

  private String title(double t) {
    return "t = " + new BigDecimal(t).round(new MathContext(3)).stripTrailingZeros().toPlainString();
  }

  /// What pictures of states are headed with where states are not in data units.
  private String units() {
    return model.config().data().standardize() ? " (standardised)" : "";
  }

  private Figure forward() {
    float[] points =
        data.source().isPresent()
            ? data.source().get().draw(model.config().seed(), Math.min(2000, data.size()))
            : Arrays.copyOf(data.points(), 2 * Math.min(2000, data.size()));
    List<Map.Entry<String, float[]>> panels = new ArrayList<>();
    for (double t : levels(0, 0.1, 0.2, 0.5, 1)) {
      float[] noised =
          model.diffuser().forward(engine, points, t, model.config().seed());
      panels.add(Map.entry(title(t) + units(), noised));
    }
    return Figures.forward(panels, model.stateAxes());
  }

  /// The samples of every method that has been sampled.
  private List<Map.Entry<String, float[]>> samples() throws IOException {
    List<Map.Entry<String, float[]>> panels = new ArrayList<>();
    SampleStage stage = new SampleStage(engine, model, network, Reporter.silent());
    for (String method : stage.methods().keySet()) {
      Path file = folder.samples(method);
      if (Files.exists(file)) {
        panels.add(Map.entry(method, SampleFile.read(file, model)));
      }
    }
    return panels;
  }

  /// The network's score at three noise levels over the density of the noised data.
  private Figure scoreField() {
    float[] states = model.diffuser().scaling().toState(data.points());
    double[] bounds = Figures.bounds(states);
    double half = 0.65 * Math.max(bounds[1] - bounds[0], bounds[3] - bounds[2]);
    double minX = (bounds[0] + bounds[1]) / 2 - half;
    double maxX = minX + 2 * half;
    double minY = (bounds[2] + bounds[3]) / 2 - half;
    double maxY = minY + 2 * half;
    float[] grid = new float[2 * ARROWS * ARROWS];
    for (int i = 0; i < ARROWS * ARROWS; i++) {
      grid[2 * i] = (float) (minX + (i % ARROWS + 0.5) / ARROWS * (maxX - minX));
      grid[2 * i + 1] = (float) (minY + (i / ARROWS + 0.5) / ARROWS * (maxY - minY));
    }
    List<Field> fields = new ArrayList<>();
    Watch watch = Watch.current();
    for (double t : levels(0.5, 0.2, 0.05)) {
      double alpha = model.diffuser().schedule().alpha(t);
      double sigma = model.diffuser().schedule().sigma(t);
      float[] score = model.diffuser().score(engine, network, grid, t);
      int n = Math.min(1000, states.length / 2);
      fields.add(
          new Field(
              "score at " + title(t) + units(),
              (x, y) -> {
                watch.check();
                return noisedDensity(states, n, alpha, sigma, x, y);
              },
              grid,
              score));
    }
    return Figures.scoreFields(fields, minX, maxX, minY, maxY, model.stateAxes());
  }

  /// The density of alpha x_0 + sigma eps for x_0 uniform on the first n points, up to a factor.
  private static double noisedDensity(
      float[] points, int n, double alpha, double sigma, double x, double y) {
    double sum = 0;
    for (int i = 0; i < n; i++) {
      double dx = x - alpha * points[2 * i];
      double dy = y - alpha * points[2 * i + 1];
      sum += Math.exp(-(dx * dx + dy * dy) / (2 * sigma * sigma));
    }
    return sum;
  }

  /// Trajectories of a few samples, and the animation of many.
  private void reverse() throws IOException {
    SampleStage stage = new SampleStage(engine, model, network, Reporter.silent());
    SampleStage.Course course = stage.course(ANIMATED, FRAMES);
    Figures.trajectories(data.points(), course.states(), TRAJECTORIES, model.axes())
        .write(folder.plots(), "trajectories");
    float[] last = course.states().getLast();
    double[] shown = Figures.bounds(data.points(), last, first(course.states().getFirst(), 100));
    List<Figure> frames = new ArrayList<>();
    List<Integer> hundredths = new ArrayList<>();
    for (int i = 0; i < course.states().size(); i++) {
      boolean end = i == course.states().size() - 1;
      frames.add(
          Figures.frame(
              data.points(), course.states().get(i),
              "reverse process, " + title(course.times().get(i)),
              shown[0], shown[1], shown[2], shown[3], model.axes()));
      hundredths.add(end ? 200 : 7);
    }
    Animation.write(folder.plots().resolve("reverse-process.gif"), frames, hundredths);
  }

  private static float[] first(float[] points, int count) {
    return Arrays.copyOf(points, Math.min(points.length, 2 * count));
  }
}
