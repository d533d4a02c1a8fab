package io.scorefield.io;

import io.scorefield.io.TypedColumn.Doubles;
import io.scorefield.io.TypedColumn.Numeric;
import io.scorefield.io.TypedColumn.Singles;
import io.scorefield.io.TypedColumn.Texts;
import io.scorefield.io.TypedColumn.Wholes;
import io.scorefield.io.parquet.ParquetWriter;
import io.scorefield.io.parquet.ParquetWriter.Column;
import io.scorefield.io.parquet.ParquetWriter.Type;
import io.scorefield.watch.Meter;
import io.scorefield.watch.Watch;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.zip.ZipOutputStream;

/// Writes tables with types.
final class TypedWriter {
  private static final int ROWS_AT_ONCE = 1 << 12;

  /// Cells of a piece at most, but for a row that has more.
  private static final int CELLS_AT_ONCE = 1 << 20;

  private final TypedTable table;
  private final Path file;

  private TypedWriter(TypedTable table, Path file) {
    this.table = table;
    this.file = file;
  }

  static void write(TypedTable table, Path file) throws IOException {
    PointSink.Format format = PointSink.Format.of(file);
    TypedWriter writer = new TypedWriter(table, file);
    Temporaries.sweep(file.toAbsolutePath().getParent());
    try {
      switch (format) {
        case CSV -> AtomicFile.write(file, writer::csv);
        case PARQUET -> AtomicFile.write(file, writer::parquet);
        case NPY -> {
          List<Numeric> array = writer.array();
          AtomicFile.write(file, out -> writer.array(out, array));
        }
        case NPZ -> {
          List<Numeric> array = writer.array();
          AtomicFile.write(
              file,
              out -> {
                ZipOutputStream archive = Npz.open(out, table.named().columns().stream().map(TypedColumn::name).toList());
                writer.array(archive, array);
                archive.finish();
              });
        }
      }
    } catch (IllegalArgumentException e) {
      throw new FormatException("cannot write " + file + ": " + e.getMessage(), e);
    }
  }

  /// A piece of rows.
  @FunctionalInterface
  private interface Piece {
    void write(int from, int to) throws IOException;
  }

  private void pieces(Piece piece) throws IOException {
    Meter meter = Watch.current().meter("write", table.rows(), "rows");
    int size = Math.clamp(CELLS_AT_ONCE / table.columns().size(), 1, ROWS_AT_ONCE);
    for (int from = 0; from < table.rows(); from += size) {
      int to = Math.min(table.rows(), from + size);
      piece.write(from, to);
      meter.step(to - from);
    }
  }

  /// The columns as one array: of whole numbers where all are, of float32 where all are, else of float64.
  private List<Numeric> array() {
    List<Numeric> numbers = new ArrayList<>();
    for (TypedColumn column : table.columns()) {
      if (!(column instanceof Numeric some)) {
        throw new IllegalArgumentException(
            "column '" + column.name() + "' is text, and this file has one array of numbers; leave the column out with --columns, or "
                + "write a .csv or .parquet file");
      }
      numbers.add(some);
    }
    boolean whole = numbers.stream().allMatch(column -> column instanceof Wholes of && of.missing().isEmpty());
    boolean single = numbers.stream().allMatch(Singles.class::isInstance);
    return whole || single ? numbers : numbers.stream().<Numeric>map(Precision::doubles).toList();
  }

  private void array(OutputStream out, List<Numeric> columns) throws IOException {
    Numeric first = columns.getFirst();
    int width = columns.size();
    String type = first instanceof Wholes ? "<i8" : first instanceof Singles ? "<f4" : "<f8";
    out.write(Npy.header(type, table.rows(), width));
    pieces(
        (from, to) -> {
          ByteBuffer bytes = ByteBuffer.allocate((to - from) * width * Long.BYTES).order(ByteOrder.LITTLE_ENDIAN);
          for (int row = from; row < to; row++) {
            for (Numeric column : columns) {
              switch (column) {
                case Wholes(String _, long[] values, var _) -> bytes.putLong(values[row]);
                case Singles(String _, float[] values) -> bytes.putFloat(values[row]);
                case Doubles(String _, double[] values) -> bytes.putDouble(values[row]);
              }
            }
          }
          out.write(bytes.array(), 0, bytes.position());
        });
  }

  private void csv(OutputStream out) throws IOException {
    List<TypedColumn> columns = table.named().columns();
    // An empty line is no row.
    String missing = columns.size() == 1 ? "\"\"" : "";
    out.write((IncompleteTable.line(columns.stream().map(TypedColumn::name).toList()) + "\n").getBytes(StandardCharsets.UTF_8));
    pieces(
        (from, to) -> {
          StringBuilder text = new StringBuilder();
          for (int row = from; row < to; row++) {
            for (int c = 0; c < columns.size(); c++) {
              String cell = columns.get(c).text(row);
              text.append(c == 0 ? "" : ",").append(cell.isEmpty() ? missing : CsvLines.cell(cell));
            }
            text.append('\n');
          }
          out.write(text.toString().getBytes(StandardCharsets.UTF_8));
        });
  }

  private void parquet(OutputStream out) throws IOException {
    List<TypedColumn> columns = table.named().columns();
    List<Column> kinds = new ArrayList<>();
    for (TypedColumn column : columns) {
      Type type =
          switch (column) {
            case Singles singles -> Type.SINGLE;
            case Doubles doubles -> Type.DOUBLE;
            case Wholes wholes -> Type.WHOLE;
            case Texts texts -> Type.TEXT;
          };
      boolean gaps = false;
      for (int row = 0; row < table.rows() && !gaps; row++) {
        gaps = column.isMissing(row);
      }
      kinds.add(new Column(column.name(), type, gaps));
    }
    ParquetWriter writer = ParquetWriter.ofTable(out, kinds);
    pieces(
        (from, to) -> {
          for (int i = from; i < to; i++) {
            int at = i;
            writer.row(row -> put(columns, at, row));
          }
        });
    writer.finish();
  }

  private static void put(List<TypedColumn> columns, int at, ParquetWriter.Row row) {
    for (int c = 0; c < columns.size(); c++) {
      if (columns.get(c).isMissing(at)) {
        row.missing(c);
        continue;
      }
      switch (columns.get(c)) {
        case Wholes wholes -> row.whole(c, wholes.values()[at]);
        case Numeric numbers -> row.number(c, numbers.at(at));
        case Texts texts -> row.text(c, texts.text(at));
      }
    }
  }
}
