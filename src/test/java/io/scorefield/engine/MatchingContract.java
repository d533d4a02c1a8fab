package io.scorefield.engine;

import static org.assertj.core.api.Assertions.assertThat;

import io.scorefield.data.DataSet;
import io.scorefield.data.GaussianMixture;
import io.scorefield.data.Scaling;
import io.scorefield.diffusion.Diffuser;
import io.scorefield.diffusion.Objective;
import io.scorefield.diffusion.Parameterization;
import io.scorefield.diffusion.Weighting;
import io.scorefield.engine.reference.ReferenceEngine;
import io.scorefield.network.Activation;
import io.scorefield.network.Architecture;
import io.scorefield.network.Mlp;
import io.scorefield.network.TimeEmbedding;
import io.scorefield.network.architecture.Egnn;
import io.scorefield.network.architecture.PointCloud;
import io.scorefield.schedule.DiscreteSchedule;
import io.scorefield.train.Trainer;
import io.scorefield.train.TrainingOptions;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// Score matching on an engine, whatever the network is compared with. A test class of an engine extends this one.
public abstract class MatchingContract {
  private static final int STEPS = 12;

  /// Opens the engine under test.
  protected abstract Engine open();

  private static Trainer trainer(Engine engine, Architecture network, DataSet data, Objective.Matching matching) {
    Diffuser diffuser =
        new Diffuser(
            DiscreteSchedule.linear(20, 0.01, 0.3), Parameterization.V, new TimeEmbedding.Bare(1),
            Scaling.identity(network.dimension()));
    Objective objective =
        new Objective(
            Weighting.NONE, Objective.Reduction.MEAN, Objective.Physics.none(), 0, Objective.Coupling.INDEPENDENT, matching);
    TrainingOptions options =
        new TrainingOptions(STEPS, 32, 1e-3, TrainingOptions.Decay.NONE, AdamOptions.defaults(), objective, 3);
    return new Trainer(engine, diffuser, network, data, options);
  }

  private void agrees(Architecture network, DataSet data, Objective.Matching matching) {
    try (Engine engine = open();
        Engine reference = new ReferenceEngine(1);
        Trainer expected = trainer(reference, network, data, matching);
        Trainer found = trainer(engine, network, data, matching)) {
      TrainingSession.Losses before = expected.advance(STEPS);
      TrainingSession.Losses losses = found.advance(STEPS);
      for (int i = 0; i < STEPS; i++) {
        assertThat(losses.physics()[i]).isZero();
        assertThat(Math.abs(losses.data()[i] - before.data()[i])).isLessThan(1e-4 * (1 + Math.abs(before.data()[i])));
      }
      assertThat(Same.worst(found.network().parameters(), expected.network().parameters())).isLessThan(1e-3);
    }
  }

  /// Distances are those of networks that are made of them, which are trained as any other program.
  @ParameterizedTest
  @EnumSource(value = Objective.Matching.class, mode = EnumSource.Mode.EXCLUDE, names = "DISTANCES")
  void aPerceptronIsTrainedAsOnTheReference(Objective.Matching matching) {
    DataSet data = DataSet.draw(GaussianMixture.eightGaussians(1, 0.3), 200, 4);
    agrees(Mlp.uniform(2, 1, 3, 16, Activation.SILU), data, matching);
  }

  @ParameterizedTest
  @EnumSource(value = Objective.Matching.class, names = {"IMPLICIT", "SLICED"})
  void soIsANetworkOfParticles(Objective.Matching matching) {
    DataSet data = DataSet.draw(GaussianMixture.gaussian(6, 1, 0.3), 200, 4);
    agrees(new Egnn(1, 8, true, Egnn.Coordinates.MESSAGES, 0).of(new PointCloud(3, 2, false), 1), data, matching);
  }
}
