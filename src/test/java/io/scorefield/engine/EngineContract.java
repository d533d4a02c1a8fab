package io.scorefield.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.scorefield.network.Activation;
import io.scorefield.network.Mlp;
import io.scorefield.network.Network;
import io.scorefield.physics.Constraint;
import io.scorefield.physics.Law;
import io.scorefield.physics.Tape;
import io.scorefield.physics.TapeBuilder;
import io.scorefield.physics.TapeOperation;
import io.scorefield.physics.Variables;
import io.scorefield.physics.formula.Formula;
import io.scorefield.physics.formula.FormulaLaw;
import io.scorefield.physics.formula.Grid;
import io.scorefield.rng.NoiseSource;
import io.scorefield.rng.NoiseStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/// What evaluating and sampling must do on every engine; {@link TrainingContract} has the training. A
/// test class of an engine extends this one.
public abstract class EngineContract {
  /// Opens the engine under test.
  protected abstract Engine open(int threads);

  /// Numbers of worker threads to try; one where the engine has no use for them.
  protected int[] threadCounts(int... wanted) {
    return wanted;
  }

  /// Largest relative error of one network evaluation, norm of the difference over the norm.
  protected double evaluationTolerance() {
    return 1e-5;
  }

  /// Largest relative difference of a trajectory from the oracle's.
  protected double trajectoryTolerance() {
    return 1e-3;
  }

  private static double[] features(int count, Random random) {
    return IntStream.range(0, count).mapToDouble(i -> random.nextGaussian()).toArray();
  }

  @ParameterizedTest(name = "D {0}, E {1}, width {2}, layers {3}")
  @CsvSource({
    "1, 0, 1, 1", "1, 1, 1, 2", "2, 1, 7, 3", "2, 32, 64, 3", "3, 2, 65, 4", "17, 5, 33, 3",
    "2, 32, 512, 5", "5, 3, 8, 2"
  })
  void evaluatesNetworksOfAllShapes(int dimension, int features, int width, int layers) {
    for (Activation activation : Activation.values()) {
      Network network =
          Network.initialize(Mlp.uniform(dimension, features, layers, width, activation), 5);
      Random random = new Random(2);
      int points = width == 512 ? 33 : 131;
      float[] x = new float[points * dimension];
      for (int i = 0; i < x.length; i++) {
        x[i] = (float) random.nextGaussian();
      }
      double[] time = features(features, random);
      float[] actual = new float[x.length];
      try (Engine engine = open(2)) {
        engine.evaluate(network, x, time, actual);
      }
      double error = 0;
      double norm = 0;
      for (int p = 0; p < points; p++) {
        double[] input = new double[dimension + features];
        for (int d = 0; d < dimension; d++) {
          input[d] = x[p * dimension + d];
        }
        System.arraycopy(time, 0, input, dimension, features);
        double[] expected = PlainNetwork.evaluate(network, input);
        for (int d = 0; d < dimension; d++) {
          error += Math.pow(actual[p * dimension + d] - expected[d], 2);
          norm += Math.pow(expected[d], 2);
        }
      }
      assertThat(Math.sqrt(error / norm)).isLessThan(evaluationTolerance());
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3, 17})
  void forwardNoiseIsAlphaTimesDataPlusSigmaTimesEps(int dimension) {
    NoiseTable table =
        NoiseTable.of(
            List.of(
                new NoiseTable.Row(new double[0], 1, 0, 1, 0, 0, 0, 0, 0),
                new NoiseTable.Row(new double[0], 0.25, 1.5, 1, 0, 0, 0, 0, 0)));
    int n = 301;
    Random random = new Random(dimension);
    int[] rows = random.ints(n, 0, 2).toArray();
    float[] x0 = new float[n * dimension];
    for (int i = 0; i < x0.length; i++) {
      x0[i] = (float) random.nextGaussian();
    }
    float[] xt = new float[x0.length];
    try (Engine engine = open(2)) {
      engine.forwardNoise(table, rows, x0, 77, 1000, xt);
    }
    float[] eps = new float[dimension];
    for (int i = 0; i < n; i++) {
      new NoiseSource(77).normals(NoiseStream.TRAINING_NOISE, 1000 + i, 0, eps, 0, dimension);
      for (int d = 0; d < dimension; d++) {
        int at = i * dimension + d;
        double expected =
            rows[i] == 0 ? x0[at] : 0.25 * x0[at] + 1.5 * eps[d];
        assertThat((double) xt[at]).isCloseTo(expected, within(1e-6 * (1 + Math.abs(expected))));
      }
    }
  }

  /// A program with every kind of row, for points of the plane.
  public static StepProgram everything(int features, Random random) {
    return everything(features, 2, random);
  }

