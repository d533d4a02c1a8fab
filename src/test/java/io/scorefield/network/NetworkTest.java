package io.scorefield.network;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.scorefield.rng.NoiseSource;
import io.scorefield.rng.NoiseStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class NetworkTest {
  @Test
  void countsParametersAsPyTorchDoes() {
    assertThat(Mlp.uniform(2, 32, 5, 512, Activation.LEAKY_RELU).parameterCount())
        .isEqualTo(806_914);
    Mlp moons = Mlp.uniform(2, 1, 3, 64, Activation.TANH);
    assertThat(moons.parameterCount()).isEqualTo(4_546);
    assertThat(moons.flopsPerEvaluation()).isEqualTo(8_832);
    assertThat(moons.weightOffset(1)).isEqualTo(256);
    assertThat(moons.biasOffset(2)).isEqualTo(4_544);
  }

  @Test
  void blocksAreThePiecesOfTheParametersInOrder() {
    Architecture network = new Mlp(2, 3, new int[] {7, 4}, Activation.TANH);
    assertThat(network.blocks())
        .extracting(Architecture.Block::name)
        .containsExactly(
            "layers.0.weight", "layers.0.bias", "layers.1.weight", "layers.1.bias", "layers.2.weight", "layers.2.bias");
    assertThat(network.blocks().get(2).shape()).containsExactly(4, 7);
    assertThat(network.blocks().get(3).shape()).containsExactly(4);
    int at = 0;
    for (Architecture.Block block : network.blocks()) {
      assertThat(block.offset()).as(block.name()).isEqualTo(at);
      at += block.size();
    }
    assertThat(at).isEqualTo(network.parameterCount());
  }

  /// Checkpoints and published results depend on them: number i of a layer, weights first, then biases.
  @Test
  void initialWeightsAreNumbersOfTheirLayersSample() {
    Mlp mlp = new Mlp(2, 3, new int[] {7, 4}, Activation.TANH);
    float[] parameters = Network.initialize(mlp, 5).parameters();
    NoiseSource source = new NoiseSource(5);
    double u = source.uniform(NoiseStream.WEIGHTS, 1, 4 * 7 + 2);
    assertThat(parameters[mlp.biasOffset(1) + 2]).isEqualTo((float) (1 / Math.sqrt(7) * (2 * u - 1)));
  }

  @Test
  void initialWeightsAreUniformWithinTheBound() {
    Mlp mlp = Mlp.uniform(2, 1, 3, 64, Activation.TANH);
    Network network = Network.initialize(mlp, 1);
    double bound = 1 / Math.sqrt(64);
    double sum = 0;
    double squares = 0;
    int from = mlp.weightOffset(1);
    int to = mlp.weightOffset(2);
    for (int i = from; i < to; i++) {
      float w = network.parameters()[i];
      assertThat(Math.abs(w)).isLessThanOrEqualTo((float) bound);
      sum += w;
      squares += w * w;
    }
    int n = to - from;
    assertThat(sum / n).isCloseTo(0, within(5 * bound / Math.sqrt(3.0 * n)));
    assertThat(squares / n / (bound * bound / 3)).isCloseTo(1, within(0.08));
  }

  @ParameterizedTest
  @EnumSource(Activation.class)
  void derivativesAgreeWithDifferences(Activation activation) {
    double h = 1e-6;
    for (double x = -6.05; x < 6; x += 0.1) {
      double difference = (activation.value(x + h) - activation.value(x - h)) / (2 * h);
      assertThat(activation.derivative(x, activation.value(x)))
          .isCloseTo(difference, within(1e-8));
    }
    assertThat(activation.value(1000)).isFinite();
    assertThat(activation.value(-1000)).isFinite();
  }

  @Test
  void sinusoidalEmbeddingIsSinesThenCosines() {
    double[] features = new TimeEmbedding.Sinusoidal(32, 1).features(50);
    assertThat(features).hasSize(32);
    assertThat(features[0]).isCloseTo(Math.sin(50), within(1e-15));
    assertThat(features[16]).isCloseTo(Math.cos(50), within(1e-15));
    assertThat(features[15]).isCloseTo(Math.sin(50 * Math.pow(10000, -15.0 / 16)), within(1e-15));
  }

  @Test
  void refusesImpossibleShapes() {
    assertThatThrownBy(() -> Mlp.uniform(0, 1, 3, 64, Activation.TANH))
        .hasMessageContaining("dimension is 0");
    assertThatThrownBy(() -> Mlp.uniform(2, 1, 64, 16384, Activation.TANH))
        .hasMessageContaining("too large");
    assertThatThrownBy(() -> new TimeEmbedding.Sinusoidal(31, 1)).hasMessageContaining("even");
    Mlp mlp = Mlp.uniform(2, 1, 1, 1, Activation.TANH);
    assertThatThrownBy(() -> new Network(mlp, new float[3])).hasMessageContaining("8 parameters");
  }
}
