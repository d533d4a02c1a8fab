package io.scorefield.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.scorefield.data.Frame;
import io.scorefield.data.Scaling;
import io.scorefield.diffusion.ClassifierFree;
import io.scorefield.diffusion.ConditionedLaw;
import io.scorefield.diffusion.Diffuser;
import io.scorefield.diffusion.Guidance;
import io.scorefield.diffusion.Parameterization;
import io.scorefield.diffusion.Sampler;
import io.scorefield.engine.reference.ReferenceEngine;
import io.scorefield.network.Activation;
import io.scorefield.network.Architecture;
import io.scorefield.network.Mlp;
import io.scorefield.network.Network;
import io.scorefield.network.TimeEmbedding;
import io.scorefield.physics.Constraint;
import io.scorefield.physics.Law;
import io.scorefield.physics.Tape;
import io.scorefield.physics.TapeBuilder;
import io.scorefield.physics.TapeOperation;
import io.scorefield.rng.NoiseSource;
import io.scorefield.rng.NoiseStream;
import io.scorefield.schedule.DiscreteSchedule;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/// What components that are conditions must do on every engine: a network that has them as components gives what one gives
/// that has them as time features. A test class of an engine extends this one.
public abstract class ConditionContract {
  private static final int FEATURES = 2;
  private static final int HIDDEN = 32;

  /// Opens the engine under test.
  protected abstract Engine open(int threads);

  /// Whether it runs perceptrons as programs.
  protected boolean runsPrograms() {
    return true;
  }

  /// Of two float32 trajectories.
  protected double tolerance() {
    return 2e-4;
  }

  private static final Mlp CONDITIONED = new Mlp(3, FEATURES, new int[] {HIDDEN, HIDDEN}, Activation.TANH);
  private static final Mlp TOLD = new Mlp(2, FEATURES + 1, new int[] {HIDDEN, HIDDEN}, Activation.TANH);

  private static Architecture conditioned(boolean program) {
    return program ? CONDITIONED.asProgram() : CONDITIONED;
  }

  /// The parameters without those of the third output, which nobody uses.
  private static float[] told(float[] parameters) {
    int before = parameters.length - 3 * HIDDEN - 3;
    float[] some = Arrays.copyOf(parameters, TOLD.parameterCount());
    System.arraycopy(parameters, before + 3 * HIDDEN, some, before + 2 * HIDDEN, 2);
    return some;
  }

  /// x^2 + y^2 = 1 + c and an objective of x and c, where c is a component or a number.
  private static Tape tape(Optional<Double> number) {
    TapeBuilder tape = new TapeBuilder(number.isPresent() ? 2 : 3);
    int c = number.map(tape::constant).orElseGet(() -> tape.append(TapeOperation.HOLD, tape.input(2)));
    int x = tape.input(0);
    int y = tape.input(1);
    tape.residual(tape.subtract(tape.add(tape.square(x), tape.square(y)), tape.add(tape.constant(1), c)));
    tape.objective(tape.square(tape.subtract(x, c)), 0.5);
    return tape.build();
  }

  private static PhysicsTerm physics(Optional<Double> number) {
    return new PhysicsTerm(Optional.of(tape(number)), PhysicsTerm.Loss.HALF_SQUARE, 2, 10);
  }

  /// Rows of every kind, without noise: its numbers depend on how many components there are.
  private static StepProgram program(Optional<Double> number) {
    StepProgram all = EngineContract.everything(FEATURES, 3, new Random(4));
    List<StepRow> rows = new ArrayList<>();
    for (StepRow row : all.rows()) {
      double[] columns = row.columns().clone();
      columns[StepColumn.NOISE.ordinal()] = 0;
      columns[StepColumn.USES.ordinal()] = (int) columns[StepColumn.USES.ordinal()] & ~RowUse.NOISE.bit();
      double[] features = row.timeFeatures();
      if (number.isEmpty()) {
        columns[StepColumn.TO.ordinal()] = 2;
      } else if (row.usesNetwork()) {
        features = new double[FEATURES + 1];
        features[0] = number.get();
        System.arraycopy(row.timeFeatures(), 0, features, 1, FEATURES);
      }
      rows.add(new StepRow(row.time(), row.timeAfter(), row.role(), features, columns));
    }
    int components = number.isPresent() ? 2 : 3;
    return new StepProgram(
        FEATURES + (number.isPresent() ? 1 : 0), 1, rows, Arrays.copyOf(all.lowest(), components),
        Arrays.copyOf(all.highest(), components));
  }

