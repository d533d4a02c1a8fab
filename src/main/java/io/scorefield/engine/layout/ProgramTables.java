package io.scorefield.engine.layout;

import io.scorefield.network.plan.Place;
import io.scorefield.network.plan.Plan;
import io.scorefield.network.plan.Step;
import io.scorefield.network.program.Links;
import io.scorefield.network.program.Operation;
import io.scorefield.network.program.Port;
import io.scorefield.network.program.Weights;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/// Writes the plan of a network program in the form that C++ code reads: the structs of `kernels/include/program.cuh`.
public final class ProgramTables {
  private static final int PLACE = 4;

  /// Bytes of a `ProgramStep`: its numbers are integers.
  public static final int STEP = (8 + 3 * PLACE + 7) * Integer.BYTES;

  /// Bytes of a `MapOperand`.
  public static final int OPERAND = (PLACE + 3) * Integer.BYTES;

  /// Bytes of a `MapCompute`.
  public static final int COMPUTE = 5 * Integer.BYTES;

  /// Bytes of a `LinkTable`.
  public static final int LINKS = 5 * Integer.BYTES;

  /// Bytes of a `ProgramTable`: 7 addresses and 6 integers.
  public static final int TABLE = 7 * Long.BYTES + 6 * Integer.BYTES;

  private static final Place NOWHERE = new Place(0, 0, 0, 0);
  private static final int NONE = -1;

  private final List<Integer> steps = new ArrayList<>();
  private final List<Integer> operands = new ArrayList<>();
  private final List<Integer> results = new ArrayList<>();
  private final List<Integer> computes = new ArrayList<>();
  private final List<Integer> links = new ArrayList<>();
  private final List<Integer> integers = new ArrayList<>();
  private final List<Float> numbers = new ArrayList<>();
  private final Map<Links, Integer> known = new HashMap<>();
  private final Plan plan;

  private ProgramTables(Plan plan) {
    this.plan = plan;
    plan.steps().forEach(this::step);
  }

  /// The arrays of a table, in its order.
  public record Arrays(
      MemorySegment steps, MemorySegment operands, MemorySegment results, MemorySegment computes, MemorySegment links,
      MemorySegment integers, MemorySegment numbers) {
    /// All of them.
    public List<MemorySegment> all() {
      return List.of(steps, operands, results, computes, links, integers, numbers);
    }
  }

  /// The arrays of a plan.
  public static Arrays arrays(Plan plan, Arena arena) {
    ProgramTables tables = new ProgramTables(plan);
    float[] floats = new float[tables.numbers.size()];
    for (int i = 0; i < floats.length; i++) {
      floats[i] = tables.numbers.get(i);
    }
    return new Arrays(
        segment(tables.steps, arena), segment(tables.operands, arena), segment(tables.results, arena),
        segment(tables.computes, arena), segment(tables.links, arena), segment(tables.integers, arena),
        arena.allocateFrom(ValueLayout.JAVA_FLOAT, floats));
  }

  /// The `ProgramTable` of a plan, in memory that the engine reads.
  public static MemorySegment table(Plan plan, Arena arena) {
    long[] addresses = arrays(plan, arena).all().stream().mapToLong(MemorySegment::address).toArray();
    return table(plan, addresses, arena);
  }

  /// The `ProgramTable` of a plan whose arrays lie at the given addresses, in the order of {@link Arrays}.
  public static MemorySegment table(Plan plan, long[] addresses, Arena arena) {
    MemorySegment segment = arena.allocate(TABLE, 8);
    MemorySegment.copy(addresses, 0, segment, ValueLayout.JAVA_LONG, 0, addresses.length);
    int[] sizes = {
      plan.steps().size(), plan.back(), plan.numbers(), plan.network().dimension(), plan.network().timeFeatures(),
      plan.network().parameterCount()
    };
    MemorySegment.copy(sizes, 0, segment, ValueLayout.JAVA_INT, (long) addresses.length * Long.BYTES, sizes.length);
    return segment;
  }

  private static MemorySegment segment(List<Integer> values, Arena arena) {
    return arena.allocateFrom(ValueLayout.JAVA_INT, values.stream().mapToInt(Integer::intValue).toArray());
  }

  private static void add(List<Integer> to, int... values) {
    for (int value : values) {
      to.add(value);
    }
  }

  private static void add(List<Integer> to, Place place) {
    add(to, place.offset(), place.width(), place.positions(), place.stride());
  }

