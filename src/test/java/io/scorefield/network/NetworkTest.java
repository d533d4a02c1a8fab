package io.scorefield.network;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

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
  void initialWeightsAreUniformWithinTheBound() {
    Network network = Network.initialize(Mlp.uniform(2, 1, 3, 64, Activation.TANH), 1);
    double bound = 1 / Math.sqrt(64);
    double sum = 0;
    double squares = 0;
    int from = network.mlp().weightOffset(1);
    int to = network.mlp().weightOffset(2);
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
