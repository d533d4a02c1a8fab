package io.scorefield.experiment.model;

import io.scorefield.io.ClassColumn;
import io.scorefield.io.FormatException;
import io.scorefield.io.IncompleteTable;
import io.scorefield.io.Reading;
import io.scorefield.io.TableColumn;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

/// Points of a table with names of classes and whole numbers, as a model with such columns writes them.
final class TablePoints {
  private TablePoints() {}

  /// Whether a file is to be read so: it has named columns, not those of single components, and the model has such columns.
  static boolean isFor(Path file, Model model, Reading reading) throws IOException {
    if (model.columns().isEmpty()) {
      return false;
    }
    List<String> names = ClassColumn.names(file, reading);
    return !names.isEmpty() && !names.containsAll(model.variables().elements());
  }

  /// Points [n, D] less the origin.
  ///
  /// @param most numbers at most: the first points that are as many
  /// @throws FormatException when a column is not there, or a cell is missing or of another kind, with its line
  static float[] read(Path file, Model model, int most, Reading reading) throws IOException {
    IncompleteTable table = IncompleteTable.read(file, reading);
    List<TableColumn> columns = model.layout().columns();
    double[] origin = model.scaling().origin();
    int dimension = model.dimension();
    int count = Math.min(table.rows().size(), most / dimension);
    float[] points = new float[count * dimension];
    int from = 0;
    for (TableColumn column : columns) {
      int place = table.column(column.name());
      for (int i = 0; i < count; i++) {
        int row = i;
        double[] cell =
            table
                .components(i, place, column)
                .orElseThrow(
                    () ->
                        new FormatException(
                            table.places().get(row) + ": the cell of the column '" + column.name() + "' is missing"));
        for (int e = 0; e < cell.length; e++) {
          points[i * dimension + from + e] = (float) (cell[e] - origin[from + e]);
        }
      }
      from += column.components();
    }
    return points;
  }
}
