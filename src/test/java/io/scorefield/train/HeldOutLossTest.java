package io.scorefield.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.scorefield.data.Scaling;
import io.scorefield.diffusion.Diffuser;
import io.scorefield.diffusion.Objective;
import io.scorefield.diffusion.Parameterization;
import io.scorefield.diffusion.Weighting;
import io.scorefield.engine.Engine;
import io.scorefield.engine.NoiseColumn;
import io.scorefield.engine.NoiseTable;
import io.scorefield.engine.reference.ReferenceEngine;
import io.scorefield.network.Activation;
import io.scorefield.network.Mlp;
import io.scorefield.network.Network;
import io.scorefield.network.TimeEmbedding;
import io.scorefield.rng.NoiseSource;
import io.scorefield.rng.NoiseStream;
import io.scorefield.schedule.DiscreteSchedule;
import io.scorefield.schedule.NoiseSchedule;
import io.scorefield.schedule.VariancePreserving;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// The loss of a network that answers 0 is the mean square of the targets, which are known.
class HeldOutLossTest {
  private static final long SEED = 3;
  private static final int LEVELS = 4;
  private static final NoiseSchedule SCHEDULE = DiscreteSchedule.linear(LEVELS, 0.1, 0.4);

  private static double loss(Objective.Coupling coupling, float[] points) {
    Diffuser diffuser =
        new Diffuser(SCHEDULE, Parameterization.V, new TimeEmbedding.Bare(1), Scaling.identity(1));
    Objective objective =
        new Objective(Weighting.NONE, Objective.Reduction.MEAN, Objective.Physics.none(), 0, coupling);
    Mlp mlp = Mlp.uniform(1, 1, 1, 4, Activation.TANH);
    try (Engine engine = new ReferenceEngine(1)) {
      return new HeldOutLoss(engine, diffuser, objective, points, SEED).of(new Network(mlp, new float[mlp.parameterCount()]));
    }
  }

  /// Of the 65,536 rows of continuous time those in the middle of 32 equal parts, to the bit.
  @Test
  void levelsAreRowsOfTheTrainingsTable() {
    Diffuser diffuser =
        new Diffuser(
            new VariancePreserving(0.1, 20, 1e-3, 1e-5), Parameterization.V, new TimeEmbedding.Sinusoidal(4, 10),
            Scaling.identity(2));
    Objective objective = new Objective(Weighting.LIKELIHOOD, Objective.Reduction.MEAN);
    NoiseTable all = diffuser.noiseTable(objective);
    NoiseTable some = diffuser.noiseTable(objective, 32);
    assertThat(all.rows()).isEqualTo(65_536);
    assertThat(some.rows()).isEqualTo(32);
    for (int i = 0; i < 32; i++) {
      int row = 2048 * i + 1024;
      for (NoiseColumn column : NoiseColumn.values()) {
        assertThat(some.get(column, i)).as("%s of row %d", column, row).isEqualTo(all.get(column, row));
      }
      assertThat(Arrays.copyOfRange(some.timeFeatures(), 4 * i, 4 * i + 4))
          .containsExactly(Arrays.copyOfRange(all.timeFeatures(), 4 * row, 4 * row + 4));
    }
    Diffuser discrete = new Diffuser(SCHEDULE, Parameterization.V, new TimeEmbedding.Bare(1), Scaling.identity(1));
    assertThat(discrete.noiseTable(new Objective(Weighting.NONE, Objective.Reduction.MEAN), 32).timeFeatures()).containsExactly(1, 2, 3, 4);
  }

  private static float[] points(int n) {
    Random random = new Random(5);
    float[] points = new float[n];
    for (int i = 0; i < n; i++) {
      points[i] = (float) (2 + random.nextGaussian());
    }
    return points;
  }

  private static float[] noise(int n) {
    float[] noise = new float[n];
    for (int i = 0; i < n; i++) {
      new NoiseSource(SEED).normals(NoiseStream.TRAINING_NOISE, i, 0, noise, i, 1);
    }
    return noise;
  }

  private static double meanSquare(float[] points, float[] noise) {
    double sum = 0;
    for (int t = 1; t <= LEVELS; t++) {
      for (int i = 0; i < points.length; i++) {
        sum += Math.pow(SCHEDULE.alpha(t) * noise[i] - SCHEDULE.sigma(t) * points[i], 2);
      }
    }
    return sum / LEVELS / points.length;
  }

  @Test
  void independentNoiseIsThatOfThePointsNumber() {
    float[] points = points(100);
    assertThat(loss(Objective.Coupling.INDEPENDENT, points)).isCloseTo(meanSquare(points, noise(100)), within(1e-5));
  }

  /// On a line the cheapest pairing puts both in order. A group is always full: 64 points come four times.
  @ParameterizedTest
  @ValueSource(ints = {64, 256, 700})
  void optimalTransportPairsThePointsWithTheirNoise(int n) {
    float[] points = points(n);
    float[] group = new float[256];
    for (int i = 0; i < group.length; i++) {
      group[i] = points[i % n];
    }
    float[] noise = noise(group.length);
    Arrays.sort(group);
    Arrays.sort(noise);
    double paired = loss(Objective.Coupling.OPTIMAL_TRANSPORT, points);
    assertThat(paired).isCloseTo(meanSquare(group, noise), within(1e-5));
    assertThat(paired).isNotCloseTo(loss(Objective.Coupling.INDEPENDENT, points), within(0.1));
  }
}