  /// A program with every kind of row.
  public static StepProgram everything(int features, int dimension, Random random) {
    double[] lowest = new double[dimension];
    double[] highest = new double[dimension];
    Arrays.setAll(lowest, d -> -0.7 - 0.1 * d);
    Arrays.setAll(highest, d -> 0.8 + 0.05 * d);
    double[] f = features(features, random);
    double[] g = features(features, random);
    return new StepProgram(
        features,
        1.3,
        List.of(
            StepRow.builder(9, 9).state(0.9).noise(0.3, 0).build(),
            StepRow.builder(9, 8)
                .network(f, 0.7).x0(1.1, -0.4).state(0.8).output(-0.5).memoryUpdate(0, 1).save(true)
                .build(),
            StepRow.builder(8, 7)
                .network(g, 1.2).x0(1.2, -0.3).saved(0.6).state(0.2).output(0.3).memory(-0.2)
                .noise(0.1, 1).build(),
            StepRow.builder(7, 6)
                .network(f, 1).x0(1.1, -0.5).state(0.9).output(0.2).guidance(0.3).objective(0.4)
                .memoryGuidance(0.2).memoryUpdate(0.5, 0.7).noise(0.2, 2)
                .stream(NoiseStream.CORRECTOR).build(),
            StepRow.builder(6, 5).x0(1, 0).guidance(0.1).objective(1.7).build(),
            StepRow.builder(6, 5)
                .network(g, 0.9).x0(1.3, -0.6).state(0.9).output(-0.4).noise(0.5, 4).clip(true).build(),
            StepRow.builder(6, 5)
                .network(f, 1).x0(1.2, -0.5).state(0.9).output(0.2).guidance(0.3).objective(0.4).noise(0.4, 5)
                .clip(true).bound(0.8).build(),
            StepRow.builder(6, 5)
                .network(f, 1.1).x0(1.2, 0.4).state(0).projected(0.9).noise(0.3, 6).clip(true).build(),
            StepRow.builder(5, 4)
                .network(g, 0.9).x0(1.05, -0.2).state(0).projected(0.8).noise(0.4, 3).build(),
            StepRow.builder(5, 4)
                .network(g, 0.8).x0(0.9, 0.3).state(0.95).output(0.1).guidance(0.25).objective(0.6)
                .likelihood(1, 0.3, 0.4, false).build(),
            StepRow.builder(5, 4)
                .network(f, 0.8).x0(0.9, 0.4).state(0.9).output(0.2).guidance(0.5).objective(0.6)
                .likelihood(1, 0.3, 0.4, true).bound(0.7).clip(true).build(),
            StepRow.builder(4, 3).network(f, 1).state(0.7).output(0.1).memory(0.3).build(),
            StepRow.builder(4, 3)
                .network(g, 0.9).state(0.9).output(0.3).memoryUpdate(0.4, 0.5).memoryState(0.3).shift(true).save(true)
                .build(),
            StepRow.builder(4, 3).role(RowRole.STAGE).network(f, 1.1).combine(0.7, 0).keep(true).build(),
            StepRow.builder(4, 3)
                .network(g, 1).x0(1.1, -0.4).combine(1.5, -0.5).state(0.8).output(0.2).memory(0.2).earlier(0.3)
                .noise(0.2, 7).shift(true).clip(true).build(),
            StepRow.builder(4, 3)
                .network(f, 0.9).state(0.7).output(-0.2).combine(1.2, -0.3).keep(true).earlier(-0.2)
                .memoryUpdate(0.5, 0.2).noise(0.4, 8).build(),
            StepRow.builder(4, 3).network(g, 1).combine(0, 1).state(0.9).output(-0.3).earlier(0.2).build(),
            StepRow.builder(3, 0).x0(1, 0).state(0.25).projected(0.75).build()),
        lowest, highest);
  }

  @ParameterizedTest
  @EnumSource(PhysicsTerm.Loss.class)
  void everyRowKindAgreesWithTheOracle(PhysicsTerm.Loss loss) throws IOException {
    for (int dimension = 1; dimension <= 17; dimension++) {
      Random random = new Random(4);
      Network network =
          Network.initialize(Mlp.uniform(dimension, 3, 3, 19, Activation.TANH), 6);
      StepProgram program = everything(3, dimension, random);
      PhysicsTerm physics =
          new PhysicsTerm(Optional.of(Constraint.sphere(dimension, 1.5).tape()), loss, 2, 10);
      int count = 70;
      float[] samples = sample(1, network, program, physics, SampleRequest.of(3, 500, count));
      for (int i = 0; i < count; i++) {
        double[] expected =
            ProgramInterpreter.run(program, physics, PlainNetwork.of(network), 3, 500 + i, dimension);
        for (int d = 0; d < dimension; d++) {
          assertThat((double) samples[i * dimension + d])
              .isCloseTo(expected[d], within(trajectoryTolerance() * (1 + Math.abs(expected[d]))));
        }
      }
    }
  }

