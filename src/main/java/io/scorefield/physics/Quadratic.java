package io.scorefield.physics;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.TreeSet;
import org.apache.commons.math3.linear.Array2DRowRealMatrix;
import org.apache.commons.math3.linear.EigenDecomposition;
import org.apache.commons.math3.linear.RealMatrix;

/// An objective that is a polynomial of degree 2 in few components: along every axis of its second derivative a square,
/// completed with the linear part, or what falls or is straight.
final class Quadratic {
  /// Components of such an objective at most; with more, its residuals would be dense rows of a large matrix.
  private static final int MOST_COMPONENTS = 64;

  /// Curvatures below this share of the largest, each along its axis and in sizes of the data, count as none.
  private static final double FLAT = 1e-12;

  /// A square is completed where its middle is no farther from the data than so many of their sizes: farther off, float32
  /// would lose the digits of the sample.
  private static final double FARTHEST = 1e3;

  private Quadratic() {}

  /// The same up to a constant, with residuals; empty where the objective is something else.
  ///
  /// @param units in which curvatures along different components can be compared
  static Optional<Tape> of(Tape objective, Units units) {
    int[] components =
        components(objective).stream()
            .mapToInt(Integer::intValue)
            .filter(d -> units.size()[d] > 0)
            .toArray();
    if (components.length == 0 || components.length > MOST_COMPONENTS || degree(objective) > 2) {
      return Optional.empty();
    }
    int n = components.length;
    double[] slope = gradient(objective, components, units, -1);
    RealMatrix curvature = new Array2DRowRealMatrix(n, n);
    for (int i = 0; i < n; i++) {
      double[] moved = gradient(objective, components, units, i);
      for (int j = 0; j < n; j++) {
        curvature.addToEntry(i, j, 0.5 * (moved[j] - slope[j]));
        curvature.addToEntry(j, i, 0.5 * (moved[j] - slope[j]));
      }
    }
    return tape(objective.inputs(), components, units, slope, new EigenDecomposition(curvature));
  }

  /// With y = (x - middle) / size, the objective is 1/2 y^T C y + slope y: along each axis of C a square or what falls, and
  /// what is straight.
  private static Optional<Tape> tape(
      int inputs, int[] components, Units units, double[] slope, EigenDecomposition axes) {
    TapeBuilder tape = new TapeBuilder(inputs);
    double[] curvatures = axes.getRealEigenvalues();
    double largest = Arrays.stream(curvatures).map(Math::abs).max().orElseThrow();
    double[] straight = slope.clone();
    boolean something = false;
    for (int k = 0; k < curvatures.length; k++) {
      double curvature = curvatures[k];
      double[] axis = axes.getEigenvector(k).toArray();
      if (!(Math.abs(curvature) > FLAT * largest)) {
        continue;
      }
      something = true;
      double middle = dot(axis, slope) / curvature;
      boolean completes = curvature > 0 && Math.abs(middle) <= FARTHEST;
      int along = along(tape, components, units, axis, completes ? middle : 0);
      if (curvature < 0) {
        tape.objective(tape.square(along), 0.5 * curvature);
      } else {
        tape.residual(tape.multiply(tape.constant(Math.sqrt(curvature)), along));
      }
      for (int i = 0; completes && i < straight.length; i++) {
        straight[i] -= curvature * middle * axis[i];
      }
    }
    // What completing the squares left of the linear part is rounding.
    double rounding = 1e-12 * Math.sqrt(dot(slope, slope));
    for (int i = 0; i < straight.length; i++) {
      straight[i] = Math.abs(straight[i]) > rounding ? straight[i] : 0;
    }
    if (dot(straight, straight) > 0) {
      something = true;
      tape.objective(along(tape, components, units, straight, 0), 1);
    }
    return something ? Optional.of(tape.build()) : Optional.empty();
  }

  /// The sum of weights y, plus a number, as a node.
  private static int along(
      TapeBuilder tape, int[] components, Units units, double[] weights, double plus) {
    double[] scaled = new double[weights.length];
    double constant = plus;
    for (int i = 0; i < weights.length; i++) {
      scaled[i] = weights[i] / units.size()[components[i]];
      constant -= scaled[i] * units.middle()[components[i]];
    }
    return tape.add(tape.dot(TapeBuilder.NO_LOOP, scaled, components), tape.constant(constant));
  }

  private static double dot(double[] a, double[] b) {
    double sum = 0;
    for (int i = 0; i < a.length; i++) {
      sum += a[i] * b[i];
    }
    return sum;
  }

  /// The objective's gradient with respect to y at y = 0, or at 1 in one of the components.
  private static double[] gradient(Tape objective, int[] components, Units units, int moved) {
    double[] x = units.middle().clone();
    if (moved >= 0) {
      x[components[moved]] += units.size()[components[moved]];
    }
    TapeRunner runner = new TapeRunner(objective);
    runner.forward(x, 0, new double[0]);
    double[] gradient = new double[x.length];
    runner.reverse(x, 0, new double[0], 1, gradient, 0);
    return Arrays.stream(components).mapToDouble(d -> units.size()[d] * gradient[d]).toArray();
  }

  private static TreeSet<Integer> components(Tape tape) {
    TreeSet<Integer> used = new TreeSet<>();
    for (Tape.Row row : tape.rows()) {
      if (row.operation() == TapeOperation.INPUT) {
        used.add(row.first());
      }
    }
    Arrays.stream(tape.indices()).filter(index -> index >= 0).forEach(used::add);
    return used;
  }

  /// The degree as a polynomial; more than 2 also for what is none.
  private static int degree(Tape tape) {
    List<Integer> degrees = new ArrayList<>();
    int most = 0;
    for (Tape.Row row : tape.rows()) {
      int first = row.first() < degrees.size() && row.first() >= 0 ? degrees.get(row.first()) : 0;
      int second = row.second() < degrees.size() && row.second() >= 0 ? degrees.get(row.second()) : 0;
      int degree =
          switch (row.operation()) {
            case INPUT, GATHER, DOT -> 1;
            case CONSTANT, COLUMN, LOOP, END -> 0;
            case ADD, SUBTRACT -> Math.max(first, second);
            case MULTIPLY -> first + second;
            case SQUARE -> 2 * first;
            case DIVIDE -> second == 0 ? first : 3;
            case TOTAL, OBJECTIVE -> first;
            default -> first == 0 && second == 0 ? 0 : 3;
          };
      degrees.add(Math.min(degree, 3));
      most = Math.max(most, degree);
    }
    return most;
  }
}
