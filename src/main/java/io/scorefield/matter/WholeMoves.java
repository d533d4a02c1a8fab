package io.scorefield.matter;

/// Moves where the energy is any function of the configuration: all of it is computed again, with the mean position at 0.
final class WholeMoves implements Moves {
  private final int axes;
  private final ConfigurationEnergy energy;
  private final double[] x;
  private final double[] centred;
  private double now;
  private double then;
  private int moved;
  private final double[] to;

  WholeMoves(Potential potential) {
    axes = potential.axes();
    energy = new ConfigurationEnergy(potential);
    x = new double[potential.dimension()];
    centred = new double[x.length];
    to = new double[axes];
  }

  @Override
  public void start(double[] from) {
    System.arraycopy(from, 0, x, 0, x.length);
    now = energyOf(x);
  }

  private double energyOf(double[] at) {
    System.arraycopy(at, 0, centred, 0, at.length);
    centre(centred, axes);
    return energy.of(centred);
  }

  @Override
  public double change(int particle, double[] position) {
    moved = particle;
    System.arraycopy(position, 0, to, 0, axes);
    double[] before = new double[axes];
    System.arraycopy(x, particle * axes, before, 0, axes);
    System.arraycopy(position, 0, x, particle * axes, axes);
    then = energyOf(x);
    System.arraycopy(before, 0, x, particle * axes, axes);
    return then - now;
  }

  @Override
  public void accept() {
    System.arraycopy(to, 0, x, moved * axes, axes);
    now = then;
  }

  /// Takes the mean position off all particles.
  static void centre(double[] x, int axes) {
    int particles = x.length / axes;
    for (int axis = 0; axis < axes; axis++) {
      double mean = 0;
      for (int i = 0; i < particles; i++) {
        mean += x[i * axes + axis] / particles;
      }
      for (int i = 0; i < particles; i++) {
        x[i * axes + axis] -= mean;
      }
    }
  }
}