  private static float[] sample(Engine engine, Network network, StepProgram program, PhysicsTerm physics, float[] initial)
      throws IOException {
    int dimension = network.architecture().dimension();
    float[] samples = new float[initial.length];
    engine.sample(
        network, program, physics, SampleRequest.of(3, 0, initial.length / dimension).withInitial(initial),
        (first, count, block) ->
            System.arraycopy(block, 0, samples, (int) first * dimension, count * dimension));
    return samples;
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void everyRowTakesConditionsAsTheyAre(boolean asProgram) throws IOException {
    assumeTrue(runsPrograms() || !asProgram);
    Network network = Network.initialize(conditioned(asProgram), 6);
    Network told = new Network(TOLD, told(network.parameters()));
    int count = 37;
    Random random = new Random(2);
    float[] initial = new float[3 * count];
    for (int i = 0; i < initial.length; i++) {
      // Conditions lie beyond the bounds of x0hat as well.
      initial[i] = (float) random.nextGaussian() * (i % 3 == 2 ? 1 : 0.5f);
    }
    float[] actual;
    try (Engine engine = open(2)) {
      actual = sample(engine, network, program(Optional.empty()), physics(Optional.empty()), initial);
    }
    try (Engine reference = new ReferenceEngine(1)) {
      for (int i = 0; i < count; i++) {
        Optional<Double> condition = Optional.of((double) initial[3 * i + 2]);
        float[] expected =
            sample(
                reference, told, program(condition), physics(condition), new float[] {initial[3 * i], initial[3 * i + 1]});
        for (int d = 0; d < 2; d++) {
          assertThat((double) actual[3 * i + d]).as("sample %d", i)
              .isCloseTo(expected[d], within(tolerance() * (1 + Math.abs(expected[d]))));
        }
        assertThat(actual[3 * i + 2]).isEqualTo(initial[3 * i + 2]);
      }
    }
  }

  /// Rows that tell the network a multiple of the conditions, or none: powers of two, so that no bit may differ.
  @ParameterizedTest
  @CsvSource({"false, 0.5", "false, 0", "true, 0.5", "true, 0"})
  void aRowTellsTheNetworkAMultipleOfTheConditions(boolean asProgram, double condition) throws IOException {
    assumeTrue(runsPrograms() || !asProgram);
    Network network = Network.initialize(conditioned(asProgram), 6);
    int count = 37;
    Random random = new Random(2);
    float[] initial = new float[3 * count];
    float[] scaled = new float[3 * count];
    for (int i = 0; i < initial.length; i++) {
      initial[i] = (float) random.nextGaussian();
      scaled[i] = i % 3 == 2 ? (float) condition * initial[i] : initial[i];
    }
    float[] actual;
    float[] expected;
    float[] ordinary;
    try (Engine engine = open(2)) {
      actual = sample(engine, network, withCondition(condition), PhysicsTerm.none(), initial);
      expected = sample(engine, network, withCondition(1), PhysicsTerm.none(), scaled);
      ordinary = sample(engine, network, withCondition(1), PhysicsTerm.none(), initial);
    }
    for (int i = 0; i < count; i++) {
      assertThat(actual[3 * i]).isEqualTo(expected[3 * i]).isNotEqualTo(ordinary[3 * i]);
      assertThat(actual[3 * i + 1]).isEqualTo(expected[3 * i + 1]);
      assertThat(actual[3 * i + 2]).isEqualTo(initial[3 * i + 2]);
    }
  }

  private static StepProgram withCondition(double condition) {
    double[] features = {0.3, -0.4};
    StepRow row =
        StepRow.builder(1, 0.5).network(features, 0.7).condition(condition).state(0.9).output(-0.4).components(0, 2).build();
    StepRow clipped = row.toBuilder().x0(1.1, -0.3).clip(true).build();
    return new StepProgram(FEATURES, 1, List.of(row, clipped), new double[] {-1, -1, -1}, new double[] {1, 1, 1});
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 17, 70})
  void samplesStartFromTheConditionsOfTheProgram(int count) throws IOException {
    List<StepRow> rows =
        List.of(
            StepRow.builder(1, 0.5).noise(0.5, 0).save(true).components(0, 2).build(),
            StepRow.builder(0.5, 0).saved(1).components(0, 0).build());
    StepProgram program = new StepProgram(FEATURES, 1.3, rows).withGiven(0.75, -2.5);
    float[] samples = new float[4 * count];
    float[][] states = new float[2][4 * count];
    try (Engine engine = open(1)) {
      engine.sample(
          Network.initialize(new Mlp(4, FEATURES, new int[] {HIDDEN, HIDDEN}, Activation.TANH), 1), program,
          PhysicsTerm.none(), SampleRequest.of(9, 40, count).withSnapshots(-1, 0),
          new SampleSink() {
            @Override
            public void accept(long first, int size, float[] block) {
              System.arraycopy(block, 0, samples, (int) (first - 40) * 4, size * 4);
            }

            @Override
            public void snapshot(int index, long first, int size, float[] block) {
              System.arraycopy(block, 0, states[index], (int) (first - 40) * 4, size * 4);
            }
          });
    }
    float[] z = new float[4];
    for (int i = 0; i < count; i++) {
      new NoiseSource(9).normals(NoiseStream.PRIOR, 40 + i, 0, z, 0, 4);
      float[] start = {1.3f * z[0], 1.3f * z[1], 0.75f, -2.5f};
      assertThat(Arrays.copyOfRange(states[0], 4 * i, 4 * i + 4)).containsExactly(start, within(1e-6f));
      assertThat(states[1][4 * i + 2]).isEqualTo(0.75f);
      // What was saved is the start, of conditions as well.
      for (int d = 0; d < 4; d++) {
        assertThat(samples[4 * i + d]).isCloseTo(states[1][4 * i + d] + start[d], within(1e-5f));
      }
    }
  }

