package io.scorefield.engine.reference;

/// The one matrix product behind forward pass, data gradient and weight gradient.
final class Dense {
  private Dense() {}

  /// C[i][:] += sum over p of A[i][p] * B[p][:], for rows i in [from, to).
  ///
  /// Four rows of B and two of C at a time: the innermost loops run over arrays from index 0, the
  /// form that the JIT compiler vectorises. Every C[i][j] is summed in ascending p whatever the rows,
  /// so results do not depend on how rows are shared between threads.
  ///
  /// @param a coefficients [.., depth]
  /// @param b rows [depth, width]
  /// @param c rows [.., width]
  static void accumulate(
      double[][] a, double[][] b, double[][] c, int from, int to, int depth, int width) {
    int p = 0;
    for (; p + 3 < depth; p += 4) {
      double[] b0 = b[p];
      double[] b1 = b[p + 1];
      double[] b2 = b[p + 2];
      double[] b3 = b[p + 3];
      int i = from;
      for (; i + 1 < to; i += 2) {
        twoRows(c[i], c[i + 1], a[i], a[i + 1], p, b0, b1, b2, b3, width);
      }
      if (i < to) {
        oneRow(c[i], a[i], p, b0, b1, b2, b3, width);
      }
    }
    for (; p < depth; p++) {
      for (int i = from; i < to; i++) {
        axpy(a[i][p], b[p], c[i], width);
      }
    }
  }

  private static void twoRows(
      double[] c, double[] d, double[] a, double[] e, int p,
      double[] b0, double[] b1, double[] b2, double[] b3, int width) {
    double a0 = a[p];
    double a1 = a[p + 1];
    double a2 = a[p + 2];
    double a3 = a[p + 3];
    double e0 = e[p];
    double e1 = e[p + 1];
    double e2 = e[p + 2];
    double e3 = e[p + 3];
    for (int j = 0; j < width; j++) {
      double x0 = b0[j];
      double x1 = b1[j];
      double x2 = b2[j];
      double x3 = b3[j];
      c[j] = Math.fma(a3, x3, Math.fma(a2, x2, Math.fma(a1, x1, Math.fma(a0, x0, c[j]))));
      d[j] = Math.fma(e3, x3, Math.fma(e2, x2, Math.fma(e1, x1, Math.fma(e0, x0, d[j]))));
    }
  }

  private static void oneRow(
      double[] c, double[] a, int p, double[] b0, double[] b1, double[] b2, double[] b3, int width) {
    double a0 = a[p];
    double a1 = a[p + 1];
    double a2 = a[p + 2];
    double a3 = a[p + 3];
    for (int j = 0; j < width; j++) {
      c[j] =
          Math.fma(a3, b3[j], Math.fma(a2, b2[j], Math.fma(a1, b1[j], Math.fma(a0, b0[j], c[j]))));
    }
  }

  private static void axpy(double a, double[] b, double[] c, int width) {
    for (int j = 0; j < width; j++) {
      c[j] = Math.fma(a, b[j], c[j]);
    }
  }
}
