package io.scorefield.train;

import static org.assertj.core.api.Assertions.assertThat;

import io.scorefield.data.DataSet;
import io.scorefield.data.Frame;
import io.scorefield.data.Scaling;
import io.scorefield.diffusion.Diffuser;
import io.scorefield.diffusion.Objective;
import io.scorefield.diffusion.Parameterization;
import io.scorefield.diffusion.Weighting;
import io.scorefield.engine.Engine;
import io.scorefield.engine.reference.ReferenceEngine;
import io.scorefield.matter.KnownSystems;
import io.scorefield.matter.MetropolisOptions;
import io.scorefield.network.Network;
import io.scorefield.network.NetworkProgram;
import io.scorefield.network.TimeEmbedding;
import io.scorefield.network.architecture.PairEnergy;
import io.scorefield.network.architecture.PointCloud;
import io.scorefield.schedule.DiscreteSchedule;
import java.util.Arrays;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/// The fit of a sum over pairs to double wells.
class LinearFitTest {
  private static final int LEVELS = 3;
  private static final PairEnergy PAIRS = new PairEnergy(16, 6);
  private static final Objective OBJECTIVE = new Objective(Weighting.NONE, Objective.Reduction.MEAN);

  private static double loss(Engine engine, Diffuser diffuser, float[] points, Network network) {
    double sum = 0;
    for (int seed = 0; seed < 10; seed++) {
      sum += new HeldOutLoss(engine, diffuser, OBJECTIVE, points, seed).of(network);
    }
    return sum / 10;
  }

  /// Functions of which the data tell next to nothing get next to nothing. Their columns are small, so a ridge in proportion
  /// to each column would let their coefficients grow to whatever fits the noise of a few examples, and points that are not
  /// trained on would meet them.
  @Test
  void pointsNotTrainedOnAreFittedAsWellAsTheOthers() {
    DataSet data = DataSet.draw(KnownSystems.doubleWell(1, new MetropolisOptions(500, 20)), 1200, 4);
    float[] training = Arrays.copyOf(data.points(), 900 * 8);
    float[] others = Arrays.copyOfRange(data.points(), 900 * 8, 1200 * 8);
    Diffuser diffuser =
        new Diffuser(
            DiscreteSchedule.linear(LEVELS, 0.01, 0.15), Parameterization.V, new TimeEmbedding.Levels(LEVELS),
            Scaling.of(data, true, Frame.centred(4, 2)), Optional.empty());
    NetworkProgram architecture = PAIRS.of(new PointCloud(4, 2, true), LEVELS);
    try (Engine engine = new ReferenceEngine(2)) {
      Network fitted =
          new LinearFit(engine, diffuser, architecture, diffuser.noiseTable(OBJECTIVE), training, 5).solve();
      Network none = new Network(architecture, new float[architecture.parameterCount()]);
      double trained = loss(engine, diffuser, training, fitted);
      double held = loss(engine, diffuser, others, fitted);
      assertThat(held).isLessThan(1.05 * trained).isLessThan(0.8 * loss(engine, diffuser, others, none));
      for (float coefficient : fitted.parameters()) {
        assertThat(Math.abs(coefficient)).isLessThan(20);
      }
    }
  }
}
