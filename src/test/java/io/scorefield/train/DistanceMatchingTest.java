package io.scorefield.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.scorefield.data.AskedConditions;
import io.scorefield.data.DataSet;
import io.scorefield.diffusion.AnnealedLangevinSampler;
import io.scorefield.diffusion.Diffuser;
import io.scorefield.diffusion.Objective;
import io.scorefield.diffusion.Parameterization;
import io.scorefield.diffusion.TimeGrid;
import io.scorefield.diffusion.Weighting;
import io.scorefield.engine.AdamOptions;
import io.scorefield.engine.Engine;
import io.scorefield.engine.Engines;
import io.scorefield.matter.Element;
import io.scorefield.matter.molecule.Bond;
import io.scorefield.matter.molecule.ConformerPoints;
import io.scorefield.matter.molecule.Molecule;
import io.scorefield.network.Activation;
import io.scorefield.network.Mlp;
import io.scorefield.network.Network;
import io.scorefield.network.NetworkProgram;
import io.scorefield.network.TimeEmbedding;
import io.scorefield.network.architecture.Gine;
import io.scorefield.network.architecture.PointCloud;
import io.scorefield.schedule.VarianceExploding;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/// Training on noise of distances, and sampling of positions with what was learned.
class DistanceMatchingTest {
  /// Three atoms in a bent chain, O-C-O with sides 1.2, 1.2 and 2; room for a fourth.
  private static final Molecule BENT =
      new Molecule(
          "bent", List.of(Element.of(8), Element.of(6), Element.of(8)),
          new double[] {-1, -0.22, 0, 0, 0.44, 0, 1, -0.22, 0}, List.of(new Bond(0, 1, 2), new Bond(1, 2, 2)));

  private static final ConformerPoints LAYOUT = new ConformerPoints(4);

  private static DataSet data() {
    float[] points = LAYOUT.points(BENT, Collections.nCopies(64, BENT.positions()));
    return new DataSet(
        "bent", LAYOUT.dimension(), points, Optional.empty(), LAYOUT.components(), new double[LAYOUT.dimension()], List.of(),
        LAYOUT.conditions());
  }

  @Test
  void statesAreTheDistancesOfEdges() {
    float[] states = LAYOUT.frame().toCoordinates(data().points());
    float[] distances = DistanceMatching.distances(states, LAYOUT.frame());
    double[] expected = {Math.hypot(1, 0.66), 2, 0, Math.hypot(1, 0.66), 0, 0};
    for (int pair = 0; pair < 6; pair++) {
      assertThat((double) distances[pair]).isEqualTo(expected[pair], within(1e-5));
    }
    assertThat(distances[6]).as("oxygen").isEqualTo(8);
    assertThat(distances[10]).as("a double bond").isEqualTo(2);
    assertThat(distances[11]).as("two bonds apart").isEqualTo(4);
  }

  /// Data of one shape: the loss falls to little, and samples have its distances.
  @Test
  void samplesHaveTheDistancesOfTheData() {
    Diffuser diffuser =
        new Diffuser(
                new VarianceExploding(0.02, 3, 1e-3), Parameterization.EPS, new TimeEmbedding.Sinusoidal(16, 1), LAYOUT.scaling())
            .asking(AskedConditions.inTurn(LAYOUT.conditions(BENT), LAYOUT.conditions()));
    NetworkProgram network = new Gine(1, 16).of(PointCloud.of(LAYOUT.frame()), 16);
    Objective objective =
        new Objective(
            Weighting.NONE, Objective.Reduction.MEAN, Objective.Physics.none(), 0, Objective.Coupling.INDEPENDENT,
            Objective.Matching.DISTANCES);
    TrainingOptions options =
        new TrainingOptions(600, 64, 5e-3, TrainingOptions.Decay.COSINE, AdamOptions.defaults(), objective, 1);
    try (Engine engine = Engines.open("auto", 1).engine(); Trainer trainer = new Trainer(engine, diffuser, network, data(), options)) {
      double first = trainer.advance(1).data()[0];
      Network trained = trainer.run();
      float[] samples =
          diffuser.sample(engine, trained, new AnnealedLangevinSampler(TimeGrid.uniform(30), 10, 0.1), 100, 3);
      assertThat(first).isGreaterThan(0.3);
      double[] errors =
          IntStream.range(0, 100)
              .mapToDouble(i -> Math.abs(distance(samples, i, 0, 2) - 2) + Math.abs(distance(samples, i, 0, 1) - Math.hypot(1, 0.66)))
              .sorted()
              .toArray();
      assertThat(errors[50]).as("median").isLessThan(0.15);
    }
  }

  private static double distance(float[] points, int i, int a, int b) {
    double sum = 0;
    for (int axis = 0; axis < 3; axis++) {
      int at = i * LAYOUT.dimension() + axis;
      sum += Math.pow(points[at + 3 * a] - points[at + 3 * b], 2);
    }
    return Math.sqrt(sum);
  }

  @Test
  void otherNetworksAreRefused() {
    assertThatThrownBy(() -> DistanceMatching.require(Mlp.uniform(2, 4, 1, 8, Activation.TANH)))
        .hasMessageContaining("set network.kind: gine");
  }
}
