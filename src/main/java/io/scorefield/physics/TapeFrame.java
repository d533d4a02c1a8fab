package io.scorefield.physics;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.IntFunction;

/// Moves a tape to samples that are given in other coordinates: component d is a sum over coordinates.
///
/// What reads components becomes a `DOT` of coordinates, and a shift is added behind it; what reads conditions is held.
final class TapeFrame {
  private final Tape tape;
  private final int coordinates;
  private final IntFunction<double[]> basis;
  private final int varied;
  private final List<Tape.Row> rows = new ArrayList<>();
  private final List<Double> numbers = new ArrayList<>();
  private final List<Integer> indices = new ArrayList<>();
  private int iterations = 1;

  private TapeFrame(Tape tape, int coordinates, IntFunction<double[]> basis, int varied) {
    this.tape = tape;
    this.coordinates = coordinates;
    this.basis = basis;
    this.varied = varied;
    for (double number : tape.numbers()) {
      numbers.add(number);
    }
  }

  /// @param basis of every component what it has of each coordinate, [S]
  /// @param varied coordinates behind these are conditions
  static Tape moved(Tape tape, int coordinates, IntFunction<double[]> basis, int varied) {
    return new TapeFrame(tape, coordinates, basis, varied).moved();
  }

  private Tape moved() {
    int[] places = new int[tape.rows().size()];
    int begin = -1;
    for (int i = 0; i < places.length; i++) {
      Tape.Row row = tape.rows().get(i);
      places[i] =
          switch (row.operation()) {
            case INPUT -> read(new double[][] {share(row.first(), 1)}, new double[] {tape.shift()[row.first()]});
            case GATHER, DOT -> components(row);
            case CONSTANT, COLUMN -> add(row);
            case LOOP -> {
              iterations = row.count();
              begin = rows.size();
              yield add(row);
            }
            case END -> {
              iterations = 1;
              Tape.Row loop = rows.get(begin);
              rows.set(begin, new Tape.Row(loop.operation(), 0, rows.size(), loop.count(), 0));
              yield add(new Tape.Row(row.operation(), begin, 0, 0, 0));
            }
            case RESIDUAL -> add(new Tape.Row(row.operation(), places[row.first()], row.second(), 0, row.immediate()));
            default -> {
              int first = places[row.first()];
              int second = row.operation().binary() ? places[row.second()] : first;
              yield add(new Tape.Row(row.operation(), first, second, row.count(), row.immediate()));
            }
          };
    }
    double[] ones = new double[coordinates];
    Arrays.fill(ones, 1);
    return new Tape(
        coordinates, rows, indices.stream().mapToInt(Integer::intValue).toArray(),
        numbers.stream().mapToDouble(Double::doubleValue).toArray(), ones, new double[coordinates]);
  }

  /// A component as a sum over coordinates.
  private double[] share(int component, double factor) {
    double[] row = basis.apply(component);
    for (int s = 0; s < coordinates; s++) {
      row[s] *= factor * tape.scale()[component];
    }
    return row;
  }

  /// A row that reads one or more components in every iteration.
  private int components(Tape.Row row) {
    boolean dot = row.operation() == TapeOperation.DOT;
    int count = dot ? row.count() : 1;
    double[][] sums = new double[iterations][coordinates];
    double[] shifts = new double[iterations];
    for (int i = 0; i < iterations; i++) {
      for (int j = 0; j < count; j++) {
        int component = tape.indices()[(dot ? row.second() : row.first()) + i * count + j];
        double factor = dot ? tape.numbers()[row.first() + i * count + j] : 1;
        if (component < 0) {
          shifts[i] += dot ? 0 : row.immediate();
          continue;
        }
        double[] share = share(component, factor);
        for (int s = 0; s < coordinates; s++) {
          sums[i][s] += share[s];
        }
        shifts[i] += factor * tape.shift()[component];
      }
    }
    return read(sums, shifts);
  }

  private int read(double[][] sums, double[] shifts) {
    int firstNumber = numbers.size();
    int firstIndex = indices.size();
    // Most coordinates have no part in a component: of these only as many are kept as one of the sums needs.
    int most = 1;
    for (double[] sum : sums) {
      most = Math.max(most, (int) Arrays.stream(sum).filter(number -> number != 0).count());
    }
    for (double[] sum : sums) {
      int kept = 0;
      for (int s = 0; s < coordinates; s++) {
        if (sum[s] != 0) {
          numbers.add(sum[s]);
          indices.add(s);
          kept++;
        }
      }
      for (; kept < most; kept++) {
        numbers.add(0.0);
        indices.add(0);
      }
    }
    int place = add(new Tape.Row(TapeOperation.DOT, firstNumber, firstIndex, most, 0));
    if (readsConditions(sums)) {
      place = add(new Tape.Row(TapeOperation.HOLD, place, 0, 0, 0));
    }
    if (Arrays.stream(shifts).allMatch(shift -> shift == 0)) {
      return place;
    }
    int shift;
    if (shifts.length == 1) {
      shift = add(new Tape.Row(TapeOperation.CONSTANT, 0, 0, 0, shifts[0]));
    } else {
      shift = add(new Tape.Row(TapeOperation.COLUMN, numbers.size(), 0, 0, 0));
      for (double number : shifts) {
        numbers.add(number);
      }
    }
    return add(new Tape.Row(TapeOperation.ADD, place, shift, 0, 0));
  }

  private boolean readsConditions(double[][] sums) {
    boolean conditions = false;
    boolean others = false;
    for (double[] sum : sums) {
      for (int s = 0; s < coordinates; s++) {
        conditions |= sum[s] != 0 && s >= varied;
        others |= sum[s] != 0 && s < varied;
      }
    }
    if (conditions && others) {
      throw new IllegalArgumentException(
          "a law reads conditions and other components as one field; name them apart");
    }
    return conditions;
  }

  private int add(Tape.Row row) {
    rows.add(row);
    return rows.size() - 1;
  }
}