  @Test
  void conditionsAreNotNoised() {
    NoiseTable table =
        NoiseTable.of(List.of(new NoiseTable.Row(new double[0], 0.25, 1.5, 1, 0, 0, 0, 0, 0))).withConditions(2);
    int n = 70;
    int dimension = 7;
    float[] x0 = new float[n * dimension];
    for (int i = 0; i < x0.length; i++) {
      x0[i] = (float) Math.sin(i);
    }
    float[] xt = new float[x0.length];
    try (Engine engine = open(1)) {
      engine.forwardNoise(table, new int[n], x0, 77, 1000, xt);
    }
    float[] eps = new float[dimension];
    for (int i = 0; i < n; i++) {
      new NoiseSource(77).normals(NoiseStream.TRAINING_NOISE, 1000 + i, 0, eps, 0, dimension);
      for (int d = 0; d < dimension; d++) {
        int at = i * dimension + d;
        float expected = d < 5 ? (float) (0.25 * x0[at] + 1.5 * eps[d]) : x0[at];
        assertThat(xt[at]).isCloseTo(expected, within(d < 5 ? 1e-6f : 0f));
      }
    }
  }

  /// Training on conditions that the table multiplies is training on multiples.
  @ParameterizedTest
  @CsvSource({"false, false, 19", "false, true, 19", "false, false, 130", "true, false, 19", "true, true, 70"})
  void theTableTellsTheNetworkAMultipleOfTheConditions(boolean asProgram, boolean twice, int batch) {
    assumeTrue(runsPrograms() || !asProgram);
    Network start = Network.initialize(conditioned(asProgram), 2);
    TrainingPlan plan = plan(start.architecture(), Optional.empty(), 0.5, batch, twice);
    // Laws must not see the conditions: they see them as they are.
    TapeBuilder tape = new TapeBuilder(3);
    tape.residual(tape.subtract(tape.add(tape.square(tape.input(0)), tape.square(tape.input(1))), tape.constant(1)));
    double[][] columns = Arrays.stream(plan.table().columns()).map(double[]::clone).toArray(double[][]::new);
    float[] scaled = plan.data().clone();
    for (int i = 2; i < scaled.length; i += 3) {
      scaled[i] = -2 * scaled[i];
    }
    Arrays.fill(columns[NoiseColumn.CONDITION.ordinal()], -0.5);
    NoiseTable table = new NoiseTable(FEATURES, plan.table().timeFeatures(), columns, 1);
    Optional<Tape> laws = Optional.of(tape.build());
    TrainingState expected =
        train(
            new TrainingPlan(plan.architecture(), plan.table(), plan.data(), batch, plan.adam(), plan.seed(), laws), start);
    TrainingState actual =
        train(new TrainingPlan(plan.architecture(), table, scaled, batch, plan.adam(), plan.seed(), laws), start);
    assertThat(actual.parameters()).isEqualTo(expected.parameters());
    assertThat(actual.parameters()).isNotEqualTo(start.parameters());
  }

