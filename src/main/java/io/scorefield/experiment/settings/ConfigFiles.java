package io.scorefield.experiment.settings;

import io.scorefield.io.Columns;
import io.scorefield.io.FormatException;
import io.scorefield.io.Points;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;

/// Reads the files that a configuration names.
final class ConfigFiles {
  private ConfigFiles() {}

  /// Points of a file.
  ///
  /// @param key what names the file, for messages
  static Points read(String key, String path) throws IOException {
    return read(key, path, Columns.ALL);
  }

  static Points read(String key, String path, Columns columns) throws IOException {
    return Points.read(existing(key, path), columns);
  }

  /// The file of a path.
  ///
  /// @throws FormatException when there is none, with what to do
  static Path existing(String key, String path) throws IOException {
    Path file = Path.of(path);
    if (!Files.exists(file)) {
      Path absolute = file.toAbsolutePath();
      throw new FormatException(
          key + ": there is no file " + absolute.getFileName() + " in " + absolute.getParent()
              + "; if it has moved, give it again with --set " + key + "=...");
    }
    return file;
  }

  /// The numbers of a file in any shape, in their order.
  static double[] vector(String key, String path) throws IOException {
    return read(key, path).doubles();
  }

  /// The rows of a matrix that is multiplied with components: columns with the components' names are put in their order.
  ///
  /// @param components the names, [D]
  /// @throws IllegalArgumentException when the columns do not fit
  static double[] matrix(String key, String path, List<String> components) throws IOException {
    Points rows = read(key, path);
    int dimension = components.size();
    String name = fileName(path);
    if (rows.dimension() != dimension) {
      throw new IllegalArgumentException(
          name + " has " + rows.dimension() + " columns, but x has " + dimension + " components");
    }
    if (rows.names().isEmpty() || rows.names().stream().noneMatch(components::contains)) {
      return rows.doubles();
    }
    if (!new HashSet<>(rows.names()).equals(new HashSet<>(components))) {
      throw new IllegalArgumentException(
          name + " has the columns " + String.join(", ", rows.names()) + ", but the components are "
              + String.join(", ", components));
    }
    double[] ordered = new double[rows.numbers().length()];
    for (int i = 0; i < ordered.length; i++) {
      int column = rows.names().indexOf(components.get(i % dimension));
      ordered[i] = rows.numbers().at(i / dimension * dimension + column);
    }
    return ordered;
  }

  /// The last part of a path, for names and messages.
  static String fileName(String path) {
    Path name = Path.of(path).getFileName();
    return name == null ? path : name.toString();
  }
}
