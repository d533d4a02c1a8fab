package io.scorefield.data;

/// The space of particle positions whose mean is 0: N particles of K axes have K (N - 1) coordinates in it.
///
/// The basis is Helmert's: coordinate k of an axis is (x_0 + ... + x_k - (k + 1) x_{k+1}) / sqrt((k + 1) (k + 2)). It is
/// orthonormal, so that normal noise of the coordinates is normal noise of the particles without its mean, and nobody who
/// works with coordinates need know of it.
///
/// @param particles N, at least 2
public record Centred(int particles) {
  public Centred {
    if (particles < 2) {
      throw new IllegalArgumentException("positions relative to their mean need at least 2 particles, not " + particles);
    }
  }

  /// N - 1.
  public int modes() {
    return particles - 1;
  }

  /// What particle i has of coordinate k; 0 for i > k + 1.
  public double basis(int i, int k) {
    if (i > k + 1) {
      return 0;
    }
    double length = Math.sqrt((k + 1.0) * (k + 2.0));
    return (i <= k ? 1 : -(k + 1.0)) / length;
  }
}
