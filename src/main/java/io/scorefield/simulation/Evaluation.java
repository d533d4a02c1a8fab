package io.scorefield.simulation;

import io.scorefield.physics.Law;
import io.scorefield.physics.Tape;
import io.scorefield.physics.TapeRunner;
import io.scorefield.watch.Watch;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;

/// Numbers of every walker at a moment, in double precision; NaN where it has been absorbed.
///
/// @param energy U, `[n]`
/// @param virial x . grad U / D, whose mean is T in the steady state of an energy without boundaries, `[n]`
/// @param production (F . (F - grad U) + T div F) / T, whose mean is the entropy production of a steady state; NaN
///     without a force, `[n]`
/// @param residuals of every law the mean |r| or its objective, `[laws][n]`
public record Evaluation(double[] energy, double[] virial, double[] production, double[][] residuals) {
  /// Evaluates walkers.
  ///
  /// @param states [n, D]
  static Evaluation of(Energy system, List<Law> laws, double temperature, float[] states, Absorption absorption) {
    int n = states.length / system.dimension();
    Evaluation result =
        new Evaluation(nothing(n), nothing(n), nothing(n), new double[laws.size()][]);
    Arrays.setAll(result.residuals, j -> nothing(n));
    Watch watch = Watch.current();
    int parts = Math.max(1, Math.min(n, Runtime.getRuntime().availableProcessors()));
    IntStream.range(0, parts)
        .parallel()
        .forEach(
            part -> {
              One one = new One(system, laws, temperature);
              int to = (int) ((part + 1L) * n / parts);
              for (int i = (int) ((long) part * n / parts); i < to; i++) {
                watch.check();
                if (absorption.isAlive(i)) {
                  one.at(states, i, result);
                }
              }
            });
    return result;
  }

  private static double[] nothing(int n) {
    double[] values = new double[n];
    Arrays.fill(values, Double.NaN);
    return values;
  }

  /// The evaluation of one walker at a time.
  private static final class One {
    private final Energy system;
    private final List<Law> laws;
    private final double temperature;
    private final TapeRunner potential;
    private final List<TapeRunner> forces = new ArrayList<>();
    private final List<TapeRunner> residuals;
    private final double[] x;

    One(Energy system, List<Law> laws, double temperature) {
      this.system = system;
      this.laws = laws;
      this.temperature = temperature;
      potential = new TapeRunner(system.potential());
      system.forces().values().forEach(force -> forces.add(new TapeRunner(force)));
      residuals = laws.stream().map(law -> new TapeRunner(law.tape())).toList();
      x = new double[system.dimension()];
    }

    void at(float[] states, int walker, Evaluation to) {
      for (int d = 0; d < x.length; d++) {
        x[d] = states[walker * x.length + d];
      }
      double[] gradient = new double[x.length];
      to.energy[walker] = potential.forward(x, 0, new double[0]);
      potential.reverse(x, 0, new double[0], 1, gradient, 0);
      double virial = 0;
      for (int d = 0; d < system.coordinates(); d++) {
        virial += x[d] * gradient[d] / system.coordinates();
      }
      to.virial[walker] = virial;
      if (system.isDriven()) {
        to.production[walker] = work(gradient) / temperature;
      }
      for (int j = 0; j < laws.size(); j++) {
        Tape tape = laws.get(j).tape();
        double[] r = new double[tape.residuals()];
        double objective = residuals.get(j).forward(x, 0, r);
        to.residuals[j][walker] =
            laws.get(j).isObjective() ? objective : Arrays.stream(r).map(Math::abs).sum() / r.length;
      }
    }

    /// Mean power of the forces, F . (F - grad U) + T div F: what Stratonovich's F o dx/dt is on average.
    private double work(double[] gradient) {
      double work = 0;
      int number = 0;
      for (Integer component : system.forces().keySet()) {
        TapeRunner runner = forces.get(number++);
        double[] force = new double[1];
        runner.forward(x, 0, force);
        double[] direction = new double[x.length];
        direction[component] = 1;
        double[] slope = new double[1];
        runner.along(x, 0, direction, slope);
        work += force[0] * (force[0] - gradient[component]) + temperature * slope[0];
      }
      return work;
    }
  }
}
