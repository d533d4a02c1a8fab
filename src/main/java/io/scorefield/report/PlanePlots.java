package io.scorefield.report;

import io.scorefield.data.DataSet;
import io.scorefield.diffusion.Course;
import io.scorefield.diffusion.Guidance;
import io.scorefield.engine.Engine;
import io.scorefield.engine.StepProgram;
import io.scorefield.experiment.model.Model;
import io.scorefield.network.Network;
import io.scorefield.plot.Animation;
import io.scorefield.plot.Figure;
import io.scorefield.plot.Figures.Field;
import io.scorefield.plot.Figures;
import io.scorefield.schedule.DiscreteSchedule;
import io.scorefield.schedule.NoiseSchedule;
import io.scorefield.watch.Reporter;
import io.scorefield.watch.Watch;
import java.io.IOException;
import java.math.BigDecimal;
import java.math.MathContext;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// The pictures of a run whose data are in the plane: forward process, samples, score, reverse process.
final class PlanePlots {
  private static final int FRAMES = 60;
  private static final int ANIMATED = 1000;
  private static final int TRAJECTORIES = 12;
  private static final int ARROWS = 21;

  private final Engine engine;
  private final Model model;
  private final DataSet data;
  private final Network network;
  private final Path folder;

  PlanePlots(Engine engine, Model model, DataSet data, Network network, Path folder) {
    this.engine = engine;
    this.model = model;
    this.data = data;
    this.network = network;
    this.folder = folder;
  }

  /// Draws all of them.
  ///
  /// @param samples of every method, [n, 2] less the data's origin
  void write(List<Map.Entry<String, float[]>> samples, Reporter reporter) throws IOException {
    forward().write(folder, "forward-process");
    if (samples.isEmpty()) {
      reporter.line("there are no samples yet: no picture of them");
    } else {
      Figures.samples(data.points(), samples, model.axes()).write(folder, "samples");
    }
    if (model.diffuser().start().isEmpty()) {
      // A flow that does not begin with noise has no score, and no known density.
      scoreField().write(folder, "score-field");
      Optional<Figure> density = new DensityPlot(engine, model, data, network).figure(reporter);
      if (density.isPresent()) {
        density.get().write(folder, "density");
      }
    }
    reverse();
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
    StepProgram program =
        model.diffuser().program(model.config().sampler().sampler(), new Guidance.None());
    Course course =
        Course.of(model.diffuser(), engine, network, program, model.config().seed(), ANIMATED, FRAMES);
    Figures.trajectories(data.points(), course.states(), TRAJECTORIES, model.axes())
        .write(folder, "trajectories");
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
    Animation.write(folder.resolve("reverse-process.gif"), frames, hundredths);
  }

  private static float[] first(float[] points, int count) {
    return Arrays.copyOf(points, Math.min(points.length, 2 * count));
  }
}
