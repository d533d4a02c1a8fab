package io.scorefield.io;

import io.scorefield.watch.Watch;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/// A table in a file of columns with names.
record ColumnTable(Path file, Reading reading, ColumnFile columns) implements TableFile {
  @Override
  public List<String> names() {
    return columns.columns().stream().map(ColumnFile.Column::name).toList();
  }

  @Override
  public Found points(Columns wanted) throws IOException {
    int[] places = places(wanted);
    for (int place : places) {
      if (!isNumber(columns.columns().get(place))) {
        throw new FormatException(
            file + ": the column '" + names().get(place) + "' is not a number but " + columns.columns().get(place).kind()
                + advice(wanted));
      }
    }
    int count = rows((long) places.length);
    int dimension = places.length;
    boolean single = Arrays.stream(places).allMatch(place -> type(place) == ColumnFile.Type.SINGLE);
    float[] floats = new float[single ? count * dimension : 0];
    double[] doubles = new double[single ? 0 : count * dimension];
    columns.numbers(
        places,
        single
            ? (row, place, value) -> floats[row * dimension + place] = (float) value
            : (row, place, value) -> doubles[row * dimension + place] = value);
    Numbers numbers = single ? new Numbers.Floats(floats) : new Numbers.Doubles(doubles);
    return new Found(
        new Points(dimension, numbers, Arrays.stream(places).mapToObj(names()::get).toList(), columns.notes()), null);
  }

  private String advice(Columns wanted) {
    String others =
        columns.columns().stream()
            .filter(ColumnTable::isNumber)
            .map(ColumnFile.Column::name)
            .limit(8)
            .collect(Collectors.joining(", "));
    return wanted.key().isEmpty() || others.isEmpty()
        ? ""
        : "; leave it out, for example with " + wanted.key() + ": [" + others + "]";
  }

  @Override
  public CellColumn cells(Columns column) throws IOException {
    int place = places(column)[0];
    List<String> cells = texts(place);
    List<String> where = IntStream.range(0, cells.size()).mapToObj(i -> file + ": row " + (i + 1)).toList();
    for (int i = 0; i < cells.size(); i++) {
      if (cells.get(i).isBlank() || reading.missing().contains(cells.get(i))) {
        throw CellColumn.missing(where.get(i), names().get(place));
      }
    }
    return new CellColumn(cells, where);
  }

  @Override
  public IncompleteTable table() throws IOException {
    int count = rows(names().size());
    List<List<String>> byColumn = new ArrayList<>();
    for (int place = 0; place < names().size(); place++) {
      byColumn.add(texts(place));
    }
    return new IncompleteTable(
        file,
        names(),
        IntStream.range(0, count).mapToObj(i -> byColumn.stream().map(column -> column.get(i)).toList()).toList(),
        IntStream.range(0, count).mapToObj(i -> file + ": row " + (i + 1)).toList());
  }

  @Override
  public TypedTable typed(Columns wanted, boolean numbering) throws IOException {
    ColumnTable all = numbering ? new ColumnTable(file, reading, columns.withNumbering()) : this;
    int[] places = all.places(wanted);
    int count = all.rows(places.length);
    List<TypedColumn> typed = new ArrayList<>();
    for (int place : places) {
      typed.add(all.typed(place, count));
    }
    return new TypedTable(typed, all.columns.notes()).counted(file);
  }

  private TypedColumn typed(int place, int count) throws IOException {
    String name = names().get(place);
    Watch.current().check();
    return switch (type(place)) {
      case OTHER ->
          throw new FormatException(
              file + ": the column '" + name + "' is " + columns.columns().get(place).kind()
                  + ", which is not read; choose others with --columns");
      case TEXT -> {
        List<String> texts = new ArrayList<>(columns.texts(place));
        texts.replaceAll(text -> text == null || text.isEmpty() || reading.isMark(text) ? null : text);
        yield new TypedColumn.Texts(name, texts);
      }
      default -> columns.isWhole(place) ? wholes(place, count) : reals(place, count);
    };
  }

  private TypedColumn wholes(int place, int count) throws IOException {
    long[] values = new long[count];
    BitSet missing = new BitSet();
    columns.wholes(
        place,
        (row, value, gap) -> {
          boolean none = gap || reading.isMissing((double) value);
          values[row] = none ? 0 : value;
          missing.set(row, none);
        });
    return new TypedColumn.Wholes(names().get(place), values, missing);
  }

  private TypedColumn reals(int place, int count) throws IOException {
    boolean single = type(place) == ColumnFile.Type.SINGLE;
    float[] floats = new float[single ? count : 0];
    double[] doubles = new double[single ? 0 : count];
    columns.numbers(
        new int[] {place},
        (row, as, value) -> {
          double kept = reading.isMissing(value) ? Double.NaN : value;
          if (single) {
            floats[row] = (float) kept;
          } else {
            doubles[row] = kept;
          }
        });
    return single ? new TypedColumn.Singles(names().get(place), floats) : new TypedColumn.Doubles(names().get(place), doubles);
  }

  /// A column as text; a missing cell is empty.
  private List<String> texts(int place) throws IOException {
    if (type(place) == ColumnFile.Type.OTHER) {
      throw new FormatException(
          file + ": the column '" + names().get(place) + "' is " + columns.columns().get(place).kind() + ", which is not read");
    }
    if (type(place) == ColumnFile.Type.TEXT) {
      return columns.texts(place).stream().map(text -> text == null ? "" : text.strip()).toList();
    }
    String[] texts = new String[rows(1)];
    boolean single = type(place) == ColumnFile.Type.SINGLE;
    columns.numbers(new int[] {place}, (row, at, value) -> texts[row] = CellColumn.text(value, single));
    return Arrays.asList(texts);
  }

  private static boolean isNumber(ColumnFile.Column column) {
    return column.type() == ColumnFile.Type.SINGLE || column.type() == ColumnFile.Type.DOUBLE;
  }

  private ColumnFile.Type type(int place) {
    return columns.columns().get(place).type();
  }

  private int[] places(Columns wanted) throws FormatException {
    try {
      return wanted.places(names(), names().size());
    } catch (IllegalArgumentException e) {
      throw new FormatException(file + ": " + e.getMessage(), e);
    }
  }

  /// @throws FormatException where there are none, or more numbers than are read
  private int rows(long width) throws FormatException {
    if (columns.rows() == 0) {
      throw new FormatException(file + ": the table has columns, but no rows");
    }
    if (columns.rows() > Points.MAX_NUMBERS / width) {
      throw new FormatException(file + ": more than " + Points.MAX_NUMBERS + " numbers are too many");
    }
    return (int) columns.rows();
  }
}
