package io.scorefield.engine.reference;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.scorefield.engine.AdamOptions;
import io.scorefield.engine.NoiseTable;
import io.scorefield.engine.PhysicsTerm;
import io.scorefield.engine.SampleRequest;
import io.scorefield.engine.StepProgram;
import io.scorefield.engine.StepRow;
import io.scorefield.engine.TrainingPlan;
import io.scorefield.network.Activation;
import io.scorefield.network.Mlp;
import io.scorefield.network.Network;
import io.scorefield.physics.Constraint;
import io.scorefield.physics.Tape;
import io.scorefield.physics.TapeBuilder;
import io.scorefield.physics.TapeOperation;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import org.apache.commons.math3.analysis.differentiation.DerivativeStructure;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// Every gradient of the engine against central differences.
class GradientTest {
  private static final double[] FEATURES = {0.3, -0.8};

  private static NoiseTable table(double physicsWeight) {
    return NoiseTable.of(
        List.of(
            new NoiseTable.Row(FEATURES, 0.9, 0.4, 1, 0, 1, 0.7, 1 / 0.9, -0.4 / 0.9)
                .withPhysics(physicsWeight, 0),
            new NoiseTable.Row(
                    new double[] {1, 0.1}, 0.5, 0.8, 0.6, -0.8, 0.5, 1.3, 0.5, -0.8)
                .withPhysics(physicsWeight, 0, 0.6, 0.7, 0)));
  }

  @ParameterizedTest
  @EnumSource(Activation.class)
  void weightGradientAgreesWithDifferences(Activation activation) {
    Mlp mlp = new Mlp(2, 2, new int[] {7, 5}, activation);
    float[] parameters = Network.initialize(mlp, 3).parameters();
    TrainingPlan plan =
        new TrainingPlan(
            mlp, table(0.5), new float[] {1, 0.5f, -0.4f, 1.2f, 0.3f, -0.9f}, 6,
            AdamOptions.defaults(), 4, Optional.of(Constraint.sphere(2, 1.5).tape()));
    int[] examples = {0, 1, 2, 2, 1, 0};
    try (Workers workers = new Workers(2)) {
      ReferenceNetwork network = ReferenceNetwork.of(mlp);
      network.load(parameters);
      BatchGradient batch = new BatchGradient(plan, network, workers);
      batch.compute(100, examples, 0);
      double[] gradient = batch.of(Term.BOTH);
      for (int i = 0; i < parameters.length; i++) {
        float original = parameters[i];
        float h = 1e-3f;
        parameters[i] = original + h;
        double up = loss(batch, network, parameters, examples);
        double stepUp = parameters[i] - original;
        parameters[i] = original - h;
        double down = loss(batch, network, parameters, examples);
        double step = stepUp + (original - parameters[i]);
        parameters[i] = original;
        double difference = (up - down) / step;
        assertThat(gradient[i]).isCloseTo(difference, within(2e-5 * (1 + Math.abs(difference))));
      }
    }
  }

  private static double loss(
      BatchGradient batch, ReferenceNetwork network, float[] parameters, int[] examples) {
    network.load(parameters);
    batch.compute(100, examples, 0);
    return batch.dataLoss() + batch.physicsLoss();
  }

  /// r_1 = x^2 y - 0.3, r_2 = sin(y) + x.
  private static Tape twoResiduals() {
    TapeBuilder tape = new TapeBuilder(2);
    int x = tape.input(0);
    int y = tape.input(1);
    tape.residual(tape.subtract(tape.multiply(tape.square(x), y), tape.constant(0.3)));
    tape.residual(
        tape.add(tape.append(TapeOperation.SIN, y), x));
    return tape.build();
  }

  @ParameterizedTest
  @EnumSource(PhysicsTerm.Loss.class)
  void guidanceGradientGoesThroughTheNetwork(PhysicsTerm.Loss loss) throws IOException {
    Mlp mlp = new Mlp(2, 2, new int[] {9, 8}, Activation.SILU);
    Network network = Network.initialize(mlp, 8);
    Tape tape = twoResiduals();
    double p = 1.7;
    double q = -0.9;
    double scale = 0.6;
    // x' = -(-1) G: the row returns the gradient itself.
    StepRow row =
        StepRow.builder(1, 1)
            .network(FEATURES, scale)
            .x0(p, q)
            .state(0)
            .guidance(-1)
            .build();
    float[] points = {0.4f, -0.7f, 1.3f, 0.2f, -0.5f, -1.1f};
    float[] gradient = new float[6];
    try (ReferenceEngine engine = new ReferenceEngine(1)) {
      engine.sample(
          network,
          new StepProgram(2, 1, List.of(row)),
          PhysicsTerm.of(tape, loss),
          SampleRequest.of(1, 0, 3).withInitial(points),
          (first, count, samples) -> System.arraycopy(samples, 0, gradient, 0, 6));
    }
    ReferenceNetwork reference = ReferenceNetwork.of(mlp);
    reference.load(network.parameters());
    double h = 1e-6;
    for (int s = 0; s < 3; s++) {
      for (int d = 0; d < 2; d++) {
        double[] x = {points[2 * s], points[2 * s + 1]};
        x[d] += h;
        double up = guidanceLoss(reference, tape, loss, x, p, q, scale);
        x[d] -= 2 * h;
        double down = guidanceLoss(reference, tape, loss, x, p, q, scale);
        double difference = (up - down) / (2 * h);
        assertThat((double) gradient[2 * s + d])
            .isCloseTo(difference, within(1e-6 * (1 + Math.abs(difference))));
      }
    }
  }