  private void step(Step step) {
    switch (step) {
      case Step.Load load -> port(0, load.port(), NOWHERE, load.result());
      case Step.Store store -> port(1, store.port(), store.from(), NOWHERE);
      case Step.Product product ->
          linear(product.transposed() ? 3 : 2, product.weights(), product.from(), NOWHERE, product.result());
      case Step.WeightGradient gradient -> linear(4, gradient.weights(), gradient.a(), gradient.b(), NOWHERE);
      case Step.SegmentSum sum -> {
        add(steps, 5, 0, 0, 0, 0, 0, NONE, number(sum.links()));
        places(sum.from(), NOWHERE, sum.result());
        add(steps, 0, 0, 0, 0, 0, 0, 0);
      }
      case Step.RowSum sum -> {
        add(steps, 6, 0, 0, 0, 0, 0, NONE, NONE);
        places(sum.from(), NOWHERE, sum.result());
        add(steps, 0, 0, 0, 0, 0, 0, 0);
      }
      case Step.Map map -> map(map);
    }
  }

  private void places(Place first, Place second, Place result) {
    add(steps, first);
    add(steps, second);
    add(steps, result);
  }

  private void port(int kind, Port port, Place first, Place result) {
    add(
        steps, kind, port.channel().ordinal(), port.offset(), port.positionStride(), port.featureStride(), 0, NONE, NONE);
    places(first, NOWHERE, result);
    add(steps, 0, 0, 0, 0, 0, 0, 0);
  }

  private void linear(int kind, Weights weights, Place first, Place second, Place result) {
    int bias = weights.bias().isPresent() ? weights.bias().get().offset() : NONE;
    add(steps, kind, 0, 0, 0, 0, weights.weight().offset(), bias, NONE);
    places(first, second, result);
    add(steps, 0, 0, 0, 0, 0, 0, 0);
  }

  private void map(Step.Map map) {
    int firstOperand = operands.size() * Integer.BYTES / OPERAND;
    int firstResult = results.size() / PLACE;
    int firstCompute = computes.size() * Integer.BYTES / COMPUTE;
    for (Step.Operand operand : map.operands()) {
      add(operands, operand.place().orElse(NOWHERE));
      int constant = operand.numbers().map(values -> constant(operand, values)).orElse(NONE);
      add(operands, constant, operand.links().map(this::number).orElse(NONE), operand.spread() ? 1 : 0);
    }
    map.results().forEach(place -> add(results, place));
    for (Step.Compute compute : map.operations()) {
      add(
          computes, compute.operation().ordinal() - Operation.ADD.ordinal(), compute.first(), compute.second(),
          compute.result(), Float.floatToRawIntBits(Tables.toFloat(compute.immediate(), "a network")));
    }
    add(steps, 7, 0, 0, 0, 0, 0, NONE, NONE);
    places(NOWHERE, NOWHERE, new Place(0, map.width(), map.positions(), map.positions()));
    add(
        steps, firstOperand, map.operands().size(), firstResult, map.results().size(), firstCompute,
        map.operations().size(), map.slots());
  }

  /// A constant [positions, width] by features, as a map reads it.
  private int constant(Step.Operand operand, double[] values) {
    int positions = operand.positions();
    int width = values.length / positions;
    int first = numbers.size();
    for (int f = 0; f < width; f++) {
      for (int p = 0; p < positions; p++) {
        numbers.add(Tables.toFloat(values[p * width + f], "a constant of the network"));
      }
    }
    return first;
  }

  private int number(Links of) {
    return known.computeIfAbsent(
        of,
        table -> {
          int begin = integers.size();
          int count = table.to().positions();
          int from = table.from().positions();
          int[] starts = new int[from + 1];
          for (int p = 0; p < count; p++) {
            integers.add(table.get(p));
            if (table.get(p) >= 0) {
              starts[table.get(p) + 1]++;
            }
          }
          for (int q = 0; q < from; q++) {
            starts[q + 1] += starts[q];
          }
          int[] members = new int[starts[from]];
          int[] next = starts.clone();
          for (int p = 0; p < count; p++) {
            if (table.get(p) >= 0) {
              members[next[table.get(p)]++] = p;
            }
          }
          add(integers, starts);
          add(integers, members);
          add(links, from, count, begin, begin + count, begin + count + from + 1);
          return links.size() * Integer.BYTES / LINKS - 1;
        });
  }
}
