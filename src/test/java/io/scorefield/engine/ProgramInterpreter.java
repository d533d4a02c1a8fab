package io.scorefield.engine;

import io.scorefield.physics.Tape;
import io.scorefield.rng.NoiseSource;
import io.scorefield.rng.NoiseStream;
import java.util.Arrays;
import org.apache.commons.math3.linear.Array2DRowRealMatrix;
import org.apache.commons.math3.linear.ArrayRealVector;
import org.apache.commons.math3.linear.LUDecomposition;
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
    int dimension = initial.length;
    NoiseSource noise = new NoiseSource(seed);
    double[] x = initial.clone();
    double[] saved = x.clone();
    double[] memory = new double[dimension];
    for (StepRow row : program.rows()) {
      double[] o = row.usesNetwork() ? network.of(row, x) : new double[dimension];
      double[] gradient = new double[dimension];
      if (row.usesGradient() && row.solve() > 0) {
        gradient = solved(physics, row, network, x);
      } else if (row.usesGradient()) {
        for (int d = 0; d < dimension; d++) {
          double h = 1e-6;
          double[] up = x.clone();
          double[] down = x.clone();
          up[d] += h;
          down[d] -= h;
          gradient[d] =
              (loss(physics, row, network, up) - loss(physics, row, network, down)) / (2 * h);
        }
      }
      double[] projected =
          row.projected() != 0 ? project(physics, x0hat(row, network, x)) : new double[dimension];
      float[] z = new float[dimension];
      noise.normals(
          row.stream(), sample, (long) row.noiseStep() * dimension, z, 0, dimension);
      double[] next = new double[dimension];
      double[] remembered = new double[dimension];
      for (int d = 0; d < dimension; d++) {
        next[d] =
            row.state() * x[d]
                + row.saved() * saved[d]
                + row.output() * o[d]
                + row.memory() * memory[d]
                + row.noise() * z[d]
                + row.projected() * projected[d]
                - row.guidance() * gradient[d];
        remembered[d] =
            row.memoryDecay() * memory[d]
                + row.memoryOutput() * o[d]
                - row.memoryGuidance() * gradient[d];
      }
      if (row.save()) {
        saved = x;
      }
      x = next;
      memory = remembered;
    }
    return x;
  }

  private static double[] x0hat(StepRow row, Output network, double[] x) {
    double[] o = row.x0FromOutput() == 0 ? new double[x.length] : network.of(row, x);
    double[] x0 = new double[x.length];
    for (int d = 0; d < x.length; d++) {
      x0[d] = row.x0FromX() * x[d] + row.x0FromOutput() * o[d];
    }
    return x0;
  }

  /// A likelihood whose covariance goes through the network, with all matrices written out, by differences.
  private static double[] solved(PhysicsTerm physics, StepRow row, Output network, double[] x) {
    Tape tape = physics.tape().orElseThrow();
    int n = x.length;
    double[] estimate = x0hat(row, network, x);
    RealVector r = new ArrayRealVector(tape.residuals(estimate, 0));
    RealMatrix a = new Array2DRowRealMatrix(r.getDimension(), n);
    RealMatrix k = new Array2DRowRealMatrix(n, n);
    RealVector objective = new ArrayRealVector(n);
    double h = 1e-6;
    for (int d = 0; d < n; d++) {
      double[] up = estimate.clone();
      double[] down = estimate.clone();
      up[d] += h;
      down[d] -= h;
      RealVector change =
          new ArrayRealVector(tape.residuals(up, 0)).subtract(new ArrayRealVector(tape.residuals(down, 0)));
      a.setColumnVector(d, change.mapDivide(2 * h));
      objective.setEntry(d, (tape.objective(up, 0) - tape.objective(down, 0)) / (2 * h));
      up = x.clone();
      down = x.clone();
      up[d] += h;
      down[d] -= h;
      RealVector moved =
          new ArrayRealVector(x0hat(row, network, up)).subtract(new ArrayRealVector(x0hat(row, network, down)));
      k.setColumnVector(d, moved.mapDivide(2 * h));
    }
    // The engines go back through the network only: they see K^T where the equation has K.
    RealMatrix covariance =
        (row.flat() ? a : a.multiply(k.transpose())).multiply(a.transpose()).scalarMultiply(row.spread());
    for (int j = 0; j < r.getDimension(); j++) {
      covariance.addToEntry(j, j, row.noiseVariance());
    }
    RealVector v = new LUDecomposition(covariance).getSolver().solve(r);
    return k.transpose()
        .operate(a.transpose().operate(v).add(objective.mapMultiply(row.objective())))
        .toArray();
  }

  private static double loss(PhysicsTerm physics, StepRow row, Output network, double[] x) {
    Tape tape = physics.tape().orElseThrow();
    double[] estimate = x0hat(row, network, x);
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
