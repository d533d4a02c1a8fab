package io.scorefield.engine.cuda.network;

import static org.assertj.core.api.Assertions.assertThat;

import io.scorefield.network.Activation;
import io.scorefield.network.Mlp;
import io.scorefield.network.NetworkProgram;
import io.scorefield.network.NetworkProgram.Way;
import io.scorefield.network.architecture.Egnn;
import io.scorefield.network.architecture.PointCloud;
import io.scorefield.network.plan.Plan;
import io.scorefield.network.plan.Step;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// How a program's memory is cut into tiles, and its weights packed.
class ProgramTileTest {
  private static final int LIMIT = 166912;

  private static NetworkProgram graph(int nodes, int dimension, int width) {
    return new Egnn(3, width, true, Egnn.Coordinates.MESSAGES, 0).of(new PointCloud(nodes, dimension, true), 8);
  }

  private static TilePlan.Needs needs(NetworkProgram program) {
    return new TilePlan.Needs(program, true, ConstraintMemory.Needs.NONE);
  }

  private static ProgramTile largest(NetworkProgram program, Way way, int limit) {
    return ProgramTile.largest(Plan.of(program, way), needs(program), limit);
  }

  @ParameterizedTest
  @ValueSource(ints = {400, 5000, 50_000, LIMIT, 232448})
  void neverAsksForMoreThanThereIs(int limit) {
    for (int nodes : new int[] {2, 4, 13}) {
      ProgramTile tile = largest(graph(nodes, 3, 32), Way.TO_STATE, limit);
      assertThat(tile.shared()).as("%d nodes", nodes).isLessThanOrEqualTo(limit);
      int end = (tile.sharedRow() + tile.sharedNumbers()) * tile.samples() * Float.BYTES;
      assertThat(end).isEqualTo(tile.shared());
      boolean whole = tile.sharedNumbers() == tile.plan().numbers();
      assertThat(tile.arrays().scratchRows() - tile.scratchRow()).isEqualTo(whole ? 0 : tile.plan().numbers());
    }
  }

  /// Small programs leave room for a second block, larger ones take it, and the largest leave it again for what they
  /// cannot keep in shared memory anyway.
  @Test
  void tilesAreAsLargeAsTwoBlocksFit() {
    ProgramTile small = largest(graph(4, 2, 32), Way.FORWARD, LIMIT);
    assertThat(small.samples()).isGreaterThanOrEqualTo(8);
    assertThat(small.sharedNumbers()).isEqualTo(small.plan().numbers());
    assertThat(small.shared()).isLessThanOrEqualTo(LIMIT / 2 - 1024);
    ProgramTile large = largest(graph(55, 3, 64), Way.FORWARD, LIMIT);
    assertThat(large.samples()).isEqualTo(1);
    assertThat(large.shared()).isBetween(LIMIT / 2 - 1100, LIMIT / 2 - 1024);
    assertThat(large.sharedNumbers()).isBetween(LIMIT / Float.BYTES / 2 * 9 / 10, large.plan().numbers() - 1);
    ProgramTile alone = largest(graph(13, 3, 64), Way.FORWARD, LIMIT);
    assertThat(alone.samples()).isEqualTo(1);
    assertThat(alone.sharedNumbers()).isEqualTo(alone.plan().numbers());
    assertThat(alone.shared()).isGreaterThan(LIMIT / 2);
    ProgramTile narrow = largest(new Mlp(1, 0, new int[] {2}, Activation.TANH).asProgram(), Way.FORWARD, LIMIT);
    assertThat(narrow.samples()).isEqualTo(64);
  }

  /// Sums over a tile may not depend on the device.
  @Test
  void tilesOfTrainingsDependOnTheProgramAlone() {
    for (int nodes : new int[] {2, 4, 13}) {
      NetworkProgram program = graph(nodes, 3, 32);
      Plan plan = Plan.of(program, Way.TO_PARAMETERS);
      int samples = ProgramTile.training(plan, needs(program), LIMIT).samples();
      for (int limit : new int[] {400, 65536, 232448}) {
        assertThat(ProgramTile.training(plan, needs(program), limit).samples()).isEqualTo(samples);
      }
      assertThat(samples == 1 || samples * plan.positions() < 64).isTrue();
    }
  }

  /// Every product finds its weights, whichever way it goes through them.
  @Test
  void packedWeightsAreThoseOfTheProducts() {
    Plan plan = Plan.of(graph(3, 2, 9), Way.TO_STATE);
    PackedWeights packed = PackedWeights.of(plan);
    int products = 0;
    for (int i = 0; i < plan.steps().size(); i++) {
      if (plan.steps().get(i) instanceof Step.Product product) {
        products++;
        int in = product.transposed() ? product.result().width() : product.from().width();
        int results = product.result().width();
        int padded = (results + 7) / 8 * 8;
        assertThat(packed.begins()[i] % 8).isZero();
        for (int k = 0; k < product.from().width(); k++) {
          for (int o = 0; o < padded; o++) {
            int weight = product.weights().weight().offset() + (product.transposed() ? k * in + o : o * in + k);
            assertThat(packed.source()[packed.begins()[i] + k * padded + o]).isEqualTo(o < results ? weight : -1);
          }
        }
      }
    }
    assertThat(products).isGreaterThan(10);
  }
}
