package io.scorefield.eval;

import static org.assertj.core.api.Assertions.assertThat;

import io.scorefield.diffusion.CompositionSpace;
import io.scorefield.diffusion.Objective;
import io.scorefield.diffusion.Weighting;
import io.scorefield.engine.AdamOptions;
import io.scorefield.engine.Engine;
import io.scorefield.engine.Engines;
import io.scorefield.engine.TrainingState;
import io.scorefield.matter.crystal.CompositionTable;
import io.scorefield.matter.crystal.Crystal;
import io.scorefield.matter.crystal.CrystalSet;
import io.scorefield.matter.crystal.Prototype;
import io.scorefield.matter.crystal.PrototypeSet;
import io.scorefield.network.Network;
import io.scorefield.network.architecture.CompositionCoder;
import io.scorefield.train.AutoencoderTraining;
import io.scorefield.train.Trainer;
import io.scorefield.train.TrainingOptions;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class CompositionRecoveryTest {
  private static final List<Crystal> CRYSTALS = PrototypeSet.all(Prototype.RUTILE);

  private static TrainingOptions options(int steps) {
    AdamOptions adam = new AdamOptions(0.9, 0.999, 1e-8, Double.POSITIVE_INFINITY, 0);
    return new TrainingOptions(
        steps, 32, 1e-2, TrainingOptions.Decay.COSINE, adam, new Objective(Weighting.NONE, Objective.Reduction.MEAN), 3);
  }

  /// Twelve crystals with their cells fit into a small autoencoder; crystals of elements that it has not seen do not.
  @Test
  void whatHasBeenLearnedComesBack() {
    List<Crystal> known = CRYSTALS.subList(0, 12);
    List<Crystal> others = CRYSTALS.subList(CRYSTALS.size() - 12, CRYSTALS.size());
    CompositionTable table = CompositionTable.of(known);
    assertThat(others).noneMatch(crystal -> table.knows(crystal.elements()));
    CompositionCoder coder = CompositionSpace.coder(table, 4, 32, new CompositionCoder.Weights(1, 30, 1, 10, 0.001));
    TrainingOptions options = options(300);
    try (Engine engine = Engines.open("auto", 1).engine();
        Trainer trainer =
            new Trainer(
                engine, AutoencoderTraining.plan(coder.training(), coder.latents(), table.rows(known), options), options,
                TrainingState.start(Network.initialize(coder.training(), 3)))) {
      CompositionSpace space = new CompositionSpace(table, coder, trainer.run().parameters());
      Map<String, Map<String, MetricValue>> metrics =
          new CompositionRecovery(engine, space).of(new CrystalSet(known, others, CrystalSet.Shaking.USUAL));
      Map<String, MetricValue> training = metrics.get("autoencoder, training");
      assertThat(training.get("element-set-recovery").value()).isEqualTo(1);
      assertThat(training.get("composition-recovery").value()).isEqualTo(1);
      assertThat(training.get("length-error").value()).isLessThan(0.005);
      assertThat(training.get("angle-error").value()).isLessThan(0.1);
      assertThat(training.get("length-error").samples()).isEqualTo(36);
      assertThat(metrics.get("autoencoder, held out").get("element-set-recovery").value()).isZero();
    }
  }
}
