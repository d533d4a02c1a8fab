package io.scorefield.engine.reference;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.scorefield.network.Activation;
import io.scorefield.network.Architecture;
import io.scorefield.network.Mlp;
import io.scorefield.network.Network;
import io.scorefield.network.NetworkProgram;
import io.scorefield.network.architecture.Egnn;
import io.scorefield.network.architecture.EnergyNetwork;
import io.scorefield.network.architecture.FieldGrid;
import io.scorefield.network.architecture.FieldNet;
import io.scorefield.network.architecture.PairEnergy;
import io.scorefield.network.architecture.PointCloud;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// Network programs in the reference engine: the same network written otherwise, and gradients against differences.
class ProgramNetworkTest {
  private static final int SAMPLES = 3;

  static Stream<NetworkProgram> programs() {
    return Stream.of(
        new Mlp(2, 3, new int[] {5, 4}, Activation.SILU).asProgram(),
        new Mlp(2, 1, new int[] {6}, Activation.SOFTPLUS).asProgram(),
        new Egnn(2, 4, true, Egnn.Coordinates.MESSAGES, 0).of(new PointCloud(3, 2, true), 2),
        new Egnn(2, 4, false, Egnn.Coordinates.FEATURES, 2).of(new PointCloud(3, 2, false), 2),
        new EnergyNetwork(1, 4).of(new PointCloud(3, 2, true), 2),
        new EnergyNetwork(1, 3, List.of(0.5, 1.5)).of(new PointCloud(3, 2, true), 2),
        new PairEnergy(4, 3).of(new PointCloud(3, 2, true), 2),
        new FieldNet(2, 1, 1, true).of(new FieldGrid(List.of(2, 4), false), 2, 2),
        new FieldNet(2, 1, 1, false).of(new FieldGrid(List.of(4), true), 1, 2),
        new FieldNet(2, 1, 1, false).of(new FieldGrid(List.of(4), true), 1, 3, 2));
  }

  private static Network network(Architecture architecture) {
    return Network.initialize(architecture, 5);
  }

  private static ReferenceNetwork.TrainingPass pass(Architecture architecture, float[] parameters) {
    ReferenceNetwork network = ReferenceNetwork.of(architecture);
    network.load(parameters);
    ReferenceNetwork.TrainingPass pass = network.trainingPass(SAMPLES);
    Random random = new Random(7);
    for (int s = 0; s < SAMPLES; s++) {
      fill(pass.input()[s], random);
      fill(pass.outputGradient()[s], random);
    }
    return pass;
  }

  private static void fill(double[] numbers, Random random) {
    for (int i = 0; i < numbers.length; i++) {
      numbers[i] = random.nextGaussian();
    }
  }

  private static double objective(ReferenceNetwork.Pass pass) {
    pass.forward(0, SAMPLES);
    double sum = 0;
    for (int s = 0; s < SAMPLES; s++) {
      for (int d = 0; d < pass.output()[s].length; d++) {
        sum += pass.output()[s][d] * pass.outputGradient()[s][d];
      }
    }
    return sum;
  }

  @ParameterizedTest
  @MethodSource("programs")
  void gradientsAreThoseOfDifferences(NetworkProgram program) {
    float[] parameters = network(program).parameters();
    ReferenceNetwork.TrainingPass pass = pass(program, parameters);
    pass.forward(0, SAMPLES);
    pass.backward(0, SAMPLES, true);
    double[] gradient = new double[parameters.length];
    pass.addGradient(gradient, 0, 1);
    double step = 1e-4;
    for (int s = 0; s < SAMPLES; s++) {
      for (int d = 0; d < program.dimension(); d++) {
        double x = pass.input()[s][d];
        pass.input()[s][d] = x + step;
        double above = objective(pass);
        pass.input()[s][d] = x - step;
        double below = objective(pass);
        pass.input()[s][d] = x;
        assertEquals((above - below) / (2 * step), pass.inputGradient()[s][d], 1e-6);
      }
    }
    float wide = 0x1p-8f;
    for (int i = 0; i < parameters.length; i += 3) {
      double slope = (4 * difference(program, parameters, i, wide) - difference(program, parameters, i, 2 * wide)) / 3;
      assertEquals(slope, gradient[i], 1e-5, "parameter " + i);
    }
  }

  private static double difference(NetworkProgram program, float[] parameters, int i, float step) {
    float before = parameters[i];
    parameters[i] = before + step;
    double width = parameters[i];
    double above = objective(pass(program, parameters));
    parameters[i] = before - step;
    width -= parameters[i];
    double below = objective(pass(program, parameters));
    parameters[i] = before;
    return (above - below) / width;
  }

  @Test
  void perceptronsAreThoseOfTheirPrograms() {
    for (Activation activation : Activation.values()) {
      Mlp mlp = new Mlp(3, 4, new int[] {7, 5}, activation);
      float[] parameters = network(mlp).parameters();
      ReferenceNetwork.TrainingPass one = pass(mlp, parameters);
      ReferenceNetwork.TrainingPass other = pass(mlp.asProgram(), parameters);
      assertEquals(objective(one), objective(other), 1e-12);
      one.backward(0, SAMPLES, true);
      other.backward(0, SAMPLES, true);
      double[] gradient = new double[parameters.length];
      double[] again = new double[parameters.length];
      one.addGradient(gradient, 0, 1);
      other.addGradient(again, 0, 1);
      for (int i = 0; i < parameters.length; i++) {
        assertEquals(gradient[i], again[i], 1e-12);
      }
      for (int d = 0; d < 3; d++) {
        assertEquals(one.inputGradient()[1][d], other.inputGradient()[1][d], 1e-12);
      }
    }
  }
}
