package io.scorefield.matter.molecule;

import io.scorefield.data.Distribution;
import io.scorefield.rng.NoiseSource;
import io.scorefield.rng.NoiseStream;
import java.util.List;

/// Butane as a chain of four beads, CH3 and CH2, at a temperature: positions x[4,3] in angstrom with mean 0 and any orientation.
///
/// ```
/// U / k_B = sum_bonds K_b (r - 1.54)^2 / 2 + sum_angles 62500 (theta - 114 deg)^2 / 2 + V(phi)
/// V(phi) = 355.03 (1 + cos phi) - 68.19 (1 - cos 2 phi) + 791.32 (1 + cos 3 phi),   K_b = 310 kcal/mol/angstrom^2 x 2
/// ```
///
/// in kelvin; phi = pi is trans. The ends do not see each other but through V. The volume element r^2 sin(theta) of a chain
/// does not involve phi, so bonds, angles and phi are independent, and p(phi) = exp(-V(phi) / T) / Z exactly.
///
/// Sources: Martin and Siepmann 1998, J. Phys. Chem. B 102, 2569 (TraPPE-UA: angles and torsion; bonds are rigid there),
/// Cornell et al. 1995 (AMBER) for the stiffness of bonds.
public final class Butane implements Distribution {
  /// Numbers of a point.
  public static final int DIMENSION = 12;

  private static final double BOND = 1.54;
  private static final double BOND_STIFFNESS = 2 * 310 * 503.22;
  private static final double ANGLE = Math.toRadians(114);
  private static final double ANGLE_STIFFNESS = 62_500;
  private static final double[] TORSION = {355.03, -68.19, 791.32};

  /// Standard deviations to where a bond or an angle is at most.
  private static final double REACH = 8;

  private final double temperature;
  private final TabulatedDensity bonds;
  private final TabulatedDensity bends;
  private final TabulatedDensity angles;

  /// @param temperature in kelvin, 50 to 2000
  public Butane(double temperature) {
    if (!(temperature >= 50 && temperature <= 2000)) {
      throw new IllegalArgumentException("butane is made between 50 and 2000 K, not at " + temperature);
    }
    this.temperature = temperature;
    bonds = bonds();
    bends = bends();
    angles = new TabulatedDensity(-Math.PI, Math.PI, phi -> Math.exp(-torsion(phi) / temperature));
  }

  /// In kelvin.
  public double temperature() {
    return temperature;
  }

  @Override
  public String name() {
    return "butane";
  }

  @Override
  public int dimension() {
    return DIMENSION;
  }

  @Override
  public List<String> components() {
    return List.of("x[4,3]");
  }

  /// V(phi) / k_B in kelvin.
  public static double torsion(double phi) {
    return TORSION[0] * (1 + Math.cos(phi)) + TORSION[1] * (1 - Math.cos(2 * phi)) + TORSION[2] * (1 + Math.cos(3 * phi));
  }

  /// The density of the dihedral angle, -pi to pi.
  public double density(double phi) {
    return Math.exp(-torsion(phi) / temperature) / angles.total();
  }

  /// The probabilities of equal bins of the dihedral angle from -pi to pi.
  public double[] probabilities(int bins) {
    double[] shares = new double[bins];
    for (int bin = 0; bin < bins; bin++) {
      double from = -Math.PI + 2 * Math.PI * bin / bins;
      shares[bin] = angles.below(from + 2 * Math.PI / bins) - angles.below(from);
    }
    return shares;
  }

  /// The share of gauche: dihedral angles within 120 degrees of 0.
  public double gaucheShare() {
    return angles.below(2 * Math.PI / 3) - angles.below(-2 * Math.PI / 3);
  }

  private TabulatedDensity bonds() {
    double width = Math.sqrt(temperature / BOND_STIFFNESS);
    return new TabulatedDensity(
        BOND - REACH * width, BOND + REACH * width, r -> r * r * Math.exp(-square((r - BOND) / width) / 2));
  }

  private TabulatedDensity bends() {
    double width = Math.sqrt(temperature / ANGLE_STIFFNESS);
    return new TabulatedDensity(
        Math.max(0, ANGLE - REACH * width), Math.min(Math.PI, ANGLE + REACH * width),
        theta -> Math.sin(theta) * Math.exp(-square((theta - ANGLE) / width) / 2));
  }

  private static double square(double a) {
    return a * a;
  }

  @Override
  public float[] draw(long seed, long first, int count) {
    float[] points = new float[Math.multiplyExact(count, DIMENSION)];
    NoiseSource noise = new NoiseSource(seed);
    for (int i = 0; i < count; i++) {
      double[] u = new double[6];
      for (int k = 0; k < u.length; k++) {
        u[k] = noise.uniform(NoiseStream.DATA, first + i, k);
      }
      float[] turn = new float[4];
      noise.normals(NoiseStream.DATA, first + i, 8, turn, 0, 4);
      double[] chain =
          chain(
              new double[] {bonds.quantile(u[0]), bonds.quantile(u[1]), bonds.quantile(u[2])},
              new double[] {bends.quantile(u[3]), bends.quantile(u[4])}, angles.quantile(u[5]));
      place(chain, turn, points, i * DIMENSION);
    }
    return points;
  }

  /// Four beads with the lengths, angles and dihedral angle of a chain, [4, 3].
  static double[] chain(double[] bonds, double[] bends, double phi) {
    double[] x = new double[DIMENSION];
    // The middle bond is along x; the first bead is in the plane of x and y.
    x[0] = bonds[0] * Math.cos(bends[0]);
    x[1] = bonds[0] * Math.sin(bends[0]);
    x[6] = bonds[1];
    x[9] = bonds[1] - bonds[2] * Math.cos(bends[1]);
    x[10] = bonds[2] * Math.sin(bends[1]) * Math.cos(phi);
    x[11] = bonds[2] * Math.sin(bends[1]) * Math.sin(phi);
    return x;
  }

  /// Turns a chain by the rotation of a normal quaternion, and moves its mean to 0.
  private static void place(double[] chain, float[] turn, float[] points, int at) {
    double norm = Math.sqrt(square(turn[0]) + square(turn[1]) + square(turn[2]) + square(turn[3]));
    double w = turn[0] / norm;
    double x = turn[1] / norm;
    double y = turn[2] / norm;
    double z = turn[3] / norm;
    double[][] rotation = {
      {1 - 2 * (y * y + z * z), 2 * (x * y - w * z), 2 * (x * z + w * y)},
      {2 * (x * y + w * z), 1 - 2 * (x * x + z * z), 2 * (y * z - w * x)},
      {2 * (x * z - w * y), 2 * (y * z + w * x), 1 - 2 * (x * x + y * y)}
    };
    for (int axis = 0; axis < 3; axis++) {
      double mean = (chain[axis] + chain[3 + axis] + chain[6 + axis] + chain[9 + axis]) / 4;
      for (int bead = 0; bead < 4; bead++) {
        chain[3 * bead + axis] -= mean;
      }
    }
    for (int bead = 0; bead < 4; bead++) {
      for (int axis = 0; axis < 3; axis++) {
        points[at + 3 * bead + axis] =
            (float)
                (rotation[axis][0] * chain[3 * bead] + rotation[axis][1] * chain[3 * bead + 1]
                    + rotation[axis][2] * chain[3 * bead + 2]);
      }
    }
  }
}
