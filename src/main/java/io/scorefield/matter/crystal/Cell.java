package io.scorefield.matter.crystal;

/// The six numbers of a cell. Any cell will do: nothing is reduced to Niggli's or another standard form.
///
/// As a matrix a lies along x, b in the plane of x and y with positive y, and c has positive z: the convention of CIF readers,
/// in which a lattice is told up to a rotation. Cells that are left-handed as matrices become their mirror images in it.
///
/// @param a length of the first vector in angstrom, and so on
/// @param alpha angle between b and c in degrees, beta between a and c, gamma between a and b
public record Cell(double a, double b, double c, double alpha, double beta, double gamma) {
  /// Volumes in units of a b c that are below this one are taken for 0.
  private static final double FLAT = 1e-4;

  public Cell {
    requireLength("a", a);
    requireLength("b", b);
    requireLength("c", c);
    requireAngle("alpha", alpha);
    requireAngle("beta", beta);
    requireAngle("gamma", gamma);
    double square = flatness(alpha, beta, gamma);
    if (!(square > FLAT * FLAT)) {
      throw new IllegalArgumentException(
          "a cell with the angles %s, %s and %s has no volume".formatted(alpha, beta, gamma));
    }
  }

  private static void requireLength(String name, double length) {
    if (!(length > 0) || Double.isInfinite(length)) {
      throw new IllegalArgumentException("the length " + name + " of a cell is " + length + " angstrom; it must be positive");
    }
  }

  private static void requireAngle(String name, double angle) {
    if (!(angle > 0 && angle < 180)) {
      throw new IllegalArgumentException("the angle " + name + " of a cell is " + angle + " degrees; it must be between 0 and 180");
    }
  }

  /// The six numbers of a lattice.
  ///
  /// @param lattice rows are vectors in angstrom, [3, 3]
  /// @throws IllegalArgumentException when it has no volume
  public static Cell of(double[][] lattice) {
    double a = length(lattice[0]);
    double b = length(lattice[1]);
    double c = length(lattice[2]);
    return new Cell(
        a, b, c, angle(lattice[1], lattice[2]), angle(lattice[0], lattice[2]), angle(lattice[0], lattice[1]));
  }

  /// A cell from {a, b, c, alpha, beta, gamma}.
  public static Cell of(double... six) {
    return new Cell(six[0], six[1], six[2], six[3], six[4], six[5]);
  }

  /// {a, b, c, alpha, beta, gamma}.
  public double[] numbers() {
    return new double[] {a, b, c, alpha, beta, gamma};
  }

  /// Rows are the vectors in angstrom, [3, 3].
  public double[][] lattice() {
    double cosAlpha = cos(alpha);
    double cosBeta = cos(beta);
    double cosGamma = cos(gamma);
    double sinGamma = Math.sqrt(1 - cosGamma * cosGamma);
    double y = (cosAlpha - cosBeta * cosGamma) / sinGamma;
    double z = Math.sqrt(flatness(alpha, beta, gamma)) / sinGamma;
    return new double[][] {{a, 0, 0}, {b * cosGamma, b * sinGamma, 0}, {c * cosBeta, c * y, c * z}};
  }

  /// In cubic angstrom.
  public double volume() {
    return a * b * c * Math.sqrt(flatness(alpha, beta, gamma));
  }

  /// The square of the volume of a cell whose edges are 1.
  private static double flatness(double alpha, double beta, double gamma) {
    double x = cos(alpha);
    double y = cos(beta);
    double z = cos(gamma);
    return 1 - x * x - y * y - z * z + 2 * x * y * z;
  }

  /// Exact at right angles, so that cubes have zeros where one expects them.
  private static double cos(double degrees) {
    return degrees == 90 ? 0 : Math.cos(Math.toRadians(degrees));
  }

  private static double length(double[] v) {
    return Math.sqrt(dot(v, v));
  }

  private static double angle(double[] u, double[] v) {
    double cosine = dot(u, v) / (length(u) * length(v));
    return cosine == 0 ? 90 : Math.toDegrees(Math.acos(Math.clamp(cosine, -1, 1)));
  }

  private static double dot(double[] u, double[] v) {
    return u[0] * v[0] + u[1] * v[1] + u[2] * v[2];
  }
}
