package io.scorefield.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.scorefield.network.Activation;
import io.scorefield.network.Architecture;
import io.scorefield.network.Mlp;
import io.scorefield.network.Network;
import io.scorefield.physics.Constraint;
import io.scorefield.physics.Law;
import io.scorefield.physics.Tape;
import io.scorefield.physics.TapeBuilder;
import io.scorefield.rng.NoiseSource;
import io.scorefield.rng.NoiseStream;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import org.apache.commons.math3.linear.ArrayRealVector;
import org.apache.commons.math3.linear.RealVector;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/// What training must do on every engine. A test class of an engine extends this one.
public abstract class TrainingContract {
  /// Opens the engine under test.
  protected abstract Engine open(int threads);

  /// Whether the engine under test gets through such a training in a moment.
  protected boolean affordable(int width, int batch) {
    return true;
  }

  /// Numbers of worker threads to try; one where the engine has no use for them.
  protected int[] threadCounts() {
    return new int[] {1, 2, 7, 17};
  }

  private static TrainingPlan plan(int batch, AdamOptions adam) {
    return plan(batch, adam, false, TrainingPlan.Combination.SUM);
  }

  /// @param twice whether the laws look at a second evaluation in some of the levels
  private static TrainingPlan plan(
      int batch, AdamOptions adam, boolean twice, TrainingPlan.Combination combination) {
    Mlp mlp = Mlp.uniform(2, 1, 3, 24, Activation.TANH);
    List<NoiseTable.Row> rows = new ArrayList<>();
    for (int i = 1; i <= 10; i++) {
      double sigma = i / 10.5;
      double alpha = Math.sqrt(1 - sigma * sigma);
      NoiseTable.Row row =
          new NoiseTable.Row(
              new double[] {i / 10.0}, alpha, sigma, 1, 0, 1, 1, 1 / alpha, -sigma / alpha);
      rows.add(
          twice && i % 3 > 0
              ? row.with(NoiseColumn.PHYSICS_LIMIT, i == 5 ? 0.4 : 0).withPhysics(0.02, 0.01, 0.4, 0.3 + 0.1 * i, i % 2)
              : row.withPhysics(0.01, 0.02));
    }
    TapeBuilder objective = new TapeBuilder(2);
    objective.objective(objective.square(objective.subtract(objective.input(0), objective.constant(0.3))), 1);
    float[] data = new float[60];
    for (int i = 0; i < 30; i++) {
      data[2 * i] = (float) (1.5 * Math.cos(i));
      data[2 * i + 1] = (float) (1.5 * Math.sin(i));
    }
    return new TrainingPlan(
        mlp, NoiseTable.of(rows), data, batch, adam, 12,
        Optional.of(
            new Constraint(
                    List.of(
                        Constraint.sphere(2, 1.5).laws().getFirst(),
                        Law.of("objective", objective.build())))
                .tape()),
        combination);
  }

  public static int[] examples(int count) {
    return IntStream.range(0, count).map(i -> i * 7 % 30).toArray();
  }

  public static double[] rates(int steps) {
    double[] rates = new double[steps];
    Arrays.fill(rates, 1e-3);
    return rates;
  }

