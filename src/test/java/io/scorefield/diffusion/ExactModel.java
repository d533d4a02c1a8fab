package io.scorefield.diffusion;

import io.scorefield.data.GaussianMixture;
import io.scorefield.data.Scaling;
import io.scorefield.network.Network;
import io.scorefield.network.TimeEmbedding;
import io.scorefield.network.program.ProgramBuilder;
import io.scorefield.network.program.Space;
import io.scorefield.network.program.Value;
import io.scorefield.schedule.DiscreteSchedule;
import io.scorefield.schedule.NoiseSchedule;
import io.scorefield.schedule.VarianceExploding;
import io.scorefield.schedule.VariancePreserving;
import java.util.function.DoubleUnaryOperator;
import java.util.stream.IntStream;

/// Models of a mixture of Gaussians whose networks are the exact score, on three schedules, for tests.
public enum ExactModel {
  CONTINUOUS(Data.VP, new TimeEmbedding.Bare(1)),
  EXPLODING(Data.VE, new TimeEmbedding.Bare(1)),
  DISCRETE(Data.COSINE, new TimeEmbedding.Levels(Data.COSINE.steps()));

  /// The mixture, its scaling and the schedules.
  static final class Data {
    static final VariancePreserving VP = new VariancePreserving(0.1, 20, 1e-3, 1e-5);
    static final VarianceExploding VE = new VarianceExploding(0.01, 200, 1e-5);
    static final DiscreteSchedule COSINE = DiscreteSchedule.cosine(200);
    static final Scaling SCALING = new Scaling(new double[] {0.3, -0.2, 1}, new double[] {2, 0.5, 1.5});

    /// In units of the state: mean 0, so that nothing is left of it in the prior.
    static final GaussianMixture MIXTURE =
        new GaussianMixture(
            "mixture",
            new double[] {0.25, 0.75},
            new double[][] {{-1.2, 0.6, 0.9}, {0.4, -0.2, -0.3}},
            new double[][][] {
              {{0.04, 0.01, 0}, {0.01, 0.09, 0.02}, {0, 0.02, 0.2}},
              {{0.3, -0.15, 0}, {-0.15, 0.4, 0.1}, {0, 0.1, 0.25}}
            });

    private Data() {}
  }

  private final Diffuser diffuser;
  private final Network network;

  ExactModel(NoiseSchedule schedule, TimeEmbedding embedding) {
    diffuser = new Diffuser(schedule, Parameterization.SCORE, embedding, Data.SCALING);
    network = of(Data.MIXTURE);
  }

  /// Points of the mixture in data units, [count, 3].
  public static float[] points(int count) {
    float[] states = Data.MIXTURE.draw(5, 0, count);
    return Data.SCALING.toData(states, count);
  }

  public Diffuser diffuser() {
    return diffuser;
  }

  public Network network() {
    return network;
  }

  /// The score of another mixture of two Gaussians in three dimensions, in state units.
  Network of(GaussianMixture mixture) {
    NoiseSchedule schedule = diffuser.schedule();
    ExactScore.Level level =
        new ExactScore.Level() {
          @Override
          public Value alpha(ProgramBuilder b, Value features) {
            return table(b, features, schedule::alpha);
          }

          @Override
          public Value variance(ProgramBuilder b, Value features) {
            return table(b, features, t -> Math.pow(schedule.sigma(t), 2));
          }
        };
    return ExactScore.of(
            mixture, diffuser.embedding().size(), level, (b, features) -> table(b, features, t -> 1 / schedule.inputScale(t)));
  }

  /// A function of the level.
  private Value table(ProgramBuilder b, Value features, DoubleUnaryOperator of) {
    if (diffuser.schedule() instanceof DiscreteSchedule) {
      double[] values = IntStream.rangeClosed(1, features.width()).mapToDouble(of::applyAsDouble).toArray();
      return b.rowSum(b.multiply(features, b.constant(Space.SAMPLE, features.width(), values)));
    }
    boolean constant = of.applyAsDouble(0.3) == of.applyAsDouble(0.4);
    if (constant) {
      return b.filled(Space.SAMPLE, 1, of.applyAsDouble(0.3));
    }
    return diffuser.schedule() == Data.VP ? preserving(b, features, of) : exploding(b, features, of);
  }

  /// alpha = exp(-B/2) or sigma^2 = 1 - exp(-B), B = betaMin t + (betaMax - betaMin) t^2 / 2.
  private static Value preserving(ProgramBuilder b, Value t, DoubleUnaryOperator of) {
    Value integral =
        b.add(b.scale(t, Data.VP.betaMin()), b.scale(b.square(t), (Data.VP.betaMax() - Data.VP.betaMin()) / 2));
    boolean alpha = of.applyAsDouble(0) == 1;
    return alpha ? b.exp(b.scale(integral, -0.5)) : b.shift(b.scale(b.exp(b.scale(integral, -1)), -1), 1);
  }

  /// sigma^2, or the root of 1 + sigma^2.
  private static Value exploding(ProgramBuilder b, Value t, DoubleUnaryOperator of) {
    double rate = Math.log(Data.VE.sigmaMax() / Data.VE.sigmaMin());
    Value square = b.scale(b.exp(b.scale(t, 2 * rate)), Data.VE.sigmaMin() * Data.VE.sigmaMin());
    return of.applyAsDouble(0) < 1 ? square : b.sqrt(b.shift(square, 1));
  }

  /// ln q of a point in data units, as it is.
  public double exact(float[] points, int i) {
    NoiseSchedule schedule = diffuser.schedule();
    double spread = schedule.sigma(schedule.start()) / schedule.alpha(schedule.start());
    double[] state = new double[3];
    double logs = 0;
    for (int d = 0; d < 3; d++) {
      state[d] = (points[3 * i + d] - Data.SCALING.mean()[d]) / Data.SCALING.deviation()[d];
      logs += Math.log(Data.SCALING.deviation()[d]);
    }
    return Data.MIXTURE.noised(1, spread).scoreFunction().evaluate(state, new double[3]) - logs;
  }
}
