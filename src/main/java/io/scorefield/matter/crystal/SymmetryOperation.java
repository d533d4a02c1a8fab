package io.scorefield.matter.crystal;

import java.util.Locale;

/// A symmetry of a crystal in units of the cell's vectors: a point goes to matrix x + shift.
///
/// @param matrix [3, 3]
/// @param shift [3]
public record SymmetryOperation(double[][] matrix, double[] shift) {
  /// Reads the form of CIF, such as `-x+1/2, y, z`, `x-y,1/4+x,-z` or `x+0.5,y,z`.
  ///
  /// @throws IllegalArgumentException when it is none
  public static SymmetryOperation of(String text) {
    String[] parts = text.toLowerCase(Locale.ROOT).replaceAll("\\s", "").split(",", -1);
    if (parts.length != 3) {
      throw new IllegalArgumentException("'" + text + "' is no symmetry operation such as -x+1/2,y,z");
    }
    double[][] matrix = new double[3][3];
    double[] shift = new double[3];
    for (int row = 0; row < 3; row++) {
      read(parts[row], text, matrix, shift, row);
    }
    return new SymmetryOperation(matrix, shift);
  }

  private static void read(String part, String text, double[][] matrix, double[] shift, int row) {
    // Terms, each with its sign.
    String[] terms = part.replace("-", "+-").replaceFirst("^\\+", "").split("\\+", -1);
    for (String term : terms) {
      double sign = term.startsWith("-") ? -1 : 1;
      String body = term.startsWith("-") ? term.substring(1) : term;
      int axis = body.isEmpty() ? -1 : "xyz".indexOf(body.charAt(body.length() - 1));
      try {
        if (axis >= 0) {
          String factor = body.substring(0, body.length() - 1).replaceFirst("\\*$", "");
          matrix[row][axis] += sign * (factor.isEmpty() ? 1 : number(factor));
        } else {
          shift[row] += sign * number(body);
        }
      } catch (NumberFormatException e) {
        throw new IllegalArgumentException("'" + text + "' is no symmetry operation such as -x+1/2,y,z", e);
      }
    }
  }

  private static double number(String text) {
    int slash = text.indexOf('/');
    if (slash < 0) {
      return plain(text);
    }
    return plain(text.substring(0, slash)) / plain(text.substring(slash + 1));
  }

  /// Java's own numbers have forms that files should not have.
  private static double plain(String text) {
    if (!text.matches("\\d+\\.?\\d*|\\.\\d+")) {
      throw new NumberFormatException(text);
    }
    return Double.parseDouble(text);
  }

  /// Where a point goes, [3], modulo 1.
  public double[] apply(double... point) {
    double[] moved = new double[3];
    for (int row = 0; row < 3; row++) {
      double sum = shift[row];
      for (int axis = 0; axis < 3; axis++) {
        sum += matrix[row][axis] * point[axis];
      }
      moved[row] = sum - Math.floor(sum);
    }
    return moved;
  }
}
