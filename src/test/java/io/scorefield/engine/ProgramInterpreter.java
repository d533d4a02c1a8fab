package io.scorefield.engine;

import io.scorefield.physics.Tape;
import io.scorefield.rng.NoiseSource;
import io.scorefield.rng.NoiseStream;
import java.util.Arrays;
import java.util.function.UnaryOperator;
import org.apache.commons.math3.linear.Array2DRowRealMatrix;
import org.apache.commons.math3.linear.ArrayRealVector;
import org.apache.commons.math3.linear.EigenDecomposition;
import org.apache.commons.math3.linear.LUDecomposition;
import org.apache.commons.math3.linear.MatrixUtils;
import org.apache.commons.math3.linear.RealMatrix;
import org.apache.commons.math3.linear.RealVector;
import org.apache.commons.math3.linear.SingularValueDecomposition;

/// A second, independent reading of {@link StepRow}: one sample at a time, any function for the
/// network, gradients by differences. The oracle for engines, and the way to sample with exact scores.
public final class ProgramInterpreter {
  /// Stands for the network: o as a function of the row and the unscaled state.
  @FunctionalInterface
  public interface Output {
    double[] of(StepRow row, double[] x);
  }

  private ProgramInterpreter() {}

  /// Runs a program for one sample.
  public static double[] run(
      StepProgram program, PhysicsTerm physics, Output network, long seed, long sample,
      int dimension) {
    NoiseSource noise = new NoiseSource(seed);
    float[] z = new float[dimension];
    noise.normals(NoiseStream.PRIOR, sample, 0, z, 0, dimension);
    double[] x = new double[dimension];
    for (int d = 0; d < dimension; d++) {
      x[d] = program.priorScale() * z[d];
    }
    return run(program, physics, network, seed, sample, x);
  }

  /// Runs a program for one sample from a given state.
  public static double[] run(
      StepProgram program, PhysicsTerm physics, Output network, long seed, long sample,
      double[] initial) {
    return Arrays.copyOf(runAll(program, physics, network, seed, sample, initial), initial.length);
  }

  /// The same, with l behind the state.
  static double[] runAll(
      StepProgram program, PhysicsTerm physics, Output network, long seed, long sample,
      double[] initial) {
    double l = 0;
    int dimension = initial.length;
    NoiseSource noise = new NoiseSource(seed);
    double[] x = initial.clone();
    double[] saved = x.clone();
    double[] memory = new double[dimension];
    double[] earlier = new double[dimension];
    double[] kept = new double[dimension];
    for (StepRow row : program.rows()) {
      Estimate estimate = new Estimate(program, row, network, kept);
      double[] o = row.usesNetwork() ? estimate.output(x) : new double[dimension];
      if (row.divergence() != 0) {
        l += row.divergence() * divergence(row, estimate.derivativeOfOutput(x), noise, sample);
      }
      double[] gradient = new double[dimension];
      if (row.usesGradient()) {
        gradient = row.iterations() > 0 ? solved(physics, estimate, x) : ofLoss(physics, estimate, x);
      }
      double[] projected =
          row.projected() != 0 ? project(physics, estimate.of(x)) : new double[dimension];
      float[] z = new float[dimension];
      noise.normals(
          row.stream(), sample, (long) row.noiseStep() * dimension, z, 0, dimension);
      double[] next = new double[dimension];
      double[] remembered = new double[dimension];
      for (int d = 0; d < dimension; d++) {
        if (!row.changes(d, dimension)) {
          next[d] = x[d];
          remembered[d] = memory[d];
          continue;
        }
        next[d] =
            row.state() * x[d]
                + row.saved() * saved[d]
                + row.output() * o[d]
                + row.memory() * memory[d]
                + row.earlier() * earlier[d]
                + row.noise() * z[d]
                + row.projected() * projected[d]
                - row.guidance() * gradient[d];
        remembered[d] =
            row.memoryDecay() * memory[d]
                + row.memoryOutput() * o[d]
                + row.memoryState() * x[d]
                - row.memoryGuidance() * gradient[d];
      }
      if (row.save()) {
        saved = x;
      }
      if (row.keeps()) {
        kept = estimate.combined(x);
      }
      if (row.shifts()) {
        double[] before = memory;
        double[] old = earlier;
        earlier = new double[dimension];
        Arrays.setAll(earlier, d -> row.changes(d, dimension) ? before[d] : old[d]);
      }
      x = next;
      memory = remembered;
    }
    double[] all = Arrays.copyOf(x, dimension + 1);
    all[dimension] = l;
    return all;
  }

