package io.scorefield.engine.layout;

import io.scorefield.engine.AdamOptions;
import io.scorefield.engine.Boundary;
import io.scorefield.engine.Column;
import io.scorefield.engine.EngineException;
import io.scorefield.engine.NoiseColumn;
import io.scorefield.engine.NoiseTable;
import io.scorefield.engine.PhysicsTerm;
import io.scorefield.engine.StepColumn;
import io.scorefield.engine.StepProgram;
import io.scorefield.engine.StepRow;
import io.scorefield.network.Architecture;
import io.scorefield.network.Mlp;
import io.scorefield.network.NetworkProgram;
import io.scorefield.physics.Tape;
import io.scorefield.rng.NoiseSource;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/// Writes the tables in the float32 form that C++ code reads: the structs of
/// `kernels/include/tables.cuh`, one after the other, in memory of an arena.
///
/// Every method throws an {@link EngineException} when a number does not fit into a float32.
public final class Tables {
  private static final Column[] NOISE_COLUMNS = NoiseColumn.values();
  private static final Column[] STEP_COLUMNS = StepColumn.values();

  /// Bytes of one row: every column has four.
  public static final int NOISE_ROW = NOISE_COLUMNS.length * Float.BYTES;

  /// Likewise.
  public static final int STEP_ROW = STEP_COLUMNS.length * Float.BYTES;

  /// Bytes of one optimiser step: 9 floats and an integer.
  public static final int ADAM_STEP = 10 * Float.BYTES;

  /// Bytes of one row: 4 integers and a float.
  public static final int TAPE_ROW = 5 * Float.BYTES;

  /// Bytes of a `PhysicsTerm`: 5 addresses and 6 integers.
  public static final int CONSTRAINT = 5 * Long.BYTES + 6 * Integer.BYTES;

  /// Engines number the floats of a noise table with 31 bits.
  private static final int MOST_NOISE_ROWS = Integer.MAX_VALUE / 16;

  private Tables() {}

  /// Fills a segment with numbers of four bytes, many at a time.
  private static final class Writer {
    private final MemorySegment segment;
    private final int[] words;
    private int waiting;
    private long at;

    Writer(MemorySegment segment) {
      this.segment = segment;
      words = new int[(int) Math.min(4096, segment.byteSize() / Integer.BYTES)];
    }

    Writer floats(String what, double... values) {
      for (double value : values) {
        put(Float.floatToRawIntBits(toFloat(value, what)));
      }
      return this;
    }

    Writer integers(int... values) {
      for (int value : values) {
        put(value);
      }
      return this;
    }

    /// The numbers of a row, each as its column is read.
    void row(String what, Column[] columns, double[] values) {
      for (int c = 0; c < columns.length; c++) {
        put(columns[c].integer() ? (int) values[c] : Float.floatToRawIntBits(toFloat(values[c], what)));
      }
    }

    private void put(int word) {
      if (waiting == words.length) {
        flush();
      }
      words[waiting++] = word;
    }

    private void flush() {
      MemorySegment.copy(words, 0, segment, ValueLayout.JAVA_INT, at, waiting);
      at += (long) waiting * Integer.BYTES;
      waiting = 0;
    }

    /// The segment with all that was given.
    MemorySegment written() {
      flush();
      return segment;
    }
  }

  /// Rounds to float32.
  ///
  /// @throws EngineException when the number is beyond the range of a float32
  public static float toFloat(double value, String what) {
    float narrow = (float) value;
    if (Float.isInfinite(narrow) && !Double.isInfinite(value)) {
      throw new EngineException(
          what + " holds " + value + ", more than this engine's float32 can; use --engine reference");
    }
    return narrow;
  }

  /// `NoiseRow[R]`.
  public static MemorySegment noiseRows(NoiseTable table, Arena arena) {
    if (table.rows() > MOST_NOISE_ROWS) {
      throw new EngineException(
          "a noise table of " + table.rows() + " rows is too large for this engine; the limit is "
              + MOST_NOISE_ROWS);
    }
    Writer writer = new Writer(allocate(arena, table.rows(), NOISE_ROW));
    double[] row = new double[NOISE_COLUMNS.length];
    for (int r = 0; r < table.rows(); r++) {
      for (int c = 0; c < row.length; c++) {
        row[c] = table.columns()[c][r];
      }
      writer.row("the noise table", NOISE_COLUMNS, row);
    }
    return writer.written();
  }

  /// The time features of a noise table, `float[R][E]`.
  public static MemorySegment noiseFeatures(NoiseTable table, Arena arena) {
    Writer writer = new Writer(allocate(arena, table.timeFeatures().length, Float.BYTES));
    writer.floats("a time feature", table.timeFeatures());
    return writer.written();
  }

  /// `AdamStep[steps]`, without clipping, which is known when the step is made.
  ///
  /// @param done optimiser steps before the first of these
  public static MemorySegment adamSteps(AdamOptions adam, long done, double[] learningRates, Arena arena) {
    Writer writer = new Writer(allocate(arena, learningRates.length, ADAM_STEP));
    for (int i = 0; i < learningRates.length; i++) {
      long k = done + i + 1;
      writer
          .floats(
              "the optimiser",
              1, adam.beta1(), 1 - adam.beta1(), adam.beta2(), 1 - adam.beta2(),
              learningRates[i] / (1 - Math.pow(adam.beta1(), k)), 1 / (1 - Math.pow(adam.beta2(), k)), adam.epsilon(),
              1 - adam.averageDecay(k))
          .integers(adam.average().isKept() ? 1 : 0);
    }
    return writer.written();
  }

