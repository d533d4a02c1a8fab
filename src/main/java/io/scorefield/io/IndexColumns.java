package io.scorefield.io;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/// Columns that only count the rows, as tables are often saved with.
final class IndexColumns {
  /// Fewer rows may count by chance.
  private static final int FEW = 10;

  private IndexColumns() {}

  /// The points without first columns that have no name and count the rows; of other columns that look like an index
  /// there is a note.
  static Points leftOut(Path file, Points points) {
    int dimension = points.dimension();
    List<String> notes = new ArrayList<>(points.notes());
    int left = 0;
    while (left < dimension - 1 && !points.names().isEmpty() && isNameless(points.names().get(left))
        && counts(points, left)) {
      notes.add(
          file.getFileName() + ": column " + left
              + ", which has no name and counts the rows, is left out");
      left++;
    }
    for (int d = left; d < dimension; d++) {
      String name = points.names().isEmpty() ? "" : points.names().get(d);
      boolean suspect =
          name.matches("(?i)index|idx|id|row|row[_ ]?(id|number)|number|no\\.?|nr\\.?|#")
              || (d == 0 && points.names().isEmpty() && dimension > 1 && points.size() >= FEW);
      if (suspect && points.size() > 1 && counts(points, d)) {
        notes.add(
            "warning: " + file.getFileName() + ": column " + (name.isEmpty() ? d : "'" + name + "'")
                + " counts the rows; if it is an index, leave it out with data.columns");
      }
    }
    if (left == 0) {
      return new Points(dimension, points.numbers(), points.names(), notes);
    }
    int kept = dimension - left;
    double[] values = new double[points.size() * kept];
    for (int i = 0; i < values.length; i++) {
      values[i] = points.numbers().at(i / kept * dimension + left + i % kept);
    }
    return new Points(
        kept, new Numbers.Doubles(values), points.names().subList(left, dimension), notes);
  }

  static boolean isNameless(String name) {
    return name.isEmpty() || name.matches("Unnamed: [0-9]+(\\.[0-9]+|_level_[0-9]+)?");
  }

  /// Whether a column is 0 .. N-1 or 1 .. N.
  private static boolean counts(Points points, int column) {
    double first = points.numbers().at(column);
    if (first != 0 && first != 1) {
      return false;
    }
    for (int i = 1; i < points.size(); i++) {
      if (points.numbers().at(i * points.dimension() + column) != first + i) {
        return false;
      }
    }
    return true;
  }
}
