package io.scorefield.diffusion;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.scorefield.data.Scaling;
import io.scorefield.engine.Engine;
import io.scorefield.engine.Engines;
import io.scorefield.engine.PhysicsTerm;
import io.scorefield.engine.SampleRequest;
import io.scorefield.engine.StepProgram;
import io.scorefield.engine.reference.ReferenceEngine;
import io.scorefield.network.Activation;
import io.scorefield.network.Architecture;
import io.scorefield.network.Mlp;
import io.scorefield.network.Network;
import io.scorefield.network.TimeEmbedding;
import io.scorefield.network.architecture.Autoencoder;
import io.scorefield.network.architecture.Autoencoder.Noise;
import io.scorefield.network.architecture.DecodedDenoiser;
import io.scorefield.network.architecture.FieldCoder;
import io.scorefield.network.architecture.FieldGrid;
import io.scorefield.network.architecture.FieldNet;
import io.scorefield.network.architecture.PerceptronCoder;
import io.scorefield.physics.Constraint;
import io.scorefield.physics.Law;
import io.scorefield.schedule.VariancePreserving;
import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class DecodedGuidanceTest {
  private static final VariancePreserving SCHEDULE = new VariancePreserving(0.1, 20, 1e-3, 1e-5);
  private static final TimeEmbedding EMBEDDING = new TimeEmbedding.Sinusoidal(8, 100);

  /// A decoder 3 x 2 with orthogonal columns, and the scalings of data and codes.
  private static final double[][] W = {{2.0 / 3, 2.0 / 3}, {-2.0 / 3, 1.0 / 3}, {1.0 / 3, -2.0 / 3}};

  private static final Scaling DATA = new Scaling(new double[] {1, -2, 0.5}, new double[] {2, 1, 0.5});
  private static final Scaling CODES = new Scaling(new double[] {0.3, -0.1}, new double[] {1.5, 0.5});

  private static final double[] MEASURED = {1, 0.5, -1};
  private static final double NOISE = 0.8;

  private static float[] parameters(Autoencoder shape) {
    float[] parameters = new float[shape.training().parameterCount()];
    for (Architecture.Block block : shape.training().blocks()) {
      for (int i = 0; i < 3; i++) {
        for (int k = 0; k < 2; k++) {
          if (block.name().equals("decoder.out.weight")) {
            parameters[block.offset() + 2 * i + k] = (float) W[i][k];
          } else if (block.name().equals("encoder.mean.weight")) {
            parameters[block.offset() + 3 * k + i] = (float) W[i][k];
          }
        }
      }
    }
    return parameters;
  }

  /// What is measured is m + h . z for a code z in units of the state, whose prior is N(0, 1): so is its posterior known.
  @Test
  void theKnownPosteriorOfALinearMeasurementIsSampled() throws IOException {
    Autoencoder shape = new Autoencoder(new PerceptronCoder(3, 2, 1, 1, Activation.TANH), Noise.NONE, 0, 0);
    LatentSpace space = new LatentSpace(DATA, shape, parameters(shape));
    // With v as the output the exact network for N(0, 1) is 0 under this schedule.
    Mlp mlp = Mlp.uniform(2, 8, 2, 4, Activation.TANH);
    Network exact = new Network(mlp, new float[mlp.parameterCount()]);
    Diffuser codes = new Diffuser(SCHEDULE, Parameterization.V, EMBEDDING, CODES);
    DecodedGuidance guidance = new DecodedGuidance(codes, space);

    double m = 0;
    double length = 0;
    double[] h = new double[2];
    for (int i = 0; i < 3; i++) {
      m += MEASURED[i] * (DATA.mean()[i] + DATA.deviation()[i] * (W[i][0] * 0.3 + W[i][1] * -0.1));
      length += Math.pow(MEASURED[i] * DATA.deviation()[i], 2);
      for (int k = 0; k < 2; k++) {
        h[k] += MEASURED[i] * DATA.deviation()[i] * W[i][k] * CODES.deviation()[k];
      }
    }
    double y = m + 1.5;
    double square = h[0] * h[0] + h[1] * h[1];
    double share = square / length;

    Constraint law = Constraint.of(Law.of("measured", Law.linear(MEASURED, new double[] {y}, new int[] {0, 1, 2}, 3)));
    Guidance.Likelihood likelihood = new Guidance.Likelihood(NOISE, 1);
    StepProgram plain = guidance.program(FlowSampler.heun(60), likelihood);
    // The variance of a code given a noisy one, carried through the decoder, in place of a multiple of sigma^2/alpha^2.
    StepProgram program =
        plain.withRows(
            plain.rows().stream()
                .map(
                    row -> {
                      double sigma = SCHEDULE.sigma(row.time());
                      return row.iterations() == 0
                          ? row
                          : row.toBuilder().likelihood(1, NOISE * NOISE, sigma * sigma * share, true).build();
                    })
                .toList());
    int n = 6000;
    double[][] z = new double[n][2];
    try (Engine engine = Engines.open("auto", 1).engine()) {
      PhysicsTerm physics = guidance.term(likelihood, law);
      guidance.sample(
          engine, guidance.network(exact), program, physics, SampleRequest.of(3, 0, n),
          (first, count, points) -> {
            for (int i = 0; i < count; i++) {
              for (int k = 0; k < 2; k++) {
                double code = 0;
                for (int d = 0; d < 3; d++) {
                  code += W[d][k] * (points[3 * i + d] - DATA.mean()[d]) / DATA.deviation()[d];
                }
                z[(int) first + i][k] = (code - CODES.mean()[k]) / CODES.deviation()[k];
              }
            }
          });
    }
    double gain = 1 / (square + NOISE * NOISE);
    for (int k = 0; k < 2; k++) {
      double mean = 0;
      for (double[] one : z) {
        mean += one[k] / n;
      }
      double expected = gain * h[k] * (y - m);
      double variance = 1 - gain * h[k] * h[k];
      // Four standard errors, and the discretisation.
      assertThat(mean).as("mean of code %d", k).isCloseTo(expected, within(4 * Math.sqrt(variance / n) + 0.01));
      for (int l = 0; l < 2; l++) {
        double product = 0;
        for (double[] one : z) {
          product += (one[k] - gain * h[k] * (y - m)) * (one[l] - gain * h[l] * (y - m)) / n;
        }
        double covariance = (k == l ? 1 : 0) - gain * h[k] * h[l];
        assertThat(product).as("covariance %d %d", k, l).isCloseTo(covariance, within(4 * Math.sqrt(2.0 / n) + 0.01));
      }
    }
  }

  /// x0hat of the decoded part is what the decoder makes of the code's, whatever stands in the state for it.
  @Test
  void theJoinedNetworkDecodesTheEstimate() {
    FieldCoder fields = new FieldCoder(new FieldGrid(List.of(8), false), 1, 2, 3, 1, 1, true);
    decodes(new FieldNet(4, 1, 1, false).of(fields.coarse(), 2, 1, 5), new Autoencoder(fields, Noise.FIXED, 0.1, 1e-3));
    decodes(
        new Mlp(5, 5, new int[] {9}, Activation.SILU),
        new Autoencoder(new PerceptronCoder(6, 4, 2, 7, Activation.SILU), Noise.LEARNED, 0, 1e-3));
  }

  /// @param denoiser of codes and one condition, and 5 time features
  private static void decodes(Architecture denoiser, Autoencoder shape) {
    int s = shape.dimension();
    int k = shape.latents();
    Random random = new Random(4);
    double[] mean = random.doubles(k, -1, 1).toArray();
    double[] deviation = random.doubles(k, 0.5, 2).toArray();
    Network plain = Network.initialize(denoiser, 2);
    Network trained = Network.initialize(shape.training(), 3);
    Network joined = DecodedDenoiser.of(plain, shape, trained.parameters(), mean, deviation);
    float[] x = new float[s + k + 1];
    for (int i = 0; i < x.length; i++) {
      x[i] = (float) random.nextGaussian();
    }
    double[] time = random.doubles(5).toArray();
    double fromX = 0.7;
    double fromOutput = -0.4;
    double[] features = Arrays.copyOf(time, 8);
    features[5] = fromX;
    features[6] = fromOutput;
    features[7] = 1 / fromOutput;
    float[] output = new float[x.length];
    float[] code = new float[k + 1];
    float[] own = new float[k + 1];
    try (Engine engine = new ReferenceEngine(1)) {
      engine.evaluate(joined, x, features, output);
      engine.evaluate(plain, Arrays.copyOfRange(x, s, x.length), time, own);
      for (int i = 0; i < k; i++) {
        assertThat(output[s + i]).isCloseTo(own[i], within(1e-6f));
        code[i] = (float) (deviation[i] * (fromX * x[s + i] + fromOutput * own[i]) + mean[i]);
      }
      float[] decoded = new LatentSpace(Scaling.identity(s), shape, trained.parameters()).decode(engine, Arrays.copyOf(code, k), 1);
      for (int d = 0; d < s; d++) {
        assertThat(fromX * x[d] + fromOutput * output[d]).isCloseTo(decoded[d], within(1e-5));
      }
    }
  }

  @Test
  void networksOfAnotherFormAreRefused() {
    FieldCoder fields = new FieldCoder(new FieldGrid(List.of(8), false), 1, 2, 3, 1, 1, true);
    Autoencoder shape = new Autoencoder(fields, Noise.NONE, 0, 0);
    Network mlp = Network.initialize(new Mlp(8, 2, new int[] {4}, Activation.SILU), 1);
    float[] parameters = new float[shape.training().parameterCount()];
    assertThatThrownBy(() -> DecodedDenoiser.of(mlp, shape, parameters, new double[8], new double[8]))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("needs a network and an autoencoder of the same kind");
  }
}
