package io.scorefield.engine;

import io.scorefield.data.Frame;
import io.scorefield.data.Presence;
import io.scorefield.network.Activation;
import io.scorefield.network.Mlp;
import io.scorefield.network.NetworkProgram;
import io.scorefield.network.architecture.Autoencoder;
import io.scorefield.network.architecture.BondGraph;
import io.scorefield.network.architecture.Classifier;
import io.scorefield.network.architecture.CompositionCoder;
import io.scorefield.network.architecture.CrystalNet;
import io.scorefield.network.architecture.Egnn;
import io.scorefield.network.architecture.EgnnCoder;
import io.scorefield.network.architecture.EnergyNetwork;
import io.scorefield.network.architecture.FieldCoder;
import io.scorefield.network.architecture.FieldGrid;
import io.scorefield.network.architecture.FieldNet;
import io.scorefield.network.architecture.Gine;
import io.scorefield.network.architecture.PairEnergy;
import io.scorefield.network.architecture.PerceptronCoder;
import io.scorefield.network.architecture.PeriodicDistanceNet;
import io.scorefield.network.architecture.PointCloud;
import io.scorefield.network.program.Links;
import io.scorefield.network.program.Port;
import io.scorefield.network.program.Port.Channel;
import io.scorefield.network.program.ProgramBuilder;
import io.scorefield.network.program.Space;
import io.scorefield.network.program.Value;
import java.util.List;

/// Network programs that engines are compared on.
public final class Programs {
  private Programs() {}

  public static List<NetworkProgram> all() {
    return List.of(
        new Mlp(3, 2, new int[] {17}, Activation.TANH).asProgram(),
        new Mlp(1, 1, new int[] {5, 65}, Activation.SILU).asProgram(),
        new Mlp(2, 3, new int[] {63, 4}, Activation.SOFTPLUS).asProgram(),
        new Mlp(2, 0, new int[] {9}, Activation.LEAKY_RELU).asProgram(),
        new Classifier(2, 3, 4, 2, 9).crossEntropy(),
        new Classifier(2, 3, 3, 2, 7).guided(new Mlp(2, 3, new int[] {11}, Activation.SILU), 1),
        everyOperation(1, 1), everyOperation(5, 17), everyOperation(17, 3),
        new Egnn(2, 17, true, Egnn.Coordinates.MESSAGES, 0).of(new PointCloud(4, 2, true), 3),
        new Egnn(2, 8, false, Egnn.Coordinates.FEATURES, 3).of(new PointCloud(5, 3, false), 2),
        new Egnn(1, 4, true, Egnn.Coordinates.MESSAGES, 0).of(new PointCloud(2, 1, true), 1),
        new Egnn(2, 7, true, Egnn.Coordinates.FEATURES, 0, 5, 3)
            .of(
                PointCloud.of(
                    Frame.centred(4, 3).withFeatures(8).withConditions(1).withPresence(Presence.byCount(4, 0, 2))),
                2),
        new EnergyNetwork(2, 9).of(new PointCloud(4, 2, true), 2),
        new EnergyNetwork(1, 5, List.of(0.7, 2.0)).of(new PointCloud(4, 2, true), 2),
        new PairEnergy(6, 3).of(new PointCloud(3, 2, false), 2),
        new CrystalNet(2, 7, 2)
            .of(
                Frame.centred(3, 3).withFeatures(6).withConditions(3).withPresence(Presence.byKind(3, 0, 0)), 1,
                new double[][] {{0.3, -0.2}, {-0.5, 0.7}}),
        bonds(), bonds().ofDistances().orElseThrow(),
        new PeriodicDistanceNet(1, 5, 4, 4)
            .of(
                Frame.centred(2, 3).withConditions(8).withPresence(Presence.byKind(2, 0, 0)), 1,
                new double[][] {{0.3, -0.2}, {-0.5, 0.7}}),
        new FieldNet(3, 1, 1, true).of(new FieldGrid(List.of(4, 6), false), 2, 3),
        new FieldNet(2, 2, 1, false).of(new FieldGrid(List.of(8), true), 1, 2),
        new FieldNet(2, 1, 1, false).of(new FieldGrid(List.of(6), false), 2, 3, 2),
        new FieldNet(3, 1, 1, false, 2).of(new FieldGrid(List.of(4), false), 1, 2, 2),
        compositions().training(), compositions().encoder(), compositions().decoder(),
        // Halves are parts of their trainings.
        perceptrons().training(), fields().training(), points().training(), points().decoder());
  }

