package io.scorefield.matter;

import io.scorefield.physics.FunctionRunner;

/// Moves where the energy is a sum over pairs: of N (N - 1) / 2 terms only the N - 1 of the moved particle change.
final class PairMoves implements Moves {
  private final int particles;
  private final int axes;
  private final FunctionRunner pair;
  private final double[][] positions; // [K][N]
  private final double[][] energies; // of pairs, [N][N], 0 on the diagonal
  private final double[] squares;
  private final double[] changed;
  private int moved;
  private double[] to;

  PairMoves(Potential potential) {
    particles = potential.particles();
    axes = potential.axes();
    pair = new FunctionRunner(potential.pair().orElseThrow(), particles);
    positions = new double[axes][particles];
    energies = new double[particles][particles];
    squares = new double[particles];
    changed = new double[particles];
    to = new double[axes];
  }

  @Override
  public void start(double[] x) {
    for (int i = 0; i < particles; i++) {
      for (int axis = 0; axis < axes; axis++) {
        positions[axis][i] = x[i * axes + axis];
      }
    }
    double[] position = new double[axes];
    for (int i = 0; i < particles; i++) {
      System.arraycopy(x, i * axes, position, 0, axes);
      pairsOf(i, position);
      System.arraycopy(changed, 0, energies[i], 0, particles);
    }
  }

  /// The energies of the pairs of a particle if it were elsewhere.
  private void pairsOf(int particle, double[] position) {
    for (int j = 0; j < particles; j++) {
      squares[j] = 0;
    }
    for (int axis = 0; axis < axes; axis++) {
      double[] along = positions[axis];
      double here = position[axis];
      for (int j = 0; j < particles; j++) {
        squares[j] += (along[j] - here) * (along[j] - here);
      }
    }
    squares[particle] = 1; // any number: the particle makes no pair with itself
    pair.values(squares, particles, changed);
    changed[particle] = 0;
  }

  @Override
  public double change(int particle, double[] position) {
    moved = particle;
    System.arraycopy(position, 0, to, 0, axes);
    pairsOf(particle, position);
    double[] before = energies[particle];
    double change = 0;
    for (int j = 0; j < particles; j++) {
      change += changed[j] - before[j];
    }
    return change;
  }

  @Override
  public void accept() {
    for (int axis = 0; axis < axes; axis++) {
      positions[axis][moved] = to[axis];
    }
    System.arraycopy(changed, 0, energies[moved], 0, particles);
    for (int j = 0; j < particles; j++) {
      energies[j][moved] = changed[j];
    }
  }
}