  /// Two residuals of a plane point, with every operation that a tape has.
  private static Tape everyOperation() {
    TapeBuilder tape = new TapeBuilder(2);
    int x = tape.input(0);
    int y = tape.input(1);
    int half = tape.constant(0.5);
    int size = tape.add(tape.add(tape.square(x), tape.square(y)), tape.constant(1));
    int root = tape.sqrt(size);
    int log = tape.append(TapeOperation.LOG, size);
    int exp = tape.append(TapeOperation.EXP, tape.multiply(half, tape.append(TapeOperation.TANH, x)));
    int wave =
        tape.multiply(
            tape.append(TapeOperation.SIN, x), tape.append(TapeOperation.COS, y));
    int ratio = tape.append(TapeOperation.DIVIDE, x, root);
    int least = tape.append(TapeOperation.MIN, x, y);
    int most = tape.append(TapeOperation.MAX, tape.subtract(x, half), ratio);
    int absolute = tape.append(TapeOperation.ABS, tape.subtract(y, tape.multiply(half, x)));
    tape.residual(tape.subtract(tape.add(log, wave), tape.multiply(half, exp)));
    tape.residual(tape.subtract(tape.add(tape.add(least, most), absolute), half));
    tape.objective(tape.square(tape.subtract(x, half)), 0.3);
    return tape.build();
  }

  @ParameterizedTest
  @EnumSource(PhysicsTerm.Loss.class)
  void everyOperationOfATapeAgreesWithTheOracle(PhysicsTerm.Loss loss) throws IOException {
    Random random = new Random(4);
    Network network = Network.initialize(Mlp.uniform(2, 3, 3, 19, Activation.SOFTPLUS), 6);
    StepProgram program = withoutProjections(everything(3, random));
    PhysicsTerm physics = PhysicsTerm.of(everyOperation(), loss);
    int count = 70;
    float[] samples = sample(1, network, program, physics, SampleRequest.of(3, 500, count));
    for (int i = 0; i < count; i++) {
      double[] expected =
          ProgramInterpreter.run(program, physics, PlainNetwork.of(network), 3, 500 + i, 2);
      for (int d = 0; d < 2; d++) {
        assertThat((double) samples[i * 2 + d])
            .as("sample %d", i)
            .isCloseTo(expected[d], within(trajectoryTolerance() * (1 + Math.abs(expected[d]))));
      }
    }
  }

  /// W x with a symmetric W, so that x0hat = x0FromX x + x0FromOutput W x.
  private static Network symmetric(int dimension, double size, Random random) {
    Mlp mlp = new Mlp(dimension, 0, new int[0], Activation.TANH);
    float[] parameters = new float[mlp.parameterCount()];
    for (int o = 0; o < dimension; o++) {
      for (int i = 0; i <= o; i++) {
        float w = (float) (size * random.nextGaussian());
        parameters[mlp.weightOffset(0) + o * dimension + i] = w;
        parameters[mlp.weightOffset(0) + i * dimension + o] = w;
      }
    }
    return new Network(mlp, parameters);
  }

  /// Residuals and an objective that pulls along them, with a covariance that is the unit matrix, the network's, and
  /// where the network's is none, again the unit matrix.
  @ParameterizedTest
  @CsvSource({"true, 0.8, 0, 0", "false, 0.8, 0, 0", "false, 0.8, 3, 0.6", "false, -0.8, 3, 0.6"})
  void anObjectiveAndResidualsAreSolvedForTogether(
      boolean isotropic, double fromX, double bound, double fallback) throws IOException {
    int dimension = 4;
    Network network = symmetric(dimension, 0.1, new Random(8));
    Variables names = Variables.of(List.of("u[4]"));
    Tape laws =
        new Constraint(
                List.of(
                    Law.of("a", FormulaLaw.equality(Formula.parse("each(i in 0..1, u[i] - 0.5 * u[i+2] - 0.2)"), names, Map.of())),
                    Law.of("b", FormulaLaw.objective(Formula.parse("3 * u[0] - 2 * u[1] + u[3]^2"), names, Map.of()))))
            .tape();
    StepRow row =
        StepRow.builder(1, 0)
            .network(new double[0], 0.9).x0(fromX, 0.5).guidance(0.3).objective(0.7)
            .likelihood(2, 0.2, 0.7, isotropic).bound(bound).fallback(fallback)
            .build();
    StepProgram program = new StepProgram(0, 1, List.of(row));
    PhysicsTerm physics = PhysicsTerm.of(laws, PhysicsTerm.Loss.HALF_SQUARE);
    int count = 43;
    float[] samples = new float[count * dimension];
    AtomicLong fellBack = new AtomicLong(-1);
    try (Engine engine = open(2)) {
      engine.sample(
          network, program, physics, SampleRequest.of(3, 0, count),
          new SampleSink() {
            @Override
            public void accept(long first, int size, float[] block) {
              System.arraycopy(block, 0, samples, (int) first * dimension, size * dimension);
            }

            @Override
            public void fellBack(long times) {
              fellBack.set(times);
            }
          });
    }
    for (int i = 0; i < count; i++) {
      double[] expected =
          ProgramInterpreter.run(program, physics, PlainNetwork.of(network), 3, i, dimension);
      for (int d = 0; d < dimension; d++) {
        assertThat((double) samples[i * dimension + d])
            .as("sample %d", i)
            .isCloseTo(expected[d], within(2e-4 * (1 + Math.abs(expected[d]))));
      }
    }
    boolean falls = fallback > 0 && fromX != 0.8;
    assertThat(fellBack).hasValue(falls ? count : 0);
  }