  private static NetworkProgram bonds() {
    Frame frame = Frame.centred(3, 3).withConditions(new BondGraph(3).conditions()).withPresence(Presence.byKind(3, 0, 0));
    return new Gine(2, 6).of(PointCloud.of(frame), 2);
  }

  private static CompositionCoder compositions() {
    return new CompositionCoder(3, 2, 4, 2, 5, new CompositionCoder.Weights(1, 3, 1, 2, 0.1));
  }

  private static Autoencoder perceptrons() {
    return new Autoencoder(new PerceptronCoder(5, 3, 2, 9, Activation.SILU), Autoencoder.Noise.LEARNED, 0, 0.01);
  }

  /// Of up to 4 particles of 3 types, told how many and a number that is not looked at.
  private static Autoencoder points() {
    Frame frame =
        Frame.centred(4, 3).withFeatures(12).withConditions(2).withPresence(Presence.byCount(4, 0, 3));
    Egnn egnn = new Egnn(1, 7, true, Egnn.Coordinates.FEATURES, 0);
    return new Autoencoder(new EgnnCoder(frame, 1, egnn, egnn, 0.25), Autoencoder.Noise.FIXED, 0.1, 0.001);
  }

  private static Autoencoder fields() {
    FieldCoder coder = new FieldCoder(new FieldGrid(List.of(4, 6), false), 2, 3, 2, 1, 1, true);
    return new Autoencoder(coder, Autoencoder.Noise.FIXED, 0.1, 0.001);
  }

  /// Every operation, gathers along links that point nowhere, sums over nothing, a constant seen through links.
  static NetworkProgram everyOperation(int positions, int width) {
    ProgramBuilder b = new ProgramBuilder();
    Space cells = new Space("cell", positions);
    Space pairs = new Space("pair", 2 * positions + 1);
    // Some cells are pointed to by none, some pairs point nowhere.
    Links links = Links.of(cells, pairs, i -> i % 3 == 0 ? Links.NONE : i * i % positions);
    Value x = b.input(cells, 2, Port.byPosition(Channel.INPUT, 2));
    Value time = b.input(Space.SAMPLE, 2, new Port(Channel.INPUT, 2 * positions, 0, 1));
    Value h = b.add(b.linear(x, "in", width), b.gather(b.linear(time, "time", width), Links.sampleOf(cells)));
    double[] numbers = new double[positions * width];
    for (int i = 0; i < numbers.length; i++) {
      numbers[i] = Math.sin(i + 1);
    }
    Value constant = b.constant(cells, width, numbers);
    Value sent = b.multiply(b.gather(h, links), b.gather(constant, links));
    Value wide = b.linear(sent, "pair", width + 1);
    Value bounded = b.add(b.tanh(wide), b.multiply(b.sin(wide), b.cos(b.scale(wide, 0.7))));
    Value positive = b.shift(b.square(wide), 0.3);
    Value roots = b.add(b.log(positive), b.multiply(b.sqrt(positive), b.inverse(positive)));
    Value mixed = b.subtract(b.softplus(bounded), b.multiply(b.logistic(roots), b.exp(b.scale(bounded, -0.5))));
    Value length = b.rowSum(b.multiply(mixed, b.step(wide)));
    Value scaled = b.multiply(mixed, b.spread(b.tanh(length), width + 1));
    Value back = b.segmentSum(scaled, links);
    Value out = b.linear(b.add(back, b.spread(b.rowSum(h), width + 1)), b.weights("out", width + 1, 2, false));
    b.output(b.subtract(out, b.mean(x)), Port.byPosition(Channel.RESULT, 2));
    return new NetworkProgram("every operation over " + positions + " x " + width, 2 * positions, 2, b.build());
  }
}
