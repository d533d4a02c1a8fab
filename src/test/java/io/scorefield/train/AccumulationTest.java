package io.scorefield.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.scorefield.config.ConfigException;
import io.scorefield.data.DataSet;
import io.scorefield.data.PlaneDistribution;
import io.scorefield.data.Scaling;
import io.scorefield.diffusion.Diffuser;
import io.scorefield.diffusion.Objective;
import io.scorefield.diffusion.Parameterization;
import io.scorefield.diffusion.Weighting;
import io.scorefield.engine.AdamOptions;
import io.scorefield.engine.Engine;
import io.scorefield.engine.Engines;
import io.scorefield.engine.TrainingState;
import io.scorefield.experiment.settings.ExperimentConfig;
import io.scorefield.experiment.settings.ExperimentSource;
import io.scorefield.network.Activation;
import io.scorefield.network.Mlp;
import io.scorefield.network.Network;
import io.scorefield.network.TimeEmbedding;
import io.scorefield.schedule.DiscreteSchedule;
import java.io.IOException;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// A step takes the mean of the gradients of several batches.
class AccumulationTest {
  private static final int BATCH = 48;
  private static final int PARTS = 5;

  private static final Diffuser DIFFUSER =
      new Diffuser(
          DiscreteSchedule.cosine(20), Parameterization.EPS, new TimeEmbedding.Sinusoidal(8, 1), Scaling.identity(2));
  private static final Mlp MLP = Mlp.uniform(2, 8, 3, 16, Activation.LEAKY_RELU);
  private static final DataSet DATA = DataSet.draw(PlaneDistribution.circle(1.5), 100, 1);

  /// (1 - beta1) times the gradient at the initial weights of the examples of step `step`.
  private static float[] moment(Engine engine, int batch, long step) {
    TrainingOptions options =
        new TrainingOptions(
            100, batch, 1e-3, TrainingOptions.Decay.NONE, AdamOptions.defaults(),
            new Objective(Weighting.NONE, Objective.Reduction.MEAN), 5);
    TrainingState start = TrainingState.start(Network.initialize(MLP, 5));
    TrainingState at =
        new TrainingState(step, start.parameters(), start.average(), start.firstMoment(), start.secondMoment());
    try (Trainer trainer = new Trainer(engine, DIFFUSER, MLP, DATA, options, Optional.empty(), at)) {
      trainer.advance(1);
      return trainer.state().firstMoment();
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"reference", "native"})
  void aBatchOfSeveralBatchesHasTheMeanOfTheirGradients(String name) {
    try (Engine engine = Engines.open(name, 2).engine()) {
      float[] whole = moment(engine, PARTS * BATCH, 0);
      double[] mean = new double[whole.length];
      for (int part = 0; part < PARTS; part++) {
        float[] own = moment(engine, BATCH, part);
        for (int i = 0; i < mean.length; i++) {
          mean[i] += own[i] / PARTS;
        }
      }
      double size = 0;
      for (double m : mean) {
        size = Math.max(size, Math.abs(m));
      }
      for (int i = 0; i < mean.length; i++) {
        assertThat((double) whole[i]).as("parameter %s", i).isCloseTo(mean[i], within(2e-6 * size));
      }
    }
  }

  private static ExperimentConfig config(String... changes) throws IOException {
    ExperimentSource source = ExperimentSource.read("circle");
    for (String change : changes) {
      source = source.with(change);
    }
    return source.bind();
  }

  @Test
  void theKeyIsALargerBatch() throws IOException {
    Objective objective = new Objective(Weighting.NONE, Objective.Reduction.MEAN);
    TrainingOptions parts =
        config("train.batch=16", "train.accumulate=4", "train.epochs=10").train().options(objective, 100, 1);
    TrainingOptions whole = config("train.batch=64", "train.epochs=10").train().options(objective, 100, 1);
    assertThat(parts).isEqualTo(whole);
    assertThat(parts.batch()).isEqualTo(64);
    assertThat(parts.steps()).isEqualTo(16);
    assertThatThrownBy(() -> config("train.batch=1024", "train.accumulate=1025"))
        .isInstanceOf(ConfigException.class)
        .hasMessageContaining("train.accumulate: 1025 batches of 1024 are 1049600 examples a step; at most 1048576");
  }
}