  /// `StepRow[rows]`.
  ///
  /// @param dimension D, to check that no row leaves its noise stream
  public static MemorySegment stepRows(StepProgram program, int dimension, Arena arena) {
    Writer writer = new Writer(allocate(arena, program.rows().size(), STEP_ROW));
    for (int r = 0; r < program.rows().size(); r++) {
      StepRow row = program.rows().get(r);
      if (row.noise() != 0
          && (row.noiseStep() + 1L) * dimension > NoiseSource.NUMBERS_PER_SAMPLE) {
        throw new IllegalArgumentException(
            "row " + r + " asks for noise step " + row.noiseStep()
                + ", which leaves the stream of a sample");
      }
      writer.row("row " + r + " of the sampler", STEP_COLUMNS, row.columns());
    }
    return writer.written();
  }

  /// The bounds of x0hat or of the state, `float[2][D]`, and where rows confine what is at them, `float[D]`; no segment
  /// where no row clips or confines.
  public static MemorySegment bounds(StepProgram program, Arena arena) {
    if (program.lowest().length == 0) {
      return MemorySegment.NULL;
    }
    Writer writer =
        new Writer(allocate(arena, 2L * program.lowest().length + program.boundaries().size(), Float.BYTES));
    writer
        .floats("the lowest x0hat", program.lowest())
        .floats("the highest x0hat", program.highest())
        .floats("a boundary", program.boundaries().stream().mapToDouble(Boundary::code).toArray());
    return writer.written();
  }

  /// What the last components of the state start from, `float[]`.
  public static MemorySegment given(StepProgram program, Arena arena) {
    return floats("a condition", program.given(), arena);
  }

  /// The parts of a tape as engines take them: arrays of `TapeRow`, int, and float.
  ///
  /// @param rows `[slots]`
  /// @param scale `[D]`, likewise shift
  public record TapeTable(
      MemorySegment rows,
      MemorySegment indices,
      MemorySegment numbers,
      MemorySegment scale,
      MemorySegment shift) {}

  /// The table of a tape.
  public static TapeTable tape(Tape given, Arena arena) {
    // Its arrays could have been changed since it was checked: check a copy.
    Tape tape =
        new Tape(
            given.inputs(), given.rows(), given.indices().clone(), given.numbers().clone(),
            given.scale().clone(), given.shift().clone());
    Writer writer = new Writer(allocate(arena, tape.slots(), TAPE_ROW));
    for (Tape.Row row : tape.rows()) {
      writer
          .integers(row.operation().ordinal(), row.first(), row.second(), row.count())
          .floats("a law", row.immediate());
    }
    return new TapeTable(
        writer.written(),
        arena.allocateFrom(ValueLayout.JAVA_INT, tape.indices()),
        floats("a law", tape.numbers(), arena),
        floats("the scaling", tape.scale(), arena),
        floats("the scaling", tape.shift(), arena));
  }

  private static MemorySegment floats(String what, double[] values, Arena arena) {
    Writer writer = new Writer(allocate(arena, values.length, Float.BYTES));
    return writer.floats(what, values).written();
  }

  /// The `PhysicsTerm` of a call, in memory that the engine reads; without laws, one of no slots.
  public static MemorySegment constraint(PhysicsTerm physics, Arena arena) {
    if (physics.tape().isEmpty()) {
      return constraint(physics, new long[5], arena);
    }
    TapeTable table = tape(physics.tape().get(), arena);
    long[] addresses = {
      table.rows().address(), table.indices().address(), table.numbers().address(),
      table.scale().address(), table.shift().address()
    };
    return constraint(physics, addresses, arena);
  }

  /// The `PhysicsTerm` of a call whose arrays lie at the given addresses, in the order of a {@link TapeTable}.
  public static MemorySegment constraint(PhysicsTerm physics, long[] addresses, Arena arena) {
    MemorySegment segment = arena.allocate(CONSTRAINT, 8);
    MemorySegment.copy(addresses, 0, segment, ValueLayout.JAVA_LONG, 0, addresses.length);
    new Writer(segment.asSlice((long) addresses.length * Long.BYTES))
        .integers(
            physics.tape().map(Tape::slots).orElse(0),
            physics.tape().map(Tape::residuals).orElse(0),
            physics.loss().ordinal(),
            physics.projectionSweeps(),
            physics.sweepIterations(),
            physics.tape().map(Tape::hasObjective).orElse(false) ? 1 : 0)
        .written();
    return segment;
  }

  /// The kind of network whose tables the compiled engines take.
  public static Mlp mlp(Architecture architecture) {
    return switch (architecture) {
      case Mlp mlp -> mlp;
      case NetworkProgram program -> throw new EngineException(program + " is not a perceptron");
    };
  }

  /// The shape of a network: D, E, activation, number of hidden layers, their widths.
  public static MemorySegment shape(Architecture architecture, Arena arena) {
    // The native engine runs no other kind.
    Mlp mlp = mlp(architecture);
    int[] hidden = mlp.hidden();
    MemorySegment segment = allocate(arena, 4 + hidden.length, Integer.BYTES);
    new Writer(segment)
        .integers(
            mlp.dimension(), mlp.timeFeatures(), mlp.activation().ordinal(), hidden.length)
        .integers(hidden)
        .written();
    return segment;
  }

  private static MemorySegment allocate(Arena arena, long count, int bytes) {
    return arena.allocate(count * bytes, 64);
  }
}