  /// A law trains nothing that it takes as given: of the network's last bias, only the part of the component that it moves.
  @ParameterizedTest
  @CsvSource({"false, false, 19", "false, true, 19", "false, false, 130", "true, false, 19", "true, true, 70"})
  void lawsDoNotTrainWhatTheyHold(boolean asProgram, boolean twice, int batch) {
    assumeTrue(runsPrograms() || !asProgram);
    Network start = Network.initialize(conditioned(asProgram), 2);
    TrainingPlan free = plan(start.architecture(), Optional.empty(), 0.5, batch, twice);
    double[][] columns = Arrays.stream(free.table().columns()).map(double[]::clone).toArray(double[][]::new);
    Arrays.fill(columns[NoiseColumn.WEIGHT.ordinal()], 0);
    NoiseTable lawsAlone = new NoiseTable(FEATURES, free.table().timeFeatures(), columns, 1);
    int bias = CONDITIONED.biasOffset(CONDITIONED.layers() - 1);
    for (boolean holds : new boolean[] {false, true}) {
      TapeBuilder tape = new TapeBuilder(3);
      int second = holds ? tape.append(TapeOperation.HOLD, tape.input(1)) : tape.input(1);
      tape.residual(tape.subtract(tape.multiply(tape.input(0), second), tape.constant(0.7)));
      TrainingPlan plan =
          new TrainingPlan(
              free.architecture(), lawsAlone, free.data(), batch, free.adam(), free.seed(), Optional.of(tape.build()));
      TrainingState one;
      try (Engine engine = open(2);
          TrainingSession session = engine.train(plan, TrainingState.start(start))) {
        session.advance(TrainingContract.examples(batch), TrainingContract.rates(1));
        one = session.state();
      }
      TrainingState expected;
      try (Engine engine = new ReferenceEngine(1);
          TrainingSession session = engine.train(plan, TrainingState.start(start))) {
        session.advance(TrainingContract.examples(batch), TrainingContract.rates(1));
        expected = session.state();
      }
      assertThat(Same.worst(one.firstMoment(), expected.firstMoment())).isLessThan(1e-5);
      assertThat(one.firstMoment()[bias]).isNotZero();
      // Where there is a second evaluation the law looks at the first through it, so all of the first is trained.
      if (!twice) {
        assertThat(one.firstMoment()[bias + 1] == 0).isEqualTo(holds);
      }
    }
  }