  /// The trace of the derivative over the components that the row changes, or its mean along signs.
  private static double divergence(StepRow row, RealMatrix derivative, NoiseSource noise, long sample) {
    int dimension = derivative.getRowDimension();
    int end = row.end(dimension);
    RealMatrix part = derivative.getSubMatrix(row.from(), end - 1, row.from(), end - 1);
    double sum = 0;
    for (int p = 0; p < row.probes(); p++) {
      RealVector v = new ArrayRealVector(end - row.from());
      for (int d = row.from(); d < end; d++) {
        long number = ((long) row.noiseStep() * row.probes() + p) * dimension + d;
        int word = noise.word(NoiseStream.PROBE, sample, number / 32);
        v.setEntry(d - row.from(), (word & 1 << number % 32) != 0 ? -1 : 1);
      }
      sum += v.dotProduct(part.operate(v)) / row.probes();
    }
    return row.probes() > 0 ? sum : part.getTrace();
  }

  /// x0hat of a row, and what its derivative K does.
  private record Estimate(StepProgram program, StepRow row, Output network, double[] kept) {
    double[] combined(double[] x) {
      double[] o = network.of(row, x).clone();
      Arrays.setAll(o, d -> row.gain() * o[d] + row.carry() * kept[d]);
      return o;
    }

    /// The network's output; where the row clips, the one that belongs to x0hat.
    double[] output(double[] x) {
      double[] o = combined(x);
      if (row.clip()) {
        double[] x0 = of(x);
        for (int d = 0; d < x.length; d++) {
          o[d] = (x0[d] - row.x0FromX() * x[d]) / row.x0FromOutput();
        }
      }
      return o;
    }

    double[] of(double[] x) {
      double[] o = row.x0FromOutput() == 0 ? new double[x.length] : combined(x);
      double[] x0 = new double[x.length];
      for (int d = 0; d < x.length; d++) {
        x0[d] = row.x0FromX() * x[d] + row.x0FromOutput() * o[d];
        if (row.clip()) {
          x0[d] = Math.max(program.lowest(d), Math.min(program.highest(d), x0[d]));
        }
      }
      return x0;
    }

    /// do/dx, [to][from].
    RealMatrix derivativeOfOutput(double[] x) {
      RealMatrix j = new Array2DRowRealMatrix(x.length, x.length);
      for (int d = 0; d < x.length; d++) {
        j.setColumnVector(d, difference(y -> network.of(row, y), x, d));
      }
      return j;
    }

    /// K at x, [to][from].
    RealMatrix derivative(double[] x) {
      RealMatrix k = new Array2DRowRealMatrix(x.length, x.length);
      for (int d = 0; d < x.length; d++) {
        k.setColumnVector(d, difference(this::of, x, d));
      }
      return k;
    }

    /// K^T g within the row's bound.
    RealVector back(RealMatrix k, RealVector g) {
      // What a clipped component says of K is nothing, also to the bound.
      RealVector open = g.copy();
      for (int d = 0; d < open.getDimension(); d++) {
        if (k.getRowVector(d).getNorm() == 0) {
          open.setEntry(d, 0);
        }
      }
      RealVector result = k.transpose().operate(open);
      double most = row.bound() * open.getNorm();
      return row.bound() > 0 && result.getNorm() > most
          ? result.mapMultiply(most / result.getNorm())
          : result;
    }
  }

  /// The derivative of a function with respect to component d, by a central difference.
  private static RealVector difference(UnaryOperator<double[]> of, double[] x, int d) {
    double h = 1e-6;
    double[] up = x.clone();
    double[] down = x.clone();
    up[d] += h;
    down[d] -= h;
    return new ArrayRealVector(of.apply(up))
        .subtract(new ArrayRealVector(of.apply(down)))
        .mapDivide(2 * h);
  }

  private static double[] ofLoss(PhysicsTerm physics, Estimate estimate, double[] x) {
    double[] at = estimate.of(x);
    RealVector g = new ArrayRealVector(x.length);
    for (int d = 0; d < x.length; d++) {
      g.setEntry(
          d, difference(y -> new double[] {loss(physics, estimate.row(), y)}, at, d).getEntry(0));
    }
    return estimate.back(estimate.derivative(x), g).toArray();
  }

