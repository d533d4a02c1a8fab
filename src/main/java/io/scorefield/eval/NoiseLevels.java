package io.scorefield.eval;

import io.scorefield.data.DataSet;
import io.scorefield.data.Frame;
import io.scorefield.diffusion.Diffuser;
import io.scorefield.diffusion.Parameterization;
import io.scorefield.engine.Engine;
import io.scorefield.network.Network;
import io.scorefield.physics.Constraint;
import io.scorefield.physics.Law;
import io.scorefield.schedule.DiscreteSchedule;
import io.scorefield.schedule.NoiseSchedule;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/// How well a network does at every noise level: the error of x0hat, and the residual of the laws at x0hat.
public final class NoiseLevels {
  private static final int LEVELS = 25;
  private static final int POINTS = 500;

  /// What is found at one level.
  ///
  /// @param step optimiser steps done
  /// @param time noise level t
  /// @param error root mean square of x0hat - x_0, in units of the state
  /// @param residual mean |r| of all laws at x0hat; not a number without laws
  public record Level(long step, double time, double error, double residual) {}

  private final Engine engine;
  private final Diffuser diffuser;
  private final List<Law> laws;
  private final DataSet data;
  private final long seed;

  /// @param laws those that are tried; objectives have no residual
  /// @param data the points that are noised
  /// @param seed of the noise
  public NoiseLevels(
      Engine engine, Diffuser diffuser, Optional<Constraint> laws, DataSet data, long seed) {
    this.engine = engine;
    this.diffuser = diffuser;
    this.laws =
        laws.map(all -> all.laws().stream().filter(law -> !law.isObjective()).toList()).orElse(List.of());
    this.data = data;
    this.seed = seed;
  }

  /// Tries a network at every level.
  ///
  /// @param step the optimiser steps that made it
  public List<Level> of(Network network, long step) {
    NoiseSchedule schedule = diffuser.schedule();
    int dimension = data.dimension();
    int n = Math.min(POINTS, data.size());
    float[] points = Arrays.copyOf(data.points(), n * dimension);
    float[] states = diffuser.scaling().toState(points);
    Residuals sizes = new Residuals(data.origin());
    List<Level> levels = new ArrayList<>();
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
      Parameterization.Coefficients c = diffuser.coefficients(t);
      float[] noisy = diffuser.forward(engine, points, t, seed);
      float[] input = new float[noisy.length];
      Frame frame = diffuser.scaling().frame();
      for (int j = 0; j < input.length; j++) {
        boolean condition = j % frame.coordinates() >= frame.varied();
        input[j] = condition ? noisy[j] : (float) diffuser.inputScale(t) * noisy[j];
      }
      float[] output = new float[noisy.length];
      engine.evaluate(network, input, diffuser.features(t), output);
      double squares = 0;
      for (int j = 0; j < output.length; j++) {
        boolean condition = j % frame.coordinates() >= frame.varied();
        output[j] = condition ? noisy[j] : (float) c.x0hat(noisy[j], output[j]);
        squares += Math.pow(output[j] - states[j], 2);
      }
      float[] estimates = diffuser.scaling().toData(output, n);
      double residual = 0;
      int residuals = laws.stream().mapToInt(law -> law.tape().residuals()).sum();
      for (Law law : laws) {
        residual +=
            Arrays.stream(sizes.sizes(law, estimates)).average().orElseThrow()
                * law.tape().residuals() / residuals;
      }
      levels.add(
          new Level(
              step, t, Math.sqrt(squares / ((double) n * frame.varied())), laws.isEmpty() ? Double.NaN : residual));
    }
    return levels;
  }
}
