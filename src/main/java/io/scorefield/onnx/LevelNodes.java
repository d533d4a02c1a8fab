package io.scorefield.onnx;

import io.scorefield.diffusion.Diffuser;
import io.scorefield.diffusion.Parameterization;
import io.scorefield.network.TimeEmbedding;
import io.scorefield.schedule.ContinuousSchedule;
import io.scorefield.schedule.DiscreteSchedule;
import io.scorefield.schedule.KarrasSchedule;
import io.scorefield.schedule.VarianceExploding;
import java.util.Arrays;
import java.util.List;

/// Writes what a network is told of a noise level, and what its output stands for there. Of a schedule in steps that is a table,
/// of one in continuous time formulas.
final class LevelNodes {
  /// @param features [N, E]
  /// @param inputScale of x on its way into the network, [N, 1]; so are the others
  /// @param x0 what x_0 is made of
  /// @param eps what eps is made of
  record Level(String features, String inputScale, String alpha, String sigma, Sum x0, Sum eps) {}

  /// fromX x + fromOutput o, each [N, 1].
  record Sum(String fromX, String fromOutput) {}

  private final OnnxGraph graph;
  private final Diffuser diffuser;

  LevelNodes(OnnxGraph graph, Diffuser diffuser) {
    this.graph = graph;
    this.diffuser = diffuser;
  }

  /// Declares the input `t`.
  Level declared() {
    return switch (diffuser.schedule()) {
      case DiscreteSchedule steps -> {
        String meaning = "noise level: a whole number from 1 (least noise) to " + steps.steps();
        graph.input("t", ElementType.INT64, meaning, OnnxGraph.SAMPLES);
        yield table(steps);
      }
      case ContinuousSchedule continuous -> {
        String meaning = "noise level: a time from " + continuous.start() + " (least noise) to " + continuous.end();
        graph.input("t", ElementType.FLOAT, meaning, OnnxGraph.SAMPLES);
        yield formulas(continuous);
      }
    };
  }

  private Level table(DiscreteSchedule schedule) {
    // Row 0 are the data, where no network is asked: what comes of it is no number.
    int rows = schedule.steps() + 1;
    int width = 7 + diffuser.featureCount();
    double[] table = new double[rows * width];
    Arrays.fill(table, 0, width, Double.NaN);
    for (int t = 1; t < rows; t++) {
      Parameterization.Coefficients c = diffuser.coefficients(t);
      double[] level = {
        diffuser.inputScale(t), schedule.alpha(t), schedule.sigma(t), c.x0FromX(), c.x0FromOutput(), c.epsFromX(),
        c.epsFromOutput()
      };
      System.arraycopy(level, 0, table, t * width, level.length);
      System.arraycopy(diffuser.features(t), 0, table, t * width + level.length, width - level.length);
    }
    String row = graph.picked(0, graph.constant(table, rows, width), "t");
    String[] columns = new String[7];
    for (int i = 0; i < columns.length; i++) {
      columns[i] = graph.picked(1, row, graph.list(i));
    }
    int[] features = new int[width - columns.length];
    Arrays.setAll(features, i -> columns.length + i);
    return new Level(
        graph.picked(1, row, graph.list(features)), columns[0], columns[1], columns[2], new Sum(columns[3], columns[4]),
        new Sum(columns[5], columns[6]));
  }

  private Level formulas(ContinuousSchedule schedule) {
    diffuser.coefficients(schedule.end()); // refuses what means nothing there
    String t = graph.node("Unsqueeze", "t", graph.list(1));
    ScheduleNodes.Level level = new ScheduleNodes(graph).level(schedule, t);
    String alpha = level.alpha();
    String sigma = level.sigma();
    Sum x0;
    Sum eps;
    switch (diffuser.parameterization()) {
      case EPS -> {
        x0 = new Sum(graph.node("Reciprocal", alpha), minus(graph.divide(sigma, alpha)));
        eps = new Sum(graph.number(0), graph.number(1));
      }
      case SCORE -> {
        x0 = new Sum(graph.node("Reciprocal", alpha), graph.divide(graph.multiply(sigma, sigma), alpha));
        eps = new Sum(graph.number(0), minus(sigma));
      }
      case X0 -> {
        x0 = new Sum(graph.number(0), graph.number(1));
        eps = new Sum(graph.node("Reciprocal", sigma), minus(graph.divide(alpha, sigma)));
      }
      case V -> {
        String square = square(alpha, sigma);
        x0 = new Sum(graph.divide(alpha, square), minus(graph.divide(sigma, square)));
        eps = new Sum(graph.divide(sigma, square), graph.divide(alpha, square));
      }
      case VELOCITY -> {
        String alphaRate = level.alphaRate().get();
        String sigmaRate = level.sigmaRate().get();
        String turn = graph.node("Sub", graph.multiply(alpha, sigmaRate), graph.multiply(alphaRate, sigma));
        x0 = new Sum(graph.divide(sigmaRate, turn), minus(graph.divide(sigma, turn)));
        eps = new Sum(minus(graph.divide(alphaRate, turn)), graph.divide(alpha, turn));
      }
      case EDM -> {
        String square = square(alpha, sigma);
        String root = graph.node("Sqrt", square);
        x0 = new Sum(graph.divide(alpha, square), graph.divide(sigma, root));
        eps = new Sum(graph.divide(sigma, square), minus(graph.divide(alpha, root)));
      }
      default -> throw new IllegalStateException("no formulas for " + diffuser.parameterization());
    }
    return new Level(features(level.clock()), inputScale(schedule, alpha, sigma), alpha, sigma, x0, eps);
  }

  private String minus(String a) {
    return graph.scale(a, -1);
  }

  private String square(String alpha, String sigma) {
    return graph.add(graph.multiply(alpha, alpha), graph.multiply(sigma, sigma));
  }

  private String inputScale(ContinuousSchedule schedule, String alpha, String sigma) {
    boolean scales = schedule instanceof KarrasSchedule || schedule instanceof VarianceExploding;
    return scales || diffuser.parameterization() == Parameterization.EDM
        ? graph.node("Reciprocal", graph.node("Sqrt", square(alpha, sigma)))
        : graph.number(1);
  }

  /// @param clock [N, 1]
  private String features(String clock) {
    return switch (diffuser.embedding()) {
      case TimeEmbedding.Bare bare -> graph.scale(clock, bare.scale());
      case TimeEmbedding.Levels levels -> {
        double[] own = new double[levels.size()];
        Arrays.setAll(own, i -> i + 1.0);
        String distance = graph.node("Abs", graph.node("Sub", clock, graph.constant(own, 1, own.length)));
        yield graph.node("Relu", graph.node("Sub", graph.number(1), distance));
      }
      case TimeEmbedding.Sinusoidal waves -> {
        int half = waves.size() / 2;
        double[] speeds = new double[half];
        Arrays.setAll(speeds, i -> waves.scale() * Math.pow(10000, -(double) i / half));
        String angles = graph.multiply(clock, graph.constant(speeds, 1, half));
        yield graph.joined(List.of(graph.node("Sin", angles), graph.node("Cos", angles)));
      }
    };
  }
}