  /// Noise that is given with the data, for levels that are those of a part of them. The loss of the first step is computed
  /// here by hand, the steps are held to those of the reference engine.
  @ParameterizedTest
  @CsvSource({"false, false, 19", "false, true, 19", "false, false, 130", "true, false, 19", "true, true, 70"})
  void noiseCanBeGivenWithTheData(boolean asProgram, boolean twice, int batch) {
    assumeTrue(runsPrograms() || !asProgram);
    Network start = Network.initialize(conditioned(asProgram), 2);
    TrainingPlan drawn = plan(start.architecture(), Optional.empty(), 0.5, batch, twice);
    float[] noise = new float[drawn.data().length];
    Random random = new Random(4);
    for (int i = 0; i < noise.length; i++) {
      noise[i] = i % 3 == 2 ? Float.NaN : (float) random.nextGaussian(); // that of conditions is not read
    }
    TrainingPlan plan = drawn.withPairing(new TrainingPlan.Pairing(noise, 5));
    int[] examples = TrainingContract.examples(4 * batch);
    NoiseTable table = plan.table();
    Network plain = new Network(CONDITIONED, start.parameters());
    double loss = 0;
    for (int j = 0; j < batch; j++) {
      // 30 points and 20 levels in five parts.
      int row =
          examples[j] / 6 * 4 + NoiseSource.toIndex(new NoiseSource(12).word(NoiseStream.TRAINING_ROWS, j, 0), 4);
      double[] input = new double[3 + FEATURES];
      for (int d = 0; d < 2; d++) {
        input[d] =
            table.get(NoiseColumn.INPUT_SCALE, row)
                * (table.get(NoiseColumn.ALPHA, row) * plan.data()[3 * examples[j] + d]
                    + table.get(NoiseColumn.SIGMA, row) * noise[3 * examples[j] + d]);
      }
      input[2] = plan.data()[3 * examples[j] + 2];
      System.arraycopy(table.timeFeatures(), row * FEATURES, input, 3, FEATURES);
      double[] output = PlainNetwork.evaluate(plain, input);
      for (int d = 0; d < 2; d++) {
        double target = 0.1 * plan.data()[3 * examples[j] + d] + noise[3 * examples[j] + d];
        loss += 1.5 * Math.pow(output[d] - target, 2) / batch;
      }
    }
    TrainingState expected;
    try (Engine engine = new ReferenceEngine(1);
        TrainingSession session = engine.train(plan, TrainingState.start(start))) {
      session.advance(examples, TrainingContract.rates(4));
      expected = session.state();
    }
    try (Engine engine = open(2);
        TrainingSession session = engine.train(plan, TrainingState.start(start))) {
      TrainingSession.Losses losses = session.advance(examples, TrainingContract.rates(4));
      assertThat(losses.data()[0]).isCloseTo(loss, within(1e-4 * loss));
      assertThat(Same.worst(session.state().parameters(), expected.parameters())).isLessThan(2e-4);
      assertThat(Same.worst(session.state().firstMoment(), expected.firstMoment())).isLessThan(2e-4);
    }
    assertThat(train(drawn, start).parameters()).isNotEqualTo(train(plan, start).parameters());
  }

  private TrainingState train(TrainingPlan plan, Network start) {
    int steps = 4;
    try (Engine engine = open(2);
        TrainingSession session = engine.train(plan, TrainingState.start(start))) {
      session.advance(TrainingContract.examples(steps * plan.batch()), TrainingContract.rates(steps));
      return session.state();
    }
  }

  private static TrainingPlan plan(Architecture network, Optional<Double> number, double condition, int batch, boolean twice) {
    int dimension = network.dimension();
    List<NoiseTable.Row> rows = new ArrayList<>();
    for (int i = 1; i <= 20; i++) {
      double sigma = i / 21.0;
      double alpha = Math.sqrt(1 - sigma * sigma);
      double[] features = new double[network.timeFeatures()];
      int first = features.length - FEATURES;
      features[0] = condition;
      for (int e = 0; e < FEATURES; e++) {
        features[first + e] = Math.sin(sigma * (e + 1));
      }
      rows.add(
          new NoiseTable.Row(features, alpha, sigma, 0.9 - 0.01 * i, 0.1, 1, 1.5, 1 / alpha, -sigma / alpha)
              .withPhysics(i % 2 == 0 ? 0.1 : 0, 0.2, 0.3, 0.2, twice && i % 2 == 0 && i > 5 ? i % 5 : -1));
    }
    float[] data = new float[30 * dimension];
    for (int i = 0; i < 30; i++) {
      for (int d = 0; d < dimension; d++) {
        data[i * dimension + d] = (float) (d < 2 ? Math.sin(1.7 * i + d) : condition);
      }
    }
    NoiseTable table = NoiseTable.of(rows).withConditions(dimension - 2);
    return new TrainingPlan(
        network, table, data, batch, new AdamOptions(0.9, 0.999, 1e-5, 0.5, 0.9), 12, Optional.of(tape(number)));
  }

