package io.scorefield.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.scorefield.engine.Boundary.Side;
import io.scorefield.network.Network;
import io.scorefield.physics.Tape;
import io.scorefield.physics.TapeBuilder;
import io.scorefield.physics.TapeOperation;
import io.scorefield.rng.NoiseSource;
import io.scorefield.rng.NoiseStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/// What programs without a network must do on every engine, each against a reading of {@link StepRow} of its own.
public abstract class DynamicsContract {
  private static final long SEED = 11;
  private static final int FIRST = 300;

  /// Opens the engine under test.
  protected abstract Engine open(int threads);

  /// (x^2 - 1)^2 + 0.3 x y + y^2 and a force that turns around the origin, (-y, x) / 2.
  private static Tape driven(boolean force) {
    TapeBuilder tape = new TapeBuilder(2);
    int x = tape.input(0);
    int y = tape.input(1);
    tape.objective(tape.square(tape.subtract(tape.square(x), tape.constant(1))), 1);
    tape.objective(tape.multiply(x, y), 0.3);
    tape.objective(tape.square(y), 1);
    if (force) {
      tape.objective(tape.multiply(x, tape.append(TapeOperation.HOLD, y)), 0.5);
      tape.objective(tape.multiply(y, tape.append(TapeOperation.HOLD, x)), -0.5);
    }
    return tape.build();
  }

  private static double energy(double[] x) {
    return Math.pow(x[0] * x[0] - 1, 2) + 0.3 * x[0] * x[1] + x[1] * x[1];
  }

  private static double[] slope(double[] x) {
    return new double[] {4 * x[0] * (x[0] * x[0] - 1) + 0.3 * x[1], 0.3 * x[0] + 2 * x[1]};
  }

  private float[] sample(StepProgram program, PhysicsTerm physics, float[] initial, int dimension, AtomicLong rejected)
      throws IOException {
    float[] samples = new float[initial.length];
    try (Engine engine = open(2)) {
      engine.sample(
          Network.none(dimension), program, physics,
          SampleRequest.of(SEED, FIRST, initial.length / dimension).withInitial(initial),
          new SampleSink() {
            @Override
            public void accept(long first, int count, float[] block) {
              System.arraycopy(block, 0, samples, (int) (first - FIRST) * dimension, count * dimension);
            }

            @Override
            public void rejected(long times) {
              rejected.set(times);
            }
          });
    }
    return samples;
  }

  private static float[] normals(int count, double scale) {
    Random random = new Random(5);
    float[] x = new float[count];
    for (int i = 0; i < count; i++) {
      x[i] = (float) (scale * random.nextGaussian());
    }
    return x;
  }

