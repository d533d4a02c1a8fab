package io.scorefield.report;

import io.scorefield.data.DataSet;
import io.scorefield.data.Distribution.LogDensity;
import io.scorefield.data.Distribution;
import io.scorefield.diffusion.FlowDensity;
import io.scorefield.diffusion.ProbabilityFlow;
import io.scorefield.engine.Engine;
import io.scorefield.engine.EngineException;
import io.scorefield.experiment.model.Model;
import io.scorefield.network.Network;
import io.scorefield.plot.Figure;
import io.scorefield.plot.Figures;
import io.scorefield.watch.Reporter;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/// The density of a model in the plane, by its probability flow on a grid, beside the true one; beside the data where that is
/// not known.
final class DensityPlot {
  /// Steps of the flow: enough for the eye.
  private static final int STEPS = 30;

  private final Engine engine;
  private final Model model;
  private final DataSet data;
  private final Network network;

  /// @param data without conditions; those of the conditions that samples are asked for under
  DensityPlot(Engine engine, Model model, DataSet data, Network network) {
    this.engine = engine;
    this.model = model;
    this.data = data;
    this.network = network;
  }

  /// The picture; empty, with a line why, where the model has no density or the engine cannot compute it.
  Optional<Figure> figure(Reporter reporter) {
    int wanted = model.config().evaluate().densityGrid();
    if (wanted == 0) {
      return Optional.empty();
    }
    // The reference engine is slow: fewer points, as of samples.
    int side = engine.info().name().equals("reference") ? Math.max(2, wanted / 2) : wanted;
    Figures.Density learned;
    try {
      learned = learned(side);
    } catch (IllegalArgumentException | EngineException e) {
      reporter.line("no picture of the model's density: " + e.getMessage());
      return Optional.empty();
    }
    List<Figures.Shade> shades = new ArrayList<>();
    shades.add(new Figures.Shade("density of the model", learned, new float[0]));
    Optional<LogDensity> truth = data.source().flatMap(Distribution::logDensity);
    shades.add(
        truth.isPresent()
            ? new Figures.Shade(
                "true density", (x, y) -> Math.exp(truth.get().at(new double[] {x, y})), new float[0])
            : new Figures.Shade("density of the model, and data", learned, data.points()));
    return Optional.of(Figures.densities(shades, data.points(), model.axes()));
  }

  /// Points of the plane with the conditions that samples are asked for under.
  private float[] told(float[] plane) {
    int conditions = model.told().components();
    if (conditions == 0) {
      return plane;
    }
    double[][] all = new double[plane.length / 2][];
    double[] origin = model.diffuser().scaling().origin();
    double[] same = new double[conditions];
    Arrays.setAll(same, c -> model.diffuser().conditions().get(c) - origin[2 + c]);
    Arrays.fill(all, same);
    return model.told().behind(plane, all);
  }

  /// The density at the points of a grid, linear between them and 0 outside.
  private Figures.Density learned(int side) {
    FlowDensity density =
        new FlowDensity(
            model.diffuser(), new ProbabilityFlow(ProbabilityFlow.Scheme.RUNGE_KUTTA, STEPS, 0));
    double[] bounds = Figures.bounds(data.points());
    double half = 0.7 * Math.max(bounds[1] - bounds[0], bounds[3] - bounds[2]);
    double left = (bounds[0] + bounds[1]) / 2 - half;
    double low = (bounds[2] + bounds[3]) / 2 - half;
    double cell = 2 * half / (side - 1);
    float[] grid = new float[2 * side * side];
    for (int i = 0; i < side * side; i++) {
      grid[2 * i] = (float) (left + i % side * cell);
      grid[2 * i + 1] = (float) (low + i / side * cell);
    }
    double[] logs = density.of(engine, network, told(grid), model.config().seed());
    return (x, y) -> {
      double u = (x - left) / cell;
      double v = (y - low) / cell;
      int column = (int) Math.floor(u);
      int row = (int) Math.floor(v);
      if (column < 0 || row < 0 || column + 1 >= side || row + 1 >= side) {
        return 0;
      }
      double across = u - column;
      double up = v - row;
      int at = row * side + column;
      return (1 - up) * ((1 - across) * Math.exp(logs[at]) + across * Math.exp(logs[at + 1]))
          + up * ((1 - across) * Math.exp(logs[at + side]) + across * Math.exp(logs[at + side + 1]));
    };
  }
}