  /// Several residuals and a symmetric Jacobian: conjugate gradients end after an iteration a residual.
  @Test
  void theCovarianceOfALikelihoodGoesThroughTheNetwork() throws IOException {
    int dimension = 4;
    Network network = symmetric(dimension, 0.2, new Random(8));
    Tape laws =
        FormulaLaw.equality(
            Formula.parse("each(i in 0..2, u[i] - 0.5 * u[i+1]^2 - 0.2)"), Variables.of(List.of("u[4]")),
            Map.of());
    for (int iterations : new int[] {3, 50, -3}) {
      StepProgram program =
          new StepProgram(
              0, 1,
              List.of(
                  StepRow.builder(1, 0)
                      .network(new double[0], 0.9).x0(0.8, 0.5).guidance(0.3)
                      .likelihood(Math.abs(iterations), 0.2, 0.7, iterations < 0)
                      .build()));
      PhysicsTerm physics = PhysicsTerm.of(laws, PhysicsTerm.Loss.HALF_SQUARE);
      float[] samples = sample(1, network, program, physics, SampleRequest.of(3, 0, 40));
      for (int i = 0; i < 40; i++) {
        double[] expected =
            ProgramInterpreter.run(program, physics, PlainNetwork.of(network), 3, i, dimension);
        for (int d = 0; d < dimension; d++) {
          assertThat((double) samples[i * dimension + d])
              .as("sample %d", i)
              .isCloseTo(expected[d], within(2e-4 * (1 + Math.abs(expected[d]))));
        }
      }
    }
  }

  /// Newton's method on arbitrary residuals is too sensitive to compare sample by sample; it has tests of its own.
  /// (Nor are conjugate gradients that end before their time.)
  private static StepProgram withoutProjections(StepProgram all) {
    return all.withRows(
        all.rows().stream().filter(row -> row.projected() == 0 && row.iterations() == 0).toList());
  }

  /// Laws of fields: sums, extremes, elements, a grid, a matrix, conserved quantities, an objective.
  private static Constraint fields() {
    Variables names = Variables.of(List.of("u[5]", "x", "k[3,2]"));
    Map<String, Double> none = Map.of();
    List<Tape> tapes =
        List.of(
            FormulaLaw.equality(
                Formula.parse("sum(i in 0..3, sin(u[i+1] - u[i])^2 * sin(i + x)) - mean(u)"), names, none),
            FormulaLaw.equality(Formula.parse("each(i in 1..2, u[i]^2 + x * max(k) = i)"), names, none),
            FormulaLaw.inequality(Formula.parse("min(u) >= 0.3 * norm(k)"), names, none),
            FormulaLaw.objective(Formula.parse("dot(u, u) + abs(x) * exp(tanh(x))"), names, none),
            FormulaLaw.objective(Formula.parse("sum(i<j, 0.3*(d-1)^2 + 0.1/(1+d^4)) + 0.5*sum(i, r^2)"), names, none),
            FormulaLaw.stencil(
                Formula.parse("div((1 + k^2 / (2 + k^2)) * grad(k)) + dx(k) - 0.1 * j"), names, none,
                new Grid(0.8, Map.of("k", new Grid.Dirichlet(0.2)))),
            Law.linear(new double[] {1, -0.5, 0.25, 2}, new double[] {0.3, -0.2}, new int[] {1, 7}, 12),
            Law.invariant(true, new double[] {0.5, 0.5, 1, 1, 1}, 0.7, new int[] {0, 1, 2, 3, 4}, 12));
    List<Law> laws = new ArrayList<>();
    for (Tape tape : tapes) {
      laws.add(new Law("law " + laws.size(), tape, 0.02 + 0.01 * laws.size(), 0));
    }
    return new Constraint(laws);
  }

