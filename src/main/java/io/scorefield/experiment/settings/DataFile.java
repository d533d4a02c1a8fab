package io.scorefield.experiment.settings;

import io.scorefield.io.ClassColumn;
import io.scorefield.io.Columns;
import io.scorefield.io.IntegerColumn;
import io.scorefield.io.Points;
import io.scorefield.io.Reading;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

/// The file of data kind `file`, and how it is read.
///
/// @param path as the configuration has it
public record DataFile(String path, Reading reading) {
  private static final String KEY = "data.path";

  /// Its name, for lines and messages.
  String name() {
    return ConfigFiles.fileName(path);
  }

  Points read(Columns columns) throws IOException {
    return Points.read(file(), columns, reading);
  }

  /// The same where cells may be missing.
  Points readWithGaps(Columns columns) throws IOException {
    return Points.readWithGaps(file(), columns, reading);
  }

  /// A column of classes.
  ClassColumn classes(Columns column) throws IOException {
    return ClassColumn.read(file(), column, reading);
  }

  /// A column of whole numbers.
  IntegerColumn integers(Columns column) throws IOException {
    return IntegerColumn.read(file(), column, reading);
  }

  /// The names of its columns; none where it has none.
  List<String> columnNames() throws IOException {
    return ClassColumn.names(file(), reading);
  }

  private Path file() throws IOException {
    return ConfigFiles.existing(KEY, path);
  }

  @Override
  public String toString() {
    return path;
  }
}