  @Test
  void trainingLowersTheLossAndDoesNotDependOnThreadsOrChunks() {
    AdamOptions adam = new AdamOptions(0.9, 0.999, 1e-8, 1, 0.99);
    TrainingPlan plan = plan(16, adam);
    TrainingState start = TrainingState.start(Network.initialize(plan.architecture(), 2));
    int steps = 200;
    int[] examples = examples(steps * 16);
    TrainingState whole;
    try (Engine engine = open(1);
        TrainingSession session = engine.train(plan, start)) {
      TrainingSession.Losses losses = session.advance(examples, rates(steps));
      whole = session.state();
      double first = Arrays.stream(losses.data(), 0, 20).average().orElseThrow();
      double last = Arrays.stream(losses.data(), steps - 20, steps).average().orElseThrow();
      assertThat(last).isLessThan(0.85 * first);
      assertThat(Arrays.stream(losses.physics()).min().orElseThrow()).isPositive();
    }
    try (Engine engine = open(3)) {
      TrainingState state = start;
      for (int chunk : new int[] {1, 60, 139}) {
        // A new session from the stored state each time, as after a restart.
        try (TrainingSession session = engine.train(plan, state)) {
          int from = (int) state.step();
          session.advance(
              Arrays.copyOfRange(examples, from * 16, (from + chunk) * 16), rates(chunk));
          state = session.state();
        }
      }
      assertThat(state.step()).isEqualTo(whole.step()).isEqualTo(steps);
      Same.bits("parameters", state.parameters(), whole.parameters());
      Same.bits("average", state.average(), whole.average());
      Same.bits("firstMoment", state.firstMoment(), whole.firstMoment());
      Same.bits("secondMoment", state.secondMoment(), whole.secondMoment());
    }
    assertThat(whole.average()).isNotEqualTo(whole.parameters());
  }

  /// A plan over some shape and batch, with physics in half of the levels.
  public static TrainingPlan plan(Architecture mlp, int batch, AdamOptions adam) {
    return plan(mlp, batch, adam, false, TrainingPlan.Combination.SUM);
  }

  /// @param twice whether the laws look at a second evaluation in some of the levels
  public static TrainingPlan plan(
      Architecture mlp, int batch, AdamOptions adam, boolean twice, TrainingPlan.Combination combination) {
    int dimension = mlp.dimension();
    List<NoiseTable.Row> rows = new ArrayList<>();
    for (int i = 1; i <= 40; i++) {
      double sigma = i / 41.0;
      double alpha = Math.sqrt(1 - sigma * sigma);
      double[] features = new double[mlp.timeFeatures()];
      Arrays.setAll(features, e -> Math.sin(sigma * (e + 1)));
      rows.add(
          new NoiseTable.Row(
                  features, alpha, sigma, 0.9, 0.1, 1, 1.5, 1 / alpha, -sigma / alpha)
              .withPhysics(
                  i % 2 == 0 ? 0.01 : 0, 0, 0.3, 0.2, twice && i % 2 == 0 && i > 5 ? i % 5 : -1));
    }
    float[] data = new float[30 * dimension];
    for (int i = 0; i < data.length; i++) {
      data[i] = (float) Math.sin(1.7 * i);
    }
    return new TrainingPlan(
        mlp, NoiseTable.of(rows), data, batch, adam, 12,
        Optional.of(Constraint.sphere(dimension, 1.5).tape()), combination);
  }