  @ParameterizedTest
  @EnumSource(PhysicsTerm.Loss.class)
  void lawsOfFieldsAgreeWithTheOracle(PhysicsTerm.Loss loss) throws IOException {
    Network network = Network.initialize(Mlp.uniform(12, 3, 3, 19, Activation.SOFTPLUS), 6);
    Random random = new Random(4);
    StepProgram program = withoutProjections(everything(3, 12, random));
    double[] scale = new double[12];
    double[] shift = new double[12];
    Arrays.setAll(scale, d -> 0.6 + 0.05 * d);
    Arrays.setAll(shift, d -> 0.1 * Math.cos(d));
    PhysicsTerm physics =
        PhysicsTerm.of(fields().tape().withInputs(scale, shift), loss);
    int count = 70;
    float[] samples = sample(1, network, program, physics, SampleRequest.of(3, 500, count));
    for (int i = 0; i < count; i++) {
      double[] expected =
          ProgramInterpreter.run(program, physics, PlainNetwork.of(network), 3, 500 + i, 12);
      for (int d = 0; d < 12; d++) {
        assertThat((double) samples[i * 12 + d])
            .as("sample %d", i)
            .isCloseTo(expected[d], within(trajectoryTolerance() * (1 + Math.abs(expected[d]))));
      }
    }
  }

  @Test
  void aProjectionMeetsSeveralLawsAtOnceByTheShortestWay() throws IOException {
    Variables names = Variables.of(List.of("u[6]"));
    Constraint laws =
        new Constraint(
            List.of(
                Law.of("a", FormulaLaw.equality(Formula.parse("sum(u) = 1"), names, Map.of())),
                Law.of("b", FormulaLaw.equality(Formula.parse("each(i in 0..2, u[i] - 2 * u[i+3])"), names, Map.of())),
                Law.of("c", FormulaLaw.inequality(Formula.parse("u[0] <= 0.2"), names, Map.of())),
                Law.of("d", FormulaLaw.equality(Formula.parse("norm(u) = 0.7"), names, Map.of()))));
    PhysicsTerm physics = new PhysicsTerm(Optional.of(laws.tape()), PhysicsTerm.Loss.NORM, 12, 100);
    Network network = Network.initialize(Mlp.uniform(6, 0, 1, 1, Activation.TANH), 6);
    StepProgram program =
        new StepProgram(
            0, 1, List.of(StepRow.builder(1, 0).x0(1, 0).state(0).projected(1).build()));
    float[] projected = sample(2, network, program, physics, SampleRequest.of(1, 0, 40));
    for (int i = 0; i < 40; i++) {
      double[] x = new double[6];
      for (int d = 0; d < 6; d++) {
        x[d] = projected[6 * i + d];
      }
      for (double r : laws.tape().residuals(x, 0)) {
        assertThat(r).as("sample %d", i).isCloseTo(0, within(2e-6));
      }
    }
    // One linear law: the shortest way is along its gradient, the same for all components.
    PhysicsTerm sum =
        PhysicsTerm.of(laws.laws().getFirst().tape(), PhysicsTerm.Loss.NORM);
    float[] states = {1, 2, 3, 4, 5, 6};
    float[] moved =
        sample(1, network, program, sum, SampleRequest.of(1, 0, 1).withInitial(states));
    for (int d = 0; d < 6; d++) {
      assertThat(moved[d]).isCloseTo(states[d] - 20 / 6f, within(1e-5f));
    }
  }

  @Test
  void aProjectionWithoutADirectionLeavesTheStateAlone() throws IOException {
    // The gradient of sqrt(x) at negative x is not a number.
    TapeBuilder tape = new TapeBuilder(1);
    tape.residual(tape.sqrt(tape.input(0)));
    Network network = Network.initialize(Mlp.uniform(1, 0, 1, 1, Activation.TANH), 6);
    StepProgram program =
        new StepProgram(
            0, 1, List.of(StepRow.builder(1, 0).x0(1, 0).state(0).projected(1).build()));
    float[] states = {-2, -1, -0.5f};
    float[] projected =
        sample(
            1, network, program, PhysicsTerm.of(tape.build(), PhysicsTerm.Loss.NORM),
            SampleRequest.of(1, 0, 3).withInitial(states));
    assertThat(projected).containsExactly(states);
  }

  private float[] sample(
      int threads, Network network, StepProgram program, PhysicsTerm physics,
      SampleRequest request)
      throws IOException {
    int dimension = network.architecture().dimension();
    float[] samples = new float[(int) request.count() * dimension];
    try (Engine engine = open(threads)) {
      engine.sample(
          network, program, physics, request,
          (first, count, block) ->
              System.arraycopy(
                  block, 0, samples, (int) (first - request.first()) * dimension,
                  count * dimension));
    }
    return samples;
  }