  /// The gradient of a likelihood, with all matrices written out, by differences.
  private static double[] solved(PhysicsTerm physics, Estimate estimate, double[] x) {
    StepRow row = estimate.row();
    Tape tape = physics.tape().orElseThrow();
    double[] at = estimate.of(x);
    if (tape.residuals() == 0) {
      return ofLoss(physics, estimate, x);
    }
    RealVector r = new ArrayRealVector(tape.residuals(at, 0));
    RealMatrix a = new Array2DRowRealMatrix(r.getDimension(), x.length);
    RealVector objective = new ArrayRealVector(x.length);
    for (int d = 0; d < x.length; d++) {
      a.setColumnVector(d, difference(y -> tape.residuals(y, 0), at, d));
      objective.setEntry(
          d, row.objective() * difference(y -> new double[] {tape.objective(y, 0)}, at, d).getEntry(0));
    }
    RealMatrix k = estimate.derivative(x);
    boolean unit = row.isotropic();
    double spread = row.spread();
    if (row.fallback() > 0 && !isCovariance(k, row.bound())) {
      unit = true;
      spread = row.fallback();
    }
    // The engines go back through the network only: they see K^T where the equation has K.
    RealMatrix c = unit ? MatrixUtils.createRealIdentityMatrix(x.length) : k.transpose();
    RealMatrix matrix = a.multiply(c).multiply(a.transpose()).scalarMultiply(spread);
    for (int j = 0; j < r.getDimension(); j++) {
      matrix.addToEntry(j, j, row.noiseVariance());
    }
    RealVector coupled = r.subtract(a.operate(c.operate(objective)).mapMultiply(spread));
    RealVector v = new LUDecomposition(matrix).getSolver().solve(coupled);
    return estimate.back(k, a.transpose().operate(v).add(objective)).toArray();
  }

  /// Whether K is symmetric and positive, with no eigenvalue above the bound: a stricter question than engines ask, and
  /// the same one for matrices that are clearly so or clearly not.
  private static boolean isCovariance(RealMatrix k, double bound) {
    double[] values = new EigenDecomposition(k.add(k.transpose()).scalarMultiply(0.5)).getRealEigenvalues();
    return Arrays.stream(values).allMatch(value -> value >= 0 && (bound == 0 || value <= bound))
        && k.subtract(k.transpose()).getFrobeniusNorm() < 1e-3 * k.getFrobeniusNorm();
  }

  private static double loss(PhysicsTerm physics, StepRow row, double[] estimate) {
    Tape tape = physics.tape().orElseThrow();
    double[] r = tape.residuals(estimate, 0);
    return row.objective() * tape.objective(estimate, 0) + switch (physics.loss()) {
      case ABSOLUTE -> Arrays.stream(r).map(Math::abs).sum();
      case NORM -> Math.sqrt(Arrays.stream(r).map(v -> v * v).sum());
      case HALF_SQUARE -> 0.5 * Arrays.stream(r).map(v -> v * v).sum();
    };
  }

  /// Newton's method with the pseudo-inverse of the Jacobian, which is taken by differences.
  private static double[] project(PhysicsTerm physics, double[] point) {
    Tape tape = physics.tape().orElseThrow();
    double[] x = point;
    for (int sweep = 0; sweep < physics.projectionSweeps(); sweep++) {
      double[] residuals = tape.residuals(x, 0);
      double[][] jacobian = new double[residuals.length][x.length];
      for (int d = 0; d < x.length; d++) {
        double h = 1e-6;
        double[] up = x.clone();
        double[] down = x.clone();
        up[d] += h;
        down[d] -= h;
        for (int j = 0; j < residuals.length; j++) {
          jacobian[j][d] = (tape.residuals(up, 0)[j] - tape.residuals(down, 0)[j]) / (2 * h);
        }
      }
      double[] step =
          new SingularValueDecomposition(new Array2DRowRealMatrix(jacobian))
              .getSolver()
              .solve(new ArrayRealVector(residuals))
              .toArray();
      double[] moved = x.clone();
      for (int d = 0; d < x.length; d++) {
        moved[d] -= step[d];
      }
      x = moved;
    }
    return x;
  }
}