  /// Batches and widths of both ways in which a training is shared out.
  @ParameterizedTest
  @CsvSource({"false, false, 19", "false, true, 19", "false, false, 130", "true, false, 19", "true, true, 70"})
  void trainingTakesConditionsAsTheyAre(boolean asProgram, boolean twice, int batch) {
    assumeTrue(runsPrograms() || !asProgram);
    double condition = 0.625;
    Network start = Network.initialize(conditioned(asProgram), 2);
    TrainingState initial = TrainingState.start(start);
    int steps = 4;
    int[] examples = TrainingContract.examples(steps * batch);
    double[] rates = TrainingContract.rates(steps);
    TrainingSession.Losses losses;
    TrainingState expected;
    try (Engine reference = new ReferenceEngine(1);
        TrainingSession session =
            reference.train(
                plan(TOLD, Optional.of(condition), condition, batch, twice),
                TrainingState.start(new Network(TOLD, told(start.parameters()))))) {
      losses = session.advance(examples, rates);
      expected = session.state();
    }
    try (Engine engine = open(2);
        TrainingSession session =
            engine.train(plan(start.architecture(), Optional.empty(), condition, batch, twice), initial)) {
      TrainingSession.Losses own = session.advance(examples, rates);
      for (int k = 0; k < steps; k++) {
        assertThat(own.data()[k]).isCloseTo(losses.data()[k], within(1e-4 * losses.data()[k]));
        assertThat(own.physics()[k]).isCloseTo(losses.physics()[k], within(1e-4 * losses.physics()[k]));
      }
      float[] actual = session.state().parameters();
      assertThat(told(actual)).containsExactly(expected.parameters(), within(2e-5f));
      // The output of the condition has no loss.
      int before = actual.length - 3 * HIDDEN - 3;
      for (int i = 2 * HIDDEN; i < 3 * HIDDEN; i++) {
        assertThat(actual[before + i]).isEqualTo(start.parameters()[before + i]);
      }
      assertThat(actual[actual.length - 1]).isEqualTo(start.parameters()[actual.length - 1]);
    }
  }

  /// Of one step, what a law adds to classifier-free guidance is what it adds to the conditional model.
  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void aLawAddsItsGradientToClassifierFreeGuidance(boolean asProgram) throws IOException {
    assumeTrue(runsPrograms() || !asProgram);
    Network network = Network.initialize(conditioned(asProgram), 6);
    Diffuser diffuser =
        new Diffuser(
                DiscreteSchedule.cosine(10), Parameterization.V, new TimeEmbedding.Sinusoidal(FEATURES, 1),
                new Scaling(new double[3], new double[] {1, 1, 2}, new double[3], Frame.of(2).withConditions(1)))
            .withConditions(1.5);
    // x^2 + y^2 = c, in one row with the components that are made.
    TapeBuilder tape = new TapeBuilder(3);
    int squares = tape.add(tape.square(tape.input(0)), tape.square(tape.input(1)));
    tape.residual(tape.subtract(squares, tape.input(2)));
    Constraint law = Constraint.of(Law.of("circle", tape.build()));
    Sampler oneStep = of -> Sampler.program(of, List.of(Sampler.row(of, 5, 2).state(0.9).output(-0.4).build()));
    ClassifierFree free = new ClassifierFree(1.5);
    Guidance likelihood = new Guidance.Likelihood(0.3, 0.5);
    int count = 37;
    try (Engine engine = open(2)) {
      float[] plain = diffuser.sample(engine, network, oneStep, count, 3);
      float[] guided = diffuser.sample(engine, network, oneStep, likelihood, law, count, 3);
      float[] conditions = diffuser.sample(engine, network, oneStep, free, law, count, 3);
      float[] both = diffuser.sample(engine, network, oneStep, new ConditionedLaw(free, likelihood), law, count, 3);
      for (int i = 0; i < both.length; i++) {
        double expected = conditions[i] + guided[i] - plain[i];
        assertThat((double) both[i]).isCloseTo(expected, within(tolerance() * (1 + Math.abs(expected))));
        assertThat(both[i]).isEqualTo(i % 3 == 2 ? 1.5f : both[i]);
      }
      assertThat(both).isNotEqualTo(conditions).isNotEqualTo(guided);
    }
  }
}