  /// A program whose rows have divergences, exact and estimated, of all components and of some.
  public static StepProgram diverging(int features, int dimension, Random random) {
    double[] f = features(features, random);
    double[] g = features(features, random);
    int from = dimension > 2 ? 1 : 0;
    int to = dimension > 2 ? dimension - 1 : 0;
    return new StepProgram(
        features, 1.1,
        List.of(
            StepRow.builder(5, 4).network(f, 0.8).state(0.9).output(0.4).divergence(0.7, 0).save(true).build(),
            StepRow.builder(4, 3).network(g, 1.2).state(0.8).output(-0.3).noise(0.2, 1).divergence(-1.3, 1).build(),
            StepRow.builder(3, 3).noise(0.1, 2).build(),
            StepRow.builder(3, 2).network(g, 0.9).saved(0.3).output(0.5).divergence(0.4, 7)
                .set(StepColumn.NOISE_STEP, 3).build(),
            StepRow.builder(2, 1).network(f, 1).state(0.7).output(0.2).divergence(1.1, 0).components(from, to).build(),
            StepRow.builder(1, 1).network(f, 1).divergence(-0.6, 2).components(from, to)
                .set(StepColumn.NOISE_STEP, 4).build(),
            StepRow.builder(1, 0).network(g, 1.1).state(0.9).output(0.3).build()));
  }