  private static double[] noise(int sample, int step, int dimension) {
    float[] z = new float[dimension];
    new NoiseSource(SEED).normals(NoiseStream.SAMPLER, FIRST + sample, (long) step * dimension, z, 0, dimension);
    double[] wide = new double[dimension];
    Arrays.setAll(wide, d -> z[d]);
    return wide;
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 7, 33, 131})
  void anEnergyAndAForceMoveAState(int count) throws IOException {
    double h = 0.02;
    List<StepRow> rows = new ArrayList<>();
    for (int k = 0; k < 9; k++) {
      rows.add(StepRow.builder(k, k + 1).guidance(h).objective(1).noise(0.2, k).build());
    }
    float[] initial = normals(2 * count, 1);
    float[] actual =
        sample(
            new StepProgram(0, 0, rows), PhysicsTerm.of(driven(true), PhysicsTerm.Loss.HALF_SQUARE), initial, 2,
            new AtomicLong());
    for (int i = 0; i < count; i++) {
      double[] x = {initial[2 * i], initial[2 * i + 1]};
      for (int k = 0; k < 9; k++) {
        double[] g = slope(x);
        double[] z = noise(i, k, 2);
        x = new double[] {
          x[0] - h * (g[0] + 0.5 * x[1]) + 0.2 * z[0], x[1] - h * (g[1] - 0.5 * x[0]) + 0.2 * z[1]
        };
      }
      assertThat((double) actual[2 * i]).isCloseTo(x[0], within(1e-5 * (1 + Math.abs(x[0]))));
      assertThat((double) actual[2 * i + 1]).isCloseTo(x[1], within(1e-5 * (1 + Math.abs(x[1]))));
    }
  }

  @Test
  void residualsHaveNoPartInAGradientWithoutTheirLoss() throws IOException {
    TapeBuilder builder = new TapeBuilder(1);
    int x = builder.input(0);
    builder.residual(builder.multiply(builder.constant(3), x)).objective(builder.square(x), 0.5);
    Tape both = builder.build();
    List<StepRow> rows = List.of(StepRow.builder(0, 1).guidance(0.1).objective(1).loss(0).build());
    float[] initial = normals(40, 1);
    float[] actual =
        sample(
            new StepProgram(0, 0, rows), PhysicsTerm.of(both, PhysicsTerm.Loss.HALF_SQUARE), initial, 1,
            new AtomicLong());
    for (int i = 0; i < 40; i++) {
      assertThat(actual[i]).isCloseTo(0.9f * initial[i], within(1e-6f));
    }
  }

  @ParameterizedTest
  @CsvSource({"0", "0.15"})
  void proposalsAreAcceptedByMetropolisAndHastings(double step) throws IOException {
    int count = 131;
    double beta = 1.7;
    double h = 0.15;
    double s = Math.sqrt(2 * h / beta);
    List<StepRow> rows = new ArrayList<>();
    for (int k = 0; k < 6; k++) {
      StepRowBuilder proposal = StepRow.builder(k, k + 1).noise(s, k).save(true);
      rows.add((step > 0 ? proposal.guidance(h).objective(1) : proposal).build());
      rows.add(StepRow.builder(k, k + 1).test(beta, step, k).build());
    }
    float[] initial = normals(2 * count, 1.3);
    AtomicLong rejected = new AtomicLong(-1);
    float[] actual =
        sample(
            new StepProgram(0, 0, rows), PhysicsTerm.of(driven(false), PhysicsTerm.Loss.HALF_SQUARE), initial, 2,
            rejected);
    long expected = 0;
    int close = 0;
    for (int i = 0; i < count; i++) {
      double[] x = {initial[2 * i], initial[2 * i + 1]};
      boolean clear = true;
      for (int k = 0; k < 6; k++) {
        double[] z = noise(i, k, 2);
        double[] g = step > 0 ? slope(x) : new double[2];
        double[] y = {x[0] - h * g[0] + s * z[0], x[1] - h * g[1] + s * z[1]};
        double[] back = step > 0 ? slope(y) : new double[2];
        double there = 0;
        double again = 0;
        for (int d = 0; d < 2; d++) {
          there += Math.pow(y[d] - x[d] + h * g[d], 2) / (4 * h / beta);
          again += Math.pow(x[d] - y[d] + h * back[d], 2) / (4 * h / beta);
        }
        double ratio = beta * (energy(x) - energy(y)) + there - again;
        double u = Math.log(new NoiseSource(SEED).uniform(NoiseStream.ACCEPTANCE, FIRST + i, k));
        clear &= Math.abs(u - ratio) > 1e-3;
        if (u < ratio) {
          x = y;
        } else {
          expected++;
        }
      }
      close += clear ? 0 : 1;
      for (int d = 0; d < 2 && clear; d++) {
        assertThat((double) actual[2 * i + d]).isCloseTo(x[d], within(1e-4));
      }
    }
    assertThat(close).isLessThan(10);
    assertThat(expected).isBetween(50L, 700L);
    assertThat((double) rejected.get()).isCloseTo(expected, within(3.0 * close));
  }

  /// Mirrors and shifts one after the other until nothing is left to do.
  private static double confined(double x, Boundary at, double lowest, double highest) {
    double y = x;
    for (int turn = 0; turn < 1000; turn++) {
      double before = y;
      if (y < lowest) {
        y = at.lower() == Side.PERIODIC ? y + highest - lowest : at.lower() == Side.REFLECTING ? 2 * lowest - y : y;
      }
      if (y > highest) {
        y = at.upper() == Side.PERIODIC ? y - highest + lowest : at.upper() == Side.REFLECTING ? 2 * highest - y : y;
      }
      if (y == before) {
        return y;
      }
    }
    throw new AssertionError("x = " + x);
  }

  @ParameterizedTest
  @CsvSource({
    "OPEN, OPEN", "PERIODIC, PERIODIC", "REFLECTING, REFLECTING", "REFLECTING, OPEN", "OPEN, REFLECTING",
    "REFLECTING, ABSORBING", "ABSORBING, REFLECTING", "ABSORBING, ABSORBING", "OPEN, ABSORBING"
  })
  void statesAreKeptWithinBoundaries(Side lower, Side upper) throws IOException {
    Boundary boundary = new Boundary(lower, upper);
    double[] lowest = {-0.5, 0};
    double[] highest = {0.75, 0};
    int count = 77;
    int steps = 12;
    List<StepRow> rows = new ArrayList<>();
    for (int k = 0; k < steps; k++) {
      rows.add(StepRow.builder(k, k + 1).noise(0.6, k).confine(true).build());
    }
    StepProgram program =
        new StepProgram(0, 0, rows, lowest, highest, List.of(boundary, Boundary.OPEN));
    float[] initial = normals(2 * count, 0.1);
    float[] actual = sample(program, PhysicsTerm.none(), initial, 2, new AtomicLong());
    int moved = 0;
    for (int i = 0; i < count; i++) {
      double x = initial[2 * i];
      double y = initial[2 * i + 1];
      for (int k = 0; k < steps; k++) {
        boolean gone =
            (lower == Side.ABSORBING && x <= lowest[0]) || (upper == Side.ABSORBING && x >= highest[0]);
        if (!gone) {
          double[] z = noise(i, k, 2);
          x = confined(x + 0.6 * z[0], boundary, lowest[0], highest[0]);
          y += 0.6 * z[1];
          moved++;
        }
      }
      assertThat((double) actual[2 * i]).isCloseTo(x, within(2e-5));
      assertThat((double) actual[2 * i + 1]).isCloseTo(y, within(2e-5));
    }
    assertThat(moved).isGreaterThan(2 * count);
  }

  @Test
  void aRowChangesTheComponentsThatItSays() throws IOException {
    int dimension = 5;
    List<StepRow> rows =
        List.of(
            StepRow.builder(0, 1).noise(1, 0).build(),
            StepRow.builder(1, 2).noise(1, 1).save(true).components(1, 3).build(),
            StepRow.builder(2, 3).state(0.5).saved(2).components(2, 0).build());
    int count = 37;
    float[] initial = normals(dimension * count, 1);
    float[] actual = sample(new StepProgram(0, 0, rows), PhysicsTerm.none(), initial, dimension, new AtomicLong());
    for (int i = 0; i < count; i++) {
      double[] z = noise(i, 0, dimension);
      double[] second = noise(i, 1, dimension);
      for (int d = 0; d < dimension; d++) {
        // A row that saves saves all components.
        double saved = initial[i * dimension + d] + z[d];
        double moved = d == 1 || d == 2 ? saved + second[d] : saved;
        double expected = d >= 2 ? 0.5 * moved + 2 * saved : moved;
        assertThat((double) actual[i * dimension + d]).isCloseTo(expected, within(1e-5));
      }
    }
  }

  /// An energy of which a test's components are only a part: the others count as they are.
  @Test
  void aTestOfSomeComponentsSeesAllOfThem() throws IOException {
    List<StepRow> rows = new ArrayList<>();
    rows.add(StepRow.builder(0, 1).noise(0.5, 0).build());
    rows.add(StepRow.builder(1, 2).noise(0.8, 1).save(true).components(1, 2).confine(true).build());
    rows.add(StepRow.builder(1, 2).test(1.3, 0, 4).components(1, 2).build());
    int count = 131;
    float[] initial = normals(2 * count, 1);
    // The row confines too, which engines may do in another way.
    Boundary turn = new Boundary(Side.PERIODIC, Side.PERIODIC);
    StepProgram program =
        new StepProgram(
            0, 0, rows, new double[] {-50, -50}, new double[] {50, 50}, List.of(Boundary.OPEN, turn));
    float[] actual =
        sample(
            program, PhysicsTerm.of(driven(false), PhysicsTerm.Loss.HALF_SQUARE), initial, 2,
            new AtomicLong());
    int accepted = 0;
    for (int i = 0; i < count; i++) {
      double[] z = noise(i, 0, 2);
      double[] x = {initial[2 * i] + 0.5 * z[0], initial[2 * i + 1] + 0.5 * z[1]};
      double[] y = {x[0], x[1] + 0.8 * noise(i, 1, 2)[1]};
      double ratio = 1.3 * (energy(x) - energy(y));
      double u = Math.log(new NoiseSource(SEED).uniform(NoiseStream.ACCEPTANCE, FIRST + i, 4));
      double[] expected = u < ratio ? y : x;
      accepted += u < ratio ? 1 : 0;
      for (int d = 0; d < 2 && Math.abs(u - ratio) > 1e-4; d++) {
        assertThat((double) actual[2 * i + d]).isCloseTo(expected[d], within(1e-5));
      }
    }
    assertThat(accepted).isBetween(20, 125);
  }
}