  /// Batches around lanes, tiles, groups and chunks, narrow and wide networks.
  @ParameterizedTest(name = "D {0}, E {1}, width {2}, layers {3}, batch {4}, bottleneck {5}")
  @CsvSource({
    "1, 0, 1, 1, 1, 0", "2, 1, 7, 3, 15, 0", "3, 2, 65, 2, 16, 0", "2, 3, 64, 3, 17, 0",
    "17, 1, 9, 2, 63, 0", "2, 1, 64, 3, 64, 0", "2, 1, 24, 3, 65, 0", "2, 0, 16, 2, 300, 0",
    "2, 1, 8, 2, 2500, 0", "2, 4, 300, 3, 25, 0", "2, 4, 260, 3, 130, 0", "2, 3, 150, 6, 40, 0",
    "2, 1, 270, 2, 33, 0", "2, 1, 300, 5, 25, 3", "2, 1, 260, 3, 4200, 0"
  })
  void trainingDoesNotDependOnThreadsOrCalls(
      int dimension, int features, int width, int layers, int batch, int bottleneck) {
    assumeTrue(affordable(width, batch));
    int variants = batch > 1000 || width * batch > 5_000 ? 2 : 4;
    for (int variant = 0; variant < variants; variant++) {
      double clip = variant % 2 == 0 ? Double.POSITIVE_INFINITY : 0.01;
      // The third hidden layer is a bottleneck in some of the shapes.
      int[] hidden = new int[layers - 1];
      for (int layer = 0; layer < hidden.length; layer++) {
        hidden[layer] = bottleneck > 0 && layer == 2 ? bottleneck : width;
      }
      TrainingPlan plan =
          plan(
              new Mlp(dimension, features, hidden, Activation.TANH), batch,
              new AdamOptions(0.9, 0.999, 1e-8, clip, 0.9), variant > 1,
              variant == 3 ? TrainingPlan.Combination.CONFLICT_FREE : TrainingPlan.Combination.SUM);
      TrainingState start = TrainingState.start(Network.initialize(plan.architecture(), 2));
      int steps = batch > 1000 ? 2 : width > 100 ? 3 : 6;
      TrainingSession.Losses losses = null;
      TrainingState expected = null;
      for (int threads : threadCounts()) {
        try (Engine engine = open(threads);
            TrainingSession session = engine.train(plan, start)) {
          TrainingSession.Losses own = session.advance(examples(steps * batch), rates(steps));
          TrainingState state = session.state();
          if (expected == null) {
            losses = own;
            expected = state;
            assertThat(state.isFinite()).isTrue();
          }
          assertThat(own.data()).as("%d threads", threads).containsExactly(losses.data());
          assertThat(own.physics()).containsExactly(losses.physics());
          Same.bits("parameters", state.parameters(), expected.parameters());
          Same.bits("average", state.average(), expected.average());
          Same.bits("secondMoment", state.secondMoment(), expected.secondMoment());
        }
      }
      // One step, and the others in a session that goes on from the state.
      try (Engine engine = open(2);
          TrainingSession one = engine.train(plan, start)) {
        int[] all = examples(steps * batch);
        one.advance(Arrays.copyOf(all, batch), rates(1));
        try (TrainingSession rest = engine.train(plan, one.state())) {
          rest.advance(Arrays.copyOfRange(all, batch, steps * batch), rates(steps - 1));
          TrainingState state = rest.state();
          assertThat(state.step()).isEqualTo(steps);
          Same.bits("parameters", state.parameters(), expected.parameters());
          Same.bits("average", state.average(), expected.average());
          Same.bits("secondMoment", state.secondMoment(), expected.secondMoment());
        }
      }
    }
  }

  /// With a decay so near 1 that float32 rounds it, the average of weights must not drift.
  @ParameterizedTest
  @ValueSource(ints = {16, 80})
  void theAverageStaysBetweenTheWeightsItAverages(int batch) {
    TrainingPlan plan = plan(batch, new AdamOptions(0.9, 0.999, 1e-8, 1, 0.9999999));
    TrainingState fresh = TrainingState.start(Network.initialize(plan.architecture(), 2));
    // So late that the decay has risen to its full value.
    TrainingState start =
        new TrainingState(
            1_000_000_000L, fresh.parameters(), fresh.average(), fresh.firstMoment(), fresh.secondMoment());
    int steps = 300;
    try (Engine engine = open(1);
        TrainingSession session = engine.train(plan, start)) {
      double[] rates = new double[steps];
      Arrays.fill(rates, 1e-6);
      session.advance(examples(steps * batch), rates);
      TrainingState end = session.state();
      for (int i = 0; i < end.average().length; i++) {
        // 300 steps of 1e-6 with a share of 1e-7 each cannot move it by an ulp more than this.
        assertThat(end.average()[i]).isCloseTo(start.average()[i], within(2e-7f));
      }
    }
  }

