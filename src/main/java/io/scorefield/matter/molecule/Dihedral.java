package io.scorefield.matter.molecule;

/// The angle by which a chain of four points is twisted.
public final class Dihedral {
  private Dihedral() {}

  /// The angle of a point [4, 3] in radians, -pi to pi; 0 where the ends are on one side, pi where they are on opposite ones.
  public static double of(float[] points, int point) {
    double[][] bonds = new double[3][3];
    for (int bond = 0; bond < 3; bond++) {
      for (int axis = 0; axis < 3; axis++) {
        int at = 12 * point + 3 * bond + axis;
        bonds[bond][axis] = (double) points[at + 3] - points[at];
      }
    }
    double[] first = cross(bonds[0], bonds[1]);
    double[] second = cross(bonds[1], bonds[2]);
    double length = Math.sqrt(dot(bonds[1], bonds[1]));
    return Math.atan2(length * dot(bonds[0], second), dot(first, second));
  }

  /// The angles of all points [n, 4, 3].
  public static double[] of(float[] points) {
    double[] angles = new double[points.length / 12];
    for (int i = 0; i < angles.length; i++) {
      angles[i] = of(points, i);
    }
    return angles;
  }

  private static double[] cross(double[] a, double[] b) {
    return new double[] {a[1] * b[2] - a[2] * b[1], a[2] * b[0] - a[0] * b[2], a[0] * b[1] - a[1] * b[0]};
  }

  private static double dot(double[] a, double[] b) {
    return a[0] * b[0] + a[1] * b[1] + a[2] * b[2];
  }
}