  /// Runs a program whose rows have divergences: the samples, then l.
  public static float[] diverge(Engine engine, Network network, StepProgram program, SampleRequest request) throws IOException {
    int dimension = network.architecture().dimension();
    int count = (int) request.count();
    float[] all = new float[count * (dimension + 1)];
    engine.sample(
        network, program, PhysicsTerm.none(), request,
        new SampleSink() {
          private long known;

          @Override
          public void accept(long first, int size, float[] samples) {
            assertThat(known).as("l comes before the samples").isEqualTo(first + size);
            System.arraycopy(samples, 0, all, (int) (first - request.first()) * dimension, size * dimension);
          }

          @Override
          public void divergence(long first, int size, float[] sums) {
            System.arraycopy(sums, 0, all, count * dimension + (int) (first - request.first()), size);
            known = first + size;
          }
        });
    return all;
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3, 5, 17})
  void divergencesAgreeWithTheOracle(int dimension) throws IOException {
    for (int width : new int[] {19, 64}) {
      Network network = Network.initialize(Mlp.uniform(dimension, 3, 3, width, Activation.TANH), 6);
      StepProgram program = diverging(3, dimension, new Random(4));
      int count = 70;
      SampleRequest request = SampleRequest.of(3, 500, count);
      float[] actual;
      try (Engine engine = open(1)) {
        actual = diverge(engine, network, program, request);
      }
      for (int i = 0; i < count; i++) {
        float[] z = new float[dimension];
        new NoiseSource(3).normals(NoiseStream.PRIOR, 500 + i, 0, z, 0, dimension);
        double[] start = new double[dimension];
        Arrays.setAll(start, d -> 1.1 * z[d]);
        double[] expected = ProgramInterpreter.runAll(program, PhysicsTerm.none(), PlainNetwork.of(network), 3, 500 + i, start);
        for (int d = 0; d <= dimension; d++) {
          double number = actual[d < dimension ? i * dimension + d : count * dimension + i];
          assertThat(number).as("number %d of sample %d", d, i)
              .isCloseTo(expected[d], within(1e-4 * (1 + Math.abs(expected[d]))));
        }
      }
      for (int threads : threadCounts(2, 3)) {
        try (Engine other = open(threads)) {
          Same.bits("l on " + threads + " threads", diverge(other, network, program, request), actual);
        }
      }
    }
  }

  @Test
  void plainProgramsHaveNoDivergence() throws IOException {
    Network network = Network.initialize(Mlp.uniform(2, 3, 2, 8, Activation.TANH), 6);
    StepProgram program = everything(3, new Random(4));
    PhysicsTerm physics = PhysicsTerm.of(Constraint.sphere(2, 1.5).tape(), PhysicsTerm.Loss.HALF_SQUARE);
    try (Engine engine = open(1)) {
      engine.sample(
          network, program, physics, SampleRequest.of(3, 0, 5),
          new SampleSink() {
            @Override
            public void accept(long first, int size, float[] samples) {}

            @Override
            public void divergence(long first, int size, float[] sums) {
              throw new AssertionError("no row has a divergence");
            }
          });
    }
  }

  @Test
  void samplesDoNotDependOnThreadsOrPieces() throws IOException {
    Network network = Network.initialize(Mlp.uniform(2, 3, 3, 20, Activation.SILU), 6);
    StepProgram program = everything(3, new Random(4));
    PhysicsTerm physics =
        PhysicsTerm.of(Constraint.sphere(2, 1.5).tape(), PhysicsTerm.Loss.HALF_SQUARE);
    int count = 5001;
    float[] whole = sample(1, network, program, physics, SampleRequest.of(3, 40, count));
    for (int threads : threadCounts(2, 3, 7)) {
      assertThat(sample(threads, network, program, physics, SampleRequest.of(3, 40, count)))
          .containsExactly(whole);
    }
    // 13 uneven pieces.
    int from = 0;
    int[] sizes = {1, 2, 7, 16, 33, 64, 95, 128, 257, 511, 900, 1300, 1687};
    assertThat(IntStream.of(sizes).sum()).isEqualTo(count);
    for (int size : sizes) {
      float[] part = sample(2, network, program, physics, SampleRequest.of(3, 40 + from, size));
      assertThat(part).containsExactly(Arrays.copyOfRange(whole, 2 * from, 2 * (from + size)));
      from += size;
    }
  }

  /// Sizes around the lanes of vectors and the columns of tiles, over hidden widths around blocks of rows.
  @ParameterizedTest
  @ValueSource(ints = {1, 7, 64, 65, 512})
  void samplesOfEveryCountAreTheFirstOfMore(int width) throws IOException {
    Network network = Network.initialize(Mlp.uniform(3, 3, 3, width, Activation.LEAKY_RELU), 6);
    StepProgram program = everything(3, 3, new Random(4));
    PhysicsTerm physics =
        PhysicsTerm.of(Constraint.sphere(3, 1.5).tape(), PhysicsTerm.Loss.HALF_SQUARE);
    boolean wide = width == 512;
    int most = wide ? 65 : 257;
    float[] whole = sample(1, network, program, physics, SampleRequest.of(3, 9, most));
    int[] counts =
        wide
            ? new int[] {1, 17, 33, 64}
            : new int[] {
              1, 3, 4, 5, 7, 8, 9, 15, 16, 17, 23, 24, 25, 31, 32, 33, 47, 48, 49, 63, 64, 65, 127, 128, 129, 255,
              256
            };
    for (int count : counts) {
      for (int threads : wide ? threadCounts(2) : threadCounts(1, 2, 3)) {
        Same.bits(
            count + " samples on " + threads + " threads",
            sample(threads, network, program, physics, SampleRequest.of(3, 9, count)),
            Arrays.copyOf(whole, 3 * count));
      }
    }
  }

  @Test
  void noiseContinuesAcrossTheLowWordOfSampleNumbers() throws IOException {
    // Without a network and with unit coefficients a sample is the sum of its normals.
    Network network = Network.initialize(Mlp.uniform(3, 0, 1, 1, Activation.TANH), 6);
    StepProgram program =
        new StepProgram(
            0, 1,
            List.of(
                StepRow.builder(2, 1).noise(1, 0).build(),
                StepRow.builder(1, 0).noise(1, 5).stream(NoiseStream.CORRECTOR).build()));
    long first = (1L << 32) - 20;
    float[] samples =
        sample(2, network, program, PhysicsTerm.none(), SampleRequest.of(8, first, 40));
    NoiseSource noise = new NoiseSource(8);
    float[] prior = new float[3];
    float[] z0 = new float[3];
    float[] z5 = new float[3];
    for (int i = 0; i < 40; i++) {
      noise.normals(NoiseStream.PRIOR, first + i, 0, prior, 0, 3);
      noise.normals(NoiseStream.SAMPLER, first + i, 0, z0, 0, 3);
      noise.normals(NoiseStream.CORRECTOR, first + i, 15, z5, 0, 3);
      for (int d = 0; d < 3; d++) {
        assertThat(samples[3 * i + d]).isCloseTo(prior[d] + z0[d] + z5[d], within(2e-6f));
      }
    }
  }

  @Test
  void makesNoSamplesWhenNoneAreAskedFor() throws IOException {
    Network network = Network.initialize(Mlp.uniform(2, 3, 2, 8, Activation.TANH), 6);
    StepProgram program = everything(3, new Random(4));
    PhysicsTerm physics =
        PhysicsTerm.of(Constraint.sphere(2, 1.5).tape(), PhysicsTerm.Loss.HALF_SQUARE);
    assertThat(sample(2, network, program, physics, SampleRequest.of(3, 0, 0))).isEmpty();
  }

  @Test
  void handsOverBlocksInOrderAndSnapshotsBeforeThem() throws IOException {
    Network network = Network.initialize(Mlp.uniform(2, 3, 2, 8, Activation.TANH), 6);
    StepProgram program = everything(3, new Random(4));
    PhysicsTerm physics =
        PhysicsTerm.of(Constraint.sphere(2, 1.5).tape(), PhysicsTerm.Loss.HALF_SQUARE);
    int count = 9000;
    int last = program.rows().size() - 1;
    float[][] snapshots = new float[3][2 * count];
    float[] samples = new float[2 * count];
    List<Long> blocks = new ArrayList<>();
    try (Engine engine = open(2)) {
      engine.sample(
          network, program, physics,
          SampleRequest.of(3, 0, count).withSnapshots(-1, 3, last),
          new SampleSink() {
            @Override
            public void accept(long first, int size, float[] block) {
              blocks.add(first);
              System.arraycopy(block, 0, samples, (int) first * 2, size * 2);
            }

            @Override
            public void snapshot(int index, long first, int size, float[] block) {
              assertThat(blocks).doesNotContain(first);
              System.arraycopy(block, 0, snapshots[index], (int) first * 2, size * 2);
            }
          });
    }
    assertThat(blocks).isSorted();
    assertThat(snapshots[2]).containsExactly(samples);
    float[] z = new float[2];
    for (int i = 0; i < count; i += 777) {
      new NoiseSource(3).normals(NoiseStream.PRIOR, i, 0, z, 0, 2);
      assertThat(snapshots[0][2 * i]).isCloseTo(1.3f * z[0], within(1e-6f));
    }
    // Going on from a snapshot with the remaining rows: registers start anew, so from row 4 on the
    // memory is lost; row 7 alone uses neither register.
    StepProgram end = new StepProgram(3, 1, program.rows().subList(last, last + 1));
    float[] beforeLast = new float[2 * count];
    try (Engine engine = open(1)) {
      engine.sample(
          network, program, physics, SampleRequest.of(3, 0, count).withSnapshots(last - 1),
          new SampleSink() {
            @Override
            public void accept(long first, int size, float[] block) {}

            @Override
            public void snapshot(int index, long first, int size, float[] block) {
              System.arraycopy(block, 0, beforeLast, (int) first * 2, size * 2);
            }
          });
    }
    float[] continued =
        sample(2, network, end, physics, SampleRequest.of(3, 0, count).withInitial(beforeLast));
    for (int i = 0; i < samples.length; i++) {
      assertThat(continued[i]).isCloseTo(samples[i], within(1e-5f));
    }
  }

  @Test
  void aSampleThatIsNotFiniteIsNamed() {
    Network network = Network.initialize(Mlp.uniform(2, 0, 1, 1, Activation.TANH), 6);
    StepRow explode = StepRow.builder(5, 4).state(1e30).build();
    StepProgram program = new StepProgram(0, 1, List.of(explode, explode));
    assertThatThrownBy(
            () ->
                sample(2, network, program, PhysicsTerm.none(), SampleRequest.of(1, 0, 10)))
        .isInstanceOf(EngineException.class)
        .hasMessageMatching("sample \\d stopped being finite at row 1 of the sampler.*");
  }

  @Test
  void refusesCallsThatDoNotFit() {
    Network network = Network.initialize(Mlp.uniform(2, 3, 2, 8, Activation.TANH), 6);
    StepProgram program = everything(3, new Random(4));
    PhysicsTerm physics =
        PhysicsTerm.of(Constraint.sphere(3, 1.5).tape(), PhysicsTerm.Loss.NORM);
    SampleRequest request = SampleRequest.of(1, 0, 4);
    assertThatThrownBy(() -> sample(1, network, program, PhysicsTerm.none(), request))
        .hasMessageContaining("there is no constraint");
    assertThatThrownBy(() -> sample(1, network, program, physics, request))
        .hasMessageContaining("for 3 components");
    assertThatThrownBy(
            () ->
                sample(
                    1, network, everything(2, new Random(1)), physics, request))
        .hasMessageContaining("2 time features");
    PhysicsTerm fits = PhysicsTerm.of(Constraint.sphere(2, 1.5).tape(), PhysicsTerm.Loss.NORM);
    assertThatThrownBy(
            () -> sample(1, network, program, fits, request.withInitial(new float[7])))
        .hasMessageContaining("initial states");
    assertThatThrownBy(() -> sample(1, network, program, fits, request.withSnapshots(99)))
        .hasMessageContaining("no row 99");
    assertThatThrownBy(() -> sample(1, network, everything(3, 5, new Random(4)), fits, request))
        .hasMessageContaining("bounds for 5 components");
    try (Engine engine = open(1)) {
      assertThatThrownBy(
              () -> engine.evaluate(network, new float[5], new double[3], new float[5]))
          .isInstanceOf(IllegalArgumentException.class);
    }
  }
}