  /// The average by a power of the step is the mean of the weights after each step that the recursion says, in pieces as whole.
  @Test
  void anAverageByAPowerIsTheWeightedMeanOfAllSteps() {
    WeightAverage.Power power = WeightAverage.Power.ofWidth(0.1);
    TrainingPlan plan = plan(16, new AdamOptions(0.9, 0.999, 1e-8, 1, power));
    TrainingState start = TrainingState.start(Network.initialize(plan.architecture(), 2));
    int steps = 12;
    int[] examples = examples(steps * 16);
    double[] rates = new double[steps];
    for (int k = 0; k < steps; k++) {
      rates[k] = 2e-3 * (k + 1) / steps; // a warm-up
    }
    try (Engine engine = open(2)) {
      TrainingState whole;
      try (TrainingSession session = engine.train(plan, start)) {
        session.advance(examples, rates);
        whole = session.state();
      }
      TrainingState state = start;
      double[] mean = new double[plan.architecture().parameterCount()];
      for (int k = 0; k < steps; k++) {
        try (TrainingSession session = engine.train(plan, state)) {
          session.advance(Arrays.copyOfRange(examples, 16 * k, 16 * k + 16), Arrays.copyOfRange(rates, k, k + 1));
          state = session.state();
        }
        double share = 1 - power.decay(k + 1);
        for (int i = 0; i < mean.length; i++) {
          mean[i] += share * (state.parameters()[i] - mean[i]);
        }
      }
      Same.bits("parameters", state.parameters(), whole.parameters());
      Same.bits("average", state.average(), whole.average());
      for (int i = 0; i < mean.length; i++) {
        assertThat(whole.average()[i]).isCloseTo((float) mean[i], within(1e-6f));
      }
      assertThat(whole.average()).isNotEqualTo(whole.parameters());
    }
  }

  /// Loss of one batch, written plainly: network in double, noise and rows as docs/formats.md says.
  private static double[] plainLoss(
      TrainingPlan plan, double[] parameters, long step, int[] examples) {
    NoiseTable table = plan.table();
    NoiseSource noise = new NoiseSource(plan.seed());
    float[] eps = new float[2];
    double data = 0;
    double physics = 0;
    for (int j = 0; j < plan.batch(); j++) {
      long e = step * plan.batch() + j;
      int row =
          NoiseSource.toIndex(noise.word(NoiseStream.TRAINING_ROWS, e, 0), table.rows());
      noise.normals(NoiseStream.TRAINING_NOISE, e, 0, eps, 0, 2);
      double[] xt = new double[2];
      double[] input = new double[3];
      for (int d = 0; d < 2; d++) {
        xt[d] =
            table.get(NoiseColumn.ALPHA, row) * plan.data()[2 * examples[j] + d] + table.get(NoiseColumn.SIGMA, row) * eps[d];
        input[d] = table.get(NoiseColumn.INPUT_SCALE, row) * xt[d];
      }
      input[2] = table.timeFeatures()[row];
      double[] o = PlainNetwork.evaluate(plan.architecture(), parameters, input);
      double[] x0 = new double[2];
      for (int d = 0; d < 2; d++) {
        double target =
            table.get(NoiseColumn.TARGET_X0, row) * plan.data()[2 * examples[j] + d]
                + table.get(NoiseColumn.TARGET_EPS, row) * eps[d];
        data += table.get(NoiseColumn.WEIGHT, row) * Math.pow(o[d] - target, 2) / plan.batch();
        x0[d] = table.get(NoiseColumn.X0_FROM_X, row) * xt[d] + table.get(NoiseColumn.X0_FROM_OUTPUT, row) * o[d];
      }
      int next = table.next(row);
      if (next >= 0) {
        double[] again = new double[2];
        for (int d = 0; d < 2; d++) {
          again[d] = table.get(NoiseColumn.NEXT_FROM_X, row) * xt[d] + table.get(NoiseColumn.NEXT_FROM_OUTPUT, row) * o[d];
          input[d] = table.get(NoiseColumn.INPUT_SCALE, next) * again[d];
        }
        input[2] = table.timeFeatures()[next];
        double[] second = PlainNetwork.evaluate(plan.architecture(), parameters, input);
        for (int d = 0; d < 2; d++) {
          x0[d] = table.get(NoiseColumn.X0_FROM_X, next) * again[d] + table.get(NoiseColumn.X0_FROM_OUTPUT, next) * second[d];
        }
      }
      Tape laws = plan.physics().orElseThrow();
      double r = laws.residuals(x0, 0)[0];
      double limit = table.get(NoiseColumn.PHYSICS_LIMIT, row);
      double limited = limit > 0 && Math.abs(r) > limit ? limit : r;
      physics +=
          (table.get(NoiseColumn.PHYSICS_WEIGHT, row) * 0.5 * limited * limited
                  + table.get(NoiseColumn.OBJECTIVE_WEIGHT, row) * laws.objective(x0, 0))
              / plan.batch();
    }
    return new double[] {data, physics};
  }