  private static double guidanceLoss(
      ReferenceNetwork network, Tape tape, PhysicsTerm.Loss loss, double[] x, double p, double q,
      double scale) {
    ReferenceNetwork.Pass pass = network.pass(1);
    for (int d = 0; d < 2; d++) {
      pass.input()[0][d] = scale * x[d];
      pass.input()[0][2 + d] = FEATURES[d];
    }
    pass.forward(0, 1);
    double[] x0 = new double[2];
    for (int d = 0; d < 2; d++) {
      x0[d] = p * x[d] + q * pass.output()[0][d];
    }
    double[] r = tape.residuals(x0, 0);
    double squares = r[0] * r[0] + r[1] * r[1];
    return switch (loss) {
      case ABSOLUTE -> Math.abs(r[0]) + Math.abs(r[1]);
      case NORM -> Math.sqrt(squares);
      case HALF_SQUARE -> 0.5 * squares;
    };
  }

  /// The Jacobian of a network with respect to x, by Commons Math's automatic differentiation.
  @Test
  void inputGradientAgreesWithDerivativeStructures() {
    Mlp mlp = new Mlp(2, 2, new int[] {9, 8}, Activation.TANH);
    float[] parameters = Network.initialize(mlp, 8).parameters();
    ReferenceNetwork network = ReferenceNetwork.of(mlp);
    network.load(parameters);
    double[] x = {0.4, -0.7};
    DerivativeStructure[] a = {
      new DerivativeStructure(2, 1, 0, x[0]), new DerivativeStructure(2, 1, 1, x[1]),
      new DerivativeStructure(2, 1, FEATURES[0]), new DerivativeStructure(2, 1, FEATURES[1])
    };
    for (int layer = 0; layer < mlp.layers(); layer++) {
      DerivativeStructure[] out = new DerivativeStructure[mlp.out(layer)];
      for (int o = 0; o < out.length; o++) {
        out[o] = new DerivativeStructure(2, 1, parameters[mlp.biasOffset(layer) + o]);
        for (int i = 0; i < a.length; i++) {
          out[o] =
              out[o].add(a[i].multiply(parameters[mlp.weightOffset(layer) + o * a.length + i]));
        }
        if (layer < mlp.layers() - 1) {
          out[o] = out[o].tanh();
        }
      }
      a = out;
    }
    double[] g = {1.3, -0.6};
    ReferenceNetwork.Pass pass = network.pass(1);
    System.arraycopy(x, 0, pass.input()[0], 0, 2);
    System.arraycopy(FEATURES, 0, pass.input()[0], 2, 2);
    pass.forward(0, 1);
    System.arraycopy(g, 0, pass.outputGradient()[0], 0, 2);
    pass.backward(0, 1, true);
    for (int d = 0; d < 2; d++) {
      double expected =
          g[0] * a[0].getPartialDerivative(1 - d, d) + g[1] * a[1].getPartialDerivative(1 - d, d);
      assertThat(pass.output()[0][d]).isCloseTo(a[d].getValue(), within(1e-14));
      assertThat(pass.inputGradient()[0][d]).isCloseTo(expected, within(1e-13));
    }
  }

  @Test
  void projectionMeetsTheConstraint() {
    ReferencePhysics sphere = new ReferencePhysics(Constraint.sphere(2, 1.5).tape());
    double[] x = {0.3, -0.4};
    sphere.project(x, 1, 1);
    assertThat(x).containsExactly(new double[] {0.9, -1.2}, within(1e-15));
    double[] y = {-0.5, 0.9};
    new ReferencePhysics(twoResiduals()).project(y, 8, 2);
    assertThat(twoResiduals().residuals(y, 0)).containsExactly(new double[2], within(1e-9));
  }
}
