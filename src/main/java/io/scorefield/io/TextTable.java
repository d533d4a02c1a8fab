package io.scorefield.io;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/// A table in a file of text, such as .csv.
record TextTable(Path file, Reading reading) implements TableFile {
  @Override
  public List<String> names() throws IOException {
    try (BufferedReader reader = Files.newBufferedReader(file)) {
      List<String> first = new CsvLines(file, reader, reading.delimiter()).next();
      return first.stream().noneMatch(Decimal::isPlain) ? first : List.of();
    } catch (CharacterCodingException e) {
      throw new FormatException(file + ": not a text file in UTF-8", e);
    }
  }

  @Override
  public Found points(Columns columns) throws IOException {
    return Csv.read(file, columns, reading);
  }

  @Override
  public CellColumn cells(Columns column) throws IOException {
    return CellColumn.read(file, column, reading);
  }

  @Override
  public TypedTable typed(Columns columns, boolean numbering) throws IOException {
    return TypedText.read(file, columns, reading);
  }

  @Override
  public IncompleteTable table() throws IOException {
    return IncompleteTable.ofText(file, reading);
  }
}