  /// The conflict-free direction, written with vectors: U[U(O(a, b)) + U(O(b, a))] and the length along it.
  private static double[] conflictFree(RealVector a, RealVector b) {
    RealVector besideA = b.subtract(a.mapMultiply(a.dotProduct(b) / a.dotProduct(a)));
    RealVector besideB = a.subtract(b.mapMultiply(a.dotProduct(b) / b.dotProduct(b)));
    RealVector direction = besideA.unitVector().add(besideB.unitVector()).unitVector();
    return direction.mapMultiply(a.dotProduct(direction) + b.dotProduct(direction)).toArray();
  }

  /// Adam, its moments and the moving average against a plain version with gradients by differences.
  @ParameterizedTest(name = "twice {0}, {1}")
  @CsvSource({"false, SUM", "true, SUM", "false, CONFLICT_FREE", "true, CONFLICT_FREE"})
  void threeStepsAgreeWithAPlainTraining(boolean twice, TrainingPlan.Combination combination) {
    AdamOptions adam = new AdamOptions(0.8, 0.95, 1e-3, Double.POSITIVE_INFINITY, 0.7);
    TrainingPlan plan = plan(16, adam, twice, combination);
    int n = plan.architecture().parameterCount();
    TrainingState start = TrainingState.start(Network.initialize(plan.architecture(), 2));
    int[] examples = examples(48);
    double[] p = new double[n];
    double[] average = new double[n];
    double[] m = new double[n];
    double[] v = new double[n];
    for (int i = 0; i < n; i++) {
      p[i] = start.parameters()[i];
      average[i] = p[i];
    }
    double[] rates = {1e-3, 2e-3, 5e-4};
    try (Engine engine = open(2);
        TrainingSession session = engine.train(plan, start)) {
      TrainingSession.Losses losses = session.advance(examples, rates);
      for (int k = 0; k < 3; k++) {
        int[] batch = Arrays.copyOfRange(examples, 16 * k, 16 * k + 16);
        double[] loss = plainLoss(plan, p, k, batch);
        assertThat(losses.data()[k]).isCloseTo(loss[0], within(1e-5 * loss[0]));
        assertThat(losses.physics()[k]).isCloseTo(loss[1], within(1e-5 * loss[1]));
        double[] ofData = new double[n];
        double[] ofPhysics = new double[n];
        double h = 1e-5;
        for (int i = 0; i < n; i++) {
          double original = p[i];
          p[i] = original + h;
          double[] up = plainLoss(plan, p, k, batch);
          p[i] = original - h;
          double[] down = plainLoss(plan, p, k, batch);
          p[i] = original;
          ofData[i] = (up[0] - down[0]) / (2 * h);
          ofPhysics[i] = (up[1] - down[1]) / (2 * h);
        }
        double[] gradient =
            combination == TrainingPlan.Combination.SUM
                ? new ArrayRealVector(ofData).add(new ArrayRealVector(ofPhysics)).toArray()
                : conflictFree(new ArrayRealVector(ofData), new ArrayRealVector(ofPhysics));
        for (int i = 0; i < n; i++) {
          m[i] = 0.8 * m[i] + 0.2 * gradient[i];
          v[i] = 0.95 * v[i] + 0.05 * gradient[i] * gradient[i];
          double root = Math.sqrt(v[i] / (1 - Math.pow(0.95, k + 1)));
          p[i] -= rates[k] * m[i] / (1 - Math.pow(0.8, k + 1)) / (root + 1e-3);
          double keep = Math.min(0.7, (k + 2.0) / (k + 11.0)); // step number k + 1
          average[i] = keep * average[i] + (1 - keep) * p[i];
        }
      }
      TrainingState end = session.state();
      for (int i = 0; i < n; i++) {
        assertThat((double) end.parameters()[i]).isCloseTo(p[i], within(1e-6));
        assertThat((double) end.average()[i]).isCloseTo(average[i], within(1e-6));
        assertThat((double) end.firstMoment()[i])
            .isCloseTo(m[i], within(1e-6 + 1e-4 * Math.abs(m[i])));
        assertThat((double) end.secondMoment()[i]).isCloseTo(v[i], within(1e-8 + 1e-3 * v[i]));
      }
    }
  }

