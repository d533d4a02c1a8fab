package io.scorefield.data;

/// Solves symmetric positive definite equations whose matrix has a narrow band.
final class BandedCholesky {
  private BandedCholesky() {}

  /// Solves A x = b.
  ///
  /// @param matrix A[i][i - d] in matrix[i][d], for the diagonal d = 0 and the bands below it; overwritten
  /// @param right b; overwritten by x
  /// @return x
  static double[] solve(double[][] matrix, double[] right) {
    int n = right.length;
    int band = matrix[0].length - 1;
    for (int i = 0; i < n; i++) {
      for (int j = Math.max(0, i - band); j <= i; j++) {
        double sum = matrix[i][i - j];
        for (int m = Math.max(0, i - band); m < j; m++) {
          if (j - m <= band) {
            sum -= matrix[i][i - m] * matrix[j][j - m];
          }
        }
        if (i == j && !(sum > 0)) {
          throw new IllegalArgumentException("the matrix is not positive definite");
        }
        matrix[i][i - j] = i == j ? Math.sqrt(sum) : sum / matrix[j][0];
      }
    }
    for (int i = 0; i < n; i++) {
      for (int m = Math.max(0, i - band); m < i; m++) {
        right[i] -= matrix[i][i - m] * right[m];
      }
      right[i] /= matrix[i][0];
    }
    for (int i = n - 1; i >= 0; i--) {
      for (int m = i + 1; m <= Math.min(n - 1, i + band); m++) {
        right[i] -= matrix[m][m - i] * right[m];
      }
      right[i] /= matrix[i][0];
    }
    return right;
  }
}
