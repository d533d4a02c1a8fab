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
    return loss(engine, diffuser, OBJECTIVE, points, network);
  }

  private static double loss(Engine engine, Diffuser diffuser, Objective objective, float[] points, Network network) {
    double sum = 0;
    for (int seed = 0; seed < 10; seed++) {
      sum += new HeldOutLoss(engine, diffuser, objective, points, seed).of(network);
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
          fit(engine, diffuser, architecture, Objective.Coupling.INDEPENDENT, training);
      Network none = new Network(architecture, new float[architecture.parameterCount()]);
      double trained = loss(engine, diffuser, training, fitted);
      double held = loss(engine, diffuser, others, fitted);
      assertThat(held).isLessThan(1.05 * trained).isLessThan(0.8 * loss(engine, diffuser, others, none));
      for (float coefficient : fitted.parameters()) {
        assertThat(Math.abs(coefficient)).isLessThan(20);
      }
    }
  }

  private static Network fit(
      Engine engine, Diffuser diffuser, NetworkProgram architecture, Objective.Coupling coupling, float[] points) {
    return new LinearFit(engine, diffuser, architecture, diffuser.noiseTable(OBJECTIVE), coupling, points, 5).solve();
  }

  /// Each coupling has a fit of its own: of the paired examples' loss the one to pairs is the least, of the others' the other.
  @Test
  void theFitIsOfTheObjectivesPairs() {
    DataSet data = DataSet.draw(KnownSystems.doubleWell(1, new MetropolisOptions(500, 20)), 1200, 4);
    float[] training = Arrays.copyOf(data.points(), 900 * 8);
    float[] others = Arrays.copyOfRange(data.points(), 900 * 8, 1200 * 8);
    Diffuser diffuser =
        new Diffuser(
            DiscreteSchedule.linear(LEVELS, 0.1, 0.5), Parameterization.V, new TimeEmbedding.Levels(LEVELS),
            Scaling.of(data, true, Frame.centred(4, 2)), Optional.empty());
    Objective pairs =
        new Objective(
            Weighting.NONE, Objective.Reduction.MEAN, Objective.Physics.none(), 0, Objective.Coupling.OPTIMAL_TRANSPORT);
    NetworkProgram architecture = PAIRS.of(new PointCloud(4, 2, true), LEVELS);
    try (Engine engine = new ReferenceEngine(2)) {
      Network independent = fit(engine, diffuser, architecture, Objective.Coupling.INDEPENDENT, training);
      Network paired = fit(engine, diffuser, architecture, Objective.Coupling.OPTIMAL_TRANSPORT, training);
      assertThat(loss(engine, diffuser, pairs, others, paired))
          .isLessThan(0.95 * loss(engine, diffuser, pairs, others, independent));
      assertThat(loss(engine, diffuser, OBJECTIVE, others, independent))
          .isLessThan(0.95 * loss(engine, diffuser, OBJECTIVE, others, paired));
    }
  }
}
