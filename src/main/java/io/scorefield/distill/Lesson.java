package io.scorefield.distill;

import io.scorefield.diffusion.Diffuser;
import io.scorefield.diffusion.Parameterization;
import io.scorefield.engine.NoiseTable;
import io.scorefield.engine.TrainingPlan;
import io.scorefield.network.Architecture;
import io.scorefield.schedule.NoiseLevel;
import io.scorefield.train.TrainingOptions;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// Examples of where a state is to go, level by level, written as pairs of data and noise.
///
/// Every estimate of a network at a level is a pair (x_0, eps) with alpha x_0 + sigma eps = x. So an example that says what the
/// network should estimate is such a pair, and any engine can train on it whatever the network predicts.
final class Lesson {
  private final Diffuser student;
  private final int size;
  private final List<float[]> points = new ArrayList<>();
  private final List<float[]> noise = new ArrayList<>();
  private final List<NoiseTable.Row> rows = new ArrayList<>();

  /// @param student what its network predicts
  Lesson(Diffuser student) {
    this.student = student;
    size = student.scaling().coordinates();
  }

  /// From x at level t one step of DDIM is to lead to y at level s: with alpha x_0 + sigma eps = x and
  /// alpha' x_0 + sigma' eps = y both numbers are known. The squared error is that of y in units of its size.
  ///
  /// @param x states, [n, S]
  /// @param y states, [n, S]
  void step(double t, double s, float[] x, float[] y) {
    NoiseLevel from = student.schedule().level(t);
    NoiseLevel to = student.schedule().level(s);
    double turn = from.alpha() * to.sigma() - from.sigma() * to.alpha();
    float[] x0 = new float[x.length];
    float[] eps = new float[x.length];
    for (int i = 0; i < x.length; i++) {
      x0[i] = (float) ((x[i] * to.sigma() - from.sigma() * y[i]) / turn);
      eps[i] = (float) ((from.alpha() * y[i] - to.alpha() * x[i]) / turn);
    }
    keepConditions(x, x0);
    Parameterization.Coefficients c = student.coefficients(t);
    double perOutput = to.alpha() * c.x0FromOutput() + to.sigma() * c.epsFromOutput();
    double length = to.alpha() * to.alpha() + to.sigma() * to.sigma();
    add(t, perOutput * perOutput / length, x0, eps);
  }

  /// At level t the estimate of x_0 is to be the given one; the squared error is that of x_0.
  ///
  /// @param x states, [n, S]
  /// @param x0 estimates, [n, S]
  void estimate(double t, float[] x, float[] x0) {
    NoiseLevel level = student.schedule().level(t);
    float[] given = x0.clone();
    keepConditions(x, given);
    float[] eps = new float[x.length];
    for (int i = 0; i < x.length; i++) {
      eps[i] = (float) ((x[i] - level.alpha() * given[i]) / level.sigma());
    }
    double perOutput = student.coefficients(t).x0FromOutput();
    add(t, perOutput * perOutput, given, eps);
  }

  /// Conditions are in every state what they are in the data.
  private void keepConditions(float[] x, float[] x0) {
    int varied = student.scaling().frame().varied();
    for (int i = 0; i < x.length; i++) {
      if (i % size >= varied) {
        x0[i] = x[i];
      }
    }
  }

  private void add(double t, double weight, float[] x0, float[] eps) {
    points.add(x0);
    noise.add(eps);
    rows.add(student.noiseRow(t, weight));
  }

  /// The plan of a training on these examples, every level as often as every other.
  TrainingPlan plan(Architecture architecture, TrainingOptions options) {
    return plan(student, architecture, options, rows, flat(points), flat(noise), rows.size());
  }

  static TrainingPlan plan(
      Diffuser student, Architecture architecture, TrainingOptions options, List<NoiseTable.Row> rows, float[] points,
      float[] noise, int parts) {
    NoiseTable table = NoiseTable.of(rows).withConditions(student.scaling().frame().conditions());
    return new TrainingPlan(
            architecture, table, points, options.batch(), options.adam(), options.seed(), Optional.empty())
        .withPairing(new TrainingPlan.Pairing(noise, parts));
  }

  private static float[] flat(List<float[]> parts) {
    float[] all = new float[parts.size() * parts.getFirst().length];
    for (int i = 0; i < parts.size(); i++) {
      System.arraycopy(parts.get(i), 0, all, i * parts.get(i).length, parts.get(i).length);
    }
    return all;
  }
}
