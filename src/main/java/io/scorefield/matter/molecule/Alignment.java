package io.scorefield.matter.molecule;

import org.apache.commons.math3.linear.Array2DRowRealMatrix;
import org.apache.commons.math3.linear.RealMatrix;
import org.apache.commons.math3.linear.SingularValueDecomposition;

/// The least root mean square distance of two sets of points over motions without mirroring.
///
/// Source: Kabsch 1976, Acta Cryst. A 32, 922.
public final class Alignment {
  private Alignment() {}

  /// In the unit of the points.
  ///
  /// @param first [n, 3]
  /// @param second [n, 3], point by point the same
  public static double rmsd(double[] first, double[] second) {
    int n = first.length / 3;
    double[] a = centred(first);
    double[] b = centred(second);
    double[][] sums = new double[3][3];
    double squares = 0;
    for (int i = 0; i < a.length; i++) {
      squares += a[i] * a[i] + b[i] * b[i];
      for (int axis = 0; axis < 3; axis++) {
        sums[i % 3][axis] += a[i] * b[i - i % 3 + axis];
      }
    }
    RealMatrix covariance = new Array2DRowRealMatrix(sums);
    SingularValueDecomposition parts = new SingularValueDecomposition(covariance);
    double[] values = parts.getSingularValues();
    // Where the best fit would mirror, the smallest value counts against it.
    double sign = determinant(parts.getU().getData()) * determinant(parts.getV().getData()) < 0 ? -1 : 1;
    return Math.sqrt(Math.max(0, squares - 2 * (values[0] + values[1] + sign * values[2])) / n);
  }

  private static double determinant(double[][] m) {
    return m[0][0] * (m[1][1] * m[2][2] - m[1][2] * m[2][1]) - m[0][1] * (m[1][0] * m[2][2] - m[1][2] * m[2][0])
        + m[0][2] * (m[1][0] * m[2][1] - m[1][1] * m[2][0]);
  }

  private static double[] centred(double[] points) {
    double[] centred = points.clone();
    for (int axis = 0; axis < 3; axis++) {
      double mean = 0;
      for (int at = axis; at < points.length; at += 3) {
        mean += 3 * points[at] / points.length;
      }
      for (int at = axis; at < points.length; at += 3) {
        centred[at] -= mean;
      }
    }
    return centred;
  }
}
