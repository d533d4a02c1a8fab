package io.scorefield.onnx;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.scorefield.engine.Engine;
import io.scorefield.engine.Programs;
import io.scorefield.engine.reference.ReferenceEngine;
import io.scorefield.network.Activation;
import io.scorefield.network.Architecture;
import io.scorefield.network.Mlp;
import io.scorefield.network.Network;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// Networks in ONNX Runtime are those of the reference engine: every operation, every kind of network, every activation.
class NetworkNodesTest {
  @TempDir Path folder;

  static List<Architecture> networks() {
    List<Architecture> all = new ArrayList<>(Programs.all());
    for (Activation activation : Activation.values()) {
      all.add(new Mlp(3, 4, new int[] {19, 8}, activation));
    }
    all.add(new Mlp(3, 4, new int[0], Activation.TANH));
    return all;
  }

  private Path written(Network network) throws Exception {
    OnnxGraph graph = new OnnxGraph();
    int dimension = network.architecture().dimension();
    int wide = dimension + network.architecture().timeFeatures();
    graph.input("input", ElementType.FLOAT, "x and time features", OnnxGraph.SAMPLES, wide);
    String output = new NetworkNodes(graph, network).evaluate("input");
    graph.output("output", ElementType.FLOAT, "", output, OnnxGraph.SAMPLES, dimension);
    Path file = folder.resolve("network.onnx");
    new OnnxModel(graph, "test", "").write(file, "0", Map.of());
    return file;
  }

  @ParameterizedTest
  @MethodSource("networks")
  void evaluatesAsTheReference(Architecture architecture) throws Exception {
    Network network = Network.initialize(architecture, 3);
    int dimension = architecture.dimension();
    int wide = dimension + architecture.timeFeatures();
    Random random = new Random(1);
    double[] features = random.doubles(architecture.timeFeatures()).toArray();
    try (Engine reference = new ReferenceEngine(1);
        OnnxRun onnx = new OnnxRun(written(network))) {
      for (int count : new int[] {1, 37}) {
        float[] x = new float[count * dimension];
        for (int i = 0; i < x.length; i++) {
          x[i] = (float) random.nextGaussian();
        }
        float[] expected = new float[x.length];
        reference.evaluate(network, x, features, expected);
        float[] input = new float[count * wide];
        for (int i = 0; i < input.length; i++) {
          int d = i % wide;
          input[i] = d < dimension ? x[i / wide * dimension + d] : (float) features[d - dimension];
        }
        double[] actual = onnx.with("input", input, count, wide).run().get("output");
        assertThat(actual).hasSameSizeAs(expected);
        double most = 0;
        for (float number : expected) {
          most = Math.max(most, Math.abs(number));
        }
        for (int i = 0; i < actual.length; i++) {
          assertThat(actual[i]).as("number %d of %d samples", i, count).isCloseTo(expected[i], within(2e-5 * (most + 1e-30)));
        }
      }
    }
  }

  /// Runtimes know these as one operation, and they are faster for it.
  @Test
  void activationsThatHaveANameAreWrittenByIt() throws Exception {
    for (Activation activation : new Activation[] {Activation.RELU, Activation.LEAKY_RELU}) {
      byte[] bytes = Files.readAllBytes(written(Network.initialize(new Mlp(2, 1, new int[] {4}, activation), 1)));
      String text = new String(bytes, StandardCharsets.ISO_8859_1);
      assertThat(text).contains(activation == Activation.RELU ? "Relu" : "LeakyRelu").doesNotContain("Where");
    }
  }

  @Test
  void parametersStandInTheFileOnce() throws Exception {
    Network network = Network.initialize(new Mlp(2, 1, new int[] {200, 200}, Activation.SILU), 1);
    byte[] bytes = Files.readAllBytes(written(network));
    assertThat(bytes.length).isBetween(4 * network.parameters().length, 4 * network.parameters().length + 2000);
    assertThat(Arrays.stream(new int[] {bytes[0], bytes[1]})).containsExactly(0x08, OnnxGraph.IR_VERSION);
  }
}
