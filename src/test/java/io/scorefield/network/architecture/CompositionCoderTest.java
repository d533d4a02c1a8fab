package io.scorefield.network.architecture;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.scorefield.engine.reference.ReferenceEngine;
import io.scorefield.network.Network;
import io.scorefield.network.NetworkProgram;
import org.junit.jupiter.api.Test;

class CompositionCoderTest {
  private static final CompositionCoder CODER =
      new CompositionCoder(5, 3, 4, 2, 6, new CompositionCoder.Weights(1, 30, 2, 10, 0.01));

  private static float[] run(NetworkProgram program, float[] parameters, float... first) {
    float[] in = new float[program.dimension()];
    System.arraycopy(first, 0, in, 0, first.length);
    float[] out = new float[in.length];
    try (ReferenceEngine engine = new ReferenceEngine(1)) {
      engine.evaluate(new Network(program, parameters), in, new double[0], out);
    }
    return out;
  }

  /// Without parameters all classes are alike, the cell is 0, and the code's distribution is N(0, e^-4).
  @Test
  void theLossIsTheSumOfItsParts() {
    NetworkProgram training = CODER.training();
    float[] out = run(training, new float[training.parameterCount()], 0.3f, -0.7f, 0, 1, 0, 3, 0, 1, 2, 0, -1, 0, 0);
    double divergence = 2 * (Math.exp(-4) + 4 - 1) / 2;
    double expected = Math.log(3) + 30 * Math.log(2) + 2 * Math.log(4) + 10 * 6.0 / 6 + 0.01 * divergence;
    assertThat((double) out[0] * out[0]).isCloseTo(expected, within(1e-4));
    for (int i = 1; i < out.length; i++) {
      assertThat(out[i]).isZero();
    }
  }

  /// What the decoder says of the encoder's code has the loss that the training has, less the divergence.
  @Test
  void theHalvesAreThoseOfTheTraining() {
    NetworkProgram training = CODER.training();
    assertThat(CODER.encoder().blocks()).isEqualTo(training.blocks());
    assertThat(CODER.decoder().blocks()).isEqualTo(training.blocks());
    float[] parameters = Network.initialize(training, 4).parameters();
    CompositionCoder bare = new CompositionCoder(5, 3, 4, 2, 6, new CompositionCoder.Weights(1, 30, 2, 10, 0));
    float[] counts = {0, 1, 0, 3, 0};
    float[] cell = {1, 2, 0, -1, 0, 0.5f};
    float[] example = {0, 0, 0, 1, 0, 3, 0, 1, 2, 0, -1, 0, 0.5f};
    float[] code = run(CODER.encoder(), parameters, 0, 1, 0, 3, 0, 1, 2, 0, -1, 0, 0.5f);
    float[] logits = run(CODER.decoder(), parameters, code[0], code[1], 0, 1, 0, 3, 0);
    double loss = entropy(logits, 0, 3, 1);
    for (int e = 0; e < 5; e++) {
      double logit = logits[3 + e];
      loss += 30.0 / 5 * (Math.log1p(Math.exp(logit)) - (counts[e] > 0 ? logit : 0));
    }
    loss += 2 * (entropy(logits, 8 + 4, 4, 0) + entropy(logits, 8 + 3 * 4, 4, 2)) / 2;
    for (int k = 0; k < 6; k++) {
      loss += 10.0 / 6 * Math.pow(logits[28 + k] - cell[k], 2);
    }
    float[] out = run(bare.training(), parameters, example);
    assertThat((double) out[0] * out[0]).isCloseTo(loss, within(1e-4));
  }

  private static double entropy(float[] logits, int at, int classes, int truth) {
    double sum = 0;
    for (int i = 0; i < classes; i++) {
      sum += Math.exp(logits[at + i]);
    }
    return Math.log(sum) - logits[at + truth];
  }
}
