package io.scorefield.io;

import java.util.List;
import java.util.Optional;

/// The names of the columns of a file of text: its first line, or the comment above it.
///
/// @param isLine whether the first line of cells is one of names
/// @param names of the columns; empty where they have none
/// @param note where the names were found, if that is not plain
record CsvHead(boolean isLine, List<String> names, Optional<String> note) {
  /// @param lines of which the first one was read
  /// @param first its cells
  /// @param columns that are read
  static CsvHead of(CsvLines lines, List<String> first, Columns columns) {
    if (isHeader(first, columns)) {
      return new CsvHead(true, first, Optional.empty());
    }
    List<String> cells = lines.delimiter().plain(lines.comment());
    boolean fits =
        first.size() > 1 && cells.size() == first.size()
            && cells.stream().allMatch(cell -> cell.matches("[A-Za-z_]\\w*(\\[\\d+\\])?"));
    // In the comment above the numbers NumPy's savetxt writes them.
    return fits
        ? new CsvHead(false, cells, Optional.of("the columns' names are those of the comment '# " + lines.comment() + "'"))
        : new CsvHead(false, List.of(), Optional.empty());
  }

  /// Whether the first line is one of names: text, and no number.
  private static boolean isHeader(List<String> first, Columns columns) {
    if (columns.namesSomeOf(first)) {
      return true;
    }
    List<String> read =
        columns.all() || columns.needNames()
            ? first
            : columns.wanted().stream()
                .map(Integer::parseInt)
                .filter(place -> place < first.size())
                .map(first::get)
                .toList();
    return isNames(read) || (read.stream().noneMatch(Decimal::isPlain) && isNames(first));
  }

  private static boolean isNames(List<String> cells) {
    return cells.stream().noneMatch(Decimal::isPlain) && cells.stream().anyMatch(Decimal::isText);
  }
}