  @Test
  void theFirstAdamStepMovesEveryParameterByTheLearningRate() {
    TrainingPlan plan = plan(16, AdamOptions.defaults());
    TrainingState start = TrainingState.start(Network.initialize(plan.architecture(), 2));
    try (Engine engine = open(2);
        TrainingSession session = engine.train(plan, start)) {
      session.advance(examples(16), new double[] {1e-3});
      TrainingState after = session.state();
      for (int i = 0; i < after.parameters().length; i++) {
        double m = after.firstMoment()[i] / 0.1;
        double v = after.secondMoment()[i] / 0.001;
        double change = (double) after.parameters()[i] - start.parameters()[i];
        assertThat(v).isCloseTo(m * m, within(1e-5 * m * m + 1e-12));
        assertThat(change).isCloseTo(-1e-3 * m / (Math.abs(m) + 1e-8), within(2e-7));
        assertThat(after.average()[i]).isEqualTo(after.parameters()[i]);
      }
      assertThat(start.step()).isZero();
    }
  }

  @Test
  void clippingScalesTheGradientToTheGivenNorm() {
    AdamOptions clipped = new AdamOptions(0.9, 0.999, 1e-8, 1e-3, 0);
    TrainingPlan plan = plan(16, clipped);
    try (Engine engine = open(2);
        TrainingSession session =
            engine.train(plan, TrainingState.start(Network.initialize(plan.architecture(), 2)))) {
      session.advance(examples(16), new double[] {1e-3});
      double squares = 0;
      for (float m : session.state().firstMoment()) {
        squares += m * (double) m / 0.01;
      }
      assertThat(Math.sqrt(squares)).isCloseTo(1e-3, within(1e-8));
    }
  }

  @Test
  void trainingStopsBeforeTheUpdateOfALossThatIsNotFinite() {
    TrainingPlan plan = plan(16, AdamOptions.defaults());
    try (Engine engine = open(2);
        TrainingSession session =
            engine.train(plan, TrainingState.start(Network.initialize(plan.architecture(), 2)))) {
      double[] rates = rates(10);
      rates[4] = 1e38;
      TrainingSession.Losses losses = session.advance(examples(160), rates);
      int run = losses.data().length;
      assertThat(run).isBetween(6, 7);
      double last = losses.data()[run - 1] + losses.physics()[run - 1];
      assertThat(Float.isFinite((float) last)).isFalse();
      assertThat(session.state().step()).isEqualTo(run - 1);
    }
  }

  @Test
  void refusesTrainingThatDoesNotFit() {
    TrainingPlan plan = plan(16, AdamOptions.defaults());
    Network other = Network.initialize(Mlp.uniform(2, 1, 2, 8, Activation.TANH), 2);
    try (Engine engine = open(1)) {
      assertThatThrownBy(() -> engine.train(plan, TrainingState.start(other)))
          .hasMessageContaining("parameters");
      try (TrainingSession session =
          engine.train(plan, TrainingState.start(Network.initialize(plan.architecture(), 2)))) {
        assertThatThrownBy(() -> session.advance(new int[15], rates(1)))
            .hasMessageContaining("16 examples");
        int[] outside = new int[16];
        outside[3] = 30;
        assertThatThrownBy(() -> session.advance(outside, rates(1)))
            .hasMessageContaining("no data point 30");
      }
    }
  }
}
