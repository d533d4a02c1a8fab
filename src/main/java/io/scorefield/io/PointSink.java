package io.scorefield.io;

import io.scorefield.io.parquet.ParquetWriter;
import io.scorefield.io.parquet.ParquetWriter.Type;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.stream.IntStream;
import java.util.zip.ZipOutputStream;

/// How points become the bytes of a format.
interface PointSink {
  /// Appends the first `count` points of an array [.., D], less the layout's origin.
  void write(float[] points, int count) throws IOException;

  /// Writes what ends the file.
  void finish() throws IOException;

  /// The formats.
  enum Format {
    CSV,
    NPY,
    NPZ,
    PARQUET;

    /// The one that the ending of a name says.
    ///
    /// @throws FormatException when it says none
    static Format of(Path path) throws FormatException {
      String name = path.toString().toLowerCase(Locale.ROOT);
      for (Format format : values()) {
        if (name.endsWith("." + format.name().toLowerCase(Locale.ROOT))) {
          return format;
        }
      }
      throw new FormatException("'" + path + "': points and tables are written to .parquet, .npz, .npy and .csv files");
    }

    /// The fewest bytes that a number takes.
    int bytes(Layout layout) {
      return switch (this) {
        case CSV -> 2; // a digit and a separator
        case PARQUET -> 1; // compressed
        default -> layout.isDouble() ? Double.BYTES : Float.BYTES;
      };
    }

    /// Begins a file of `count` points.
    PointSink begin(OutputStream out, long count, Layout layout) throws IOException {
      return switch (this) {
        case CSV -> csv(out, layout);
        case NPY -> array(out, count, layout);
        case NPZ -> {
          ZipOutputStream archive = Npz.open(out, layout.names());
          PointSink array = array(archive, count, layout);
          yield PointSink.of(array, archive::finish);
        }
        case PARQUET -> parquet(out, layout);
      };
    }
  }

  /// What a sink writes, one piece after the other.
  @FunctionalInterface
  interface Write {
    void of(float[] points, int count) throws IOException;
  }

  /// What ends a file.
  @FunctionalInterface
  interface End {
    void write() throws IOException;
  }

  private static PointSink of(Write write, End end) {
    return new PointSink() {
      @Override
      public void write(float[] points, int count) throws IOException {
        write.of(points, count);
      }

      @Override
      public void finish() throws IOException {
        end.write();
      }
    };
  }

  private static PointSink of(PointSink sink, End end) {
    return of(sink::write, end);
  }

  private static PointSink array(OutputStream out, long rows, Layout layout) throws IOException {
    int dimension = layout.dimension();
    double[] origin = layout.origin();
    out.write(Npy.header(layout.isDouble() ? "<f8" : "<f4", rows, dimension));
    return of(
        (points, count) -> {
          if (!layout.isDouble()) {
            Npy.writeValues(out, points, count * dimension);
            return;
          }
          double[] values = new double[count * dimension];
          for (int i = 0; i < values.length; i++) {
            values[i] = origin[i % dimension] + points[i];
          }
          Npy.writeValues(out, values);
        },
        () -> {});
  }

  private static PointSink csv(OutputStream out, Layout layout) throws IOException {
    String names = IncompleteTable.line(layout.columns().stream().map(TableColumn::name).toList());
    out.write((names + "\n").getBytes(StandardCharsets.UTF_8));
    return of(
        (points, count) -> {
          StringBuilder text = new StringBuilder();
          for (int i = 0; i < count; i++) {
            List<String> cells = new ArrayList<>();
            each(layout, points, i, (column, values, origin) -> cells.add(column.text(values, origin)));
            text.append(IncompleteTable.line(cells)).append('\n');
          }
          out.write(text.toString().getBytes(StandardCharsets.UTF_8));
        },
        () -> {});
  }

  private static PointSink parquet(OutputStream out, Layout layout) throws IOException {
    List<TableColumn> columns = layout.columns();
    List<ParquetWriter.Column> kinds = new ArrayList<>();
    int component = 0;
    for (TableColumn column : columns) {
      Type type =
          switch (column) {
            case TableColumn.Number number -> layout.origin()[component] == 0 ? Type.SINGLE : Type.DOUBLE;
            case TableColumn.Whole whole -> Type.WHOLE;
            case TableColumn.Classes classes -> Type.TEXT;
          };
      kinds.add(new ParquetWriter.Column(column.name(), type));
      component += column.components();
    }
    ParquetWriter writer;
    try {
      writer = new ParquetWriter(out, kinds, layout.first());
    } catch (IllegalArgumentException e) {
      throw new FormatException(e.getMessage(), e);
    }
    int[] places = IntStream.range(0, columns.size()).toArray();
    return of(
        (points, count) -> {
          for (int i = 0; i < count; i++) {
            int point = i;
            writer.row(
                row -> {
                  int[] at = {0};
                  each(
                      layout, points, point,
                      (column, values, origin) -> {
                        int place = places[at[0]++];
                        switch (column) {
                          case TableColumn.Number number -> row.number(place, origin[0] + values[0]);
                          case TableColumn.Whole whole -> row.number(place, whole.value(values, origin));
                          case TableColumn.Classes classes -> row.text(place, classes.text(values, origin));
                        }
                      });
                });
          }
        },
        writer::finish);
  }

  /// Takes the components of a column of one point.
  @FunctionalInterface
  interface Cell {
    void of(TableColumn column, float[] values, double[] origin);
  }

  private static void each(Layout layout, float[] points, int point, Cell cell) {
    int from = point * layout.dimension();
    int d = 0;
    for (TableColumn column : layout.columns()) {
      int end = d + column.components();
      cell.of(column, Arrays.copyOfRange(points, from + d, from + end), Arrays.copyOfRange(layout.origin(), d, end));
      d = end;
    }
  }
}
