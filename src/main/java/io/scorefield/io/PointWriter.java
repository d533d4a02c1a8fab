package io.scorefield.io;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Locale;
import java.util.zip.ZipOutputStream;

/// Writes points to a .npy, .npz or .csv file as a stream; the file appears when all points are written.
public final class PointWriter implements AutoCloseable {
  private final Path path;
  private final AtomicFile file;

  /// The file, or its array `samples` in an archive.
  private final OutputStream body;
  private final boolean csv;
  private final Layout layout;
  private final long total;
  private long missing;

  private PointWriter(Path path, AtomicFile file, OutputStream body, boolean csv, long count, Layout layout) {
    this.path = path;
    this.file = file;
    this.body = body;
    this.csv = csv;
    this.layout = layout;
    this.total = count;
    this.missing = count;
  }

  /// Opens a file for exactly `count` points of components with the usual names.
  public static PointWriter open(Path path, long count, int dimension) throws IOException {
    return open(path, count, Layout.usual(dimension));
  }

  /// Whether the ending of a name says .csv; else it says .npy or .npz.
  ///
  /// @throws FormatException when it says neither
  public static boolean isCsv(Path path) throws FormatException {
    String name = path.toString().toLowerCase(Locale.ROOT);
    if (!name.endsWith(".csv") && !name.endsWith(".npy") && !name.endsWith(".npz")) {
      throw new FormatException("'" + path + "': samples are written to .npz, .npy and .csv files");
    }
    return name.endsWith(".csv");
  }

  /// Opens a file for exactly `count` points; the ending of its name decides the format.
  public static PointWriter open(Path path, long count, Layout layout) throws IOException {
    boolean csv = isCsv(path);
    int dimension = layout.dimension();
    String type = layout.isDouble() ? "<f8" : "<f4";
    // The smallest size that the file can have: a number's bytes, or a digit and a separator.
    double bytes =
        (double) count * dimension * (csv ? 2 : layout.isDouble() ? Double.BYTES : Float.BYTES);
    Temporaries.sweep(path.toAbsolutePath().getParent());
    AtomicFile file = AtomicFile.open(path);
    // Not by the file store, which is found in the list of mounts: a confined system may have none.
    long free = path.toAbsolutePath().getParent().toFile().getUsableSpace();
    if (bytes > free) {
      file.close();
      throw new IOException(
          String.format(
              Locale.ROOT,
              "cannot write %s: %d points of %d numbers need %s, the disk has %s free", path, count, dimension, size(bytes),
              size(free)));
    }
    try {
      OutputStream body = path.toString().toLowerCase(Locale.ROOT).endsWith(".npz") ? Npz.open(file, layout.names()) : file;
      body.write(csv ? names(layout) : Npy.header(type, count, dimension));
      return new PointWriter(path, file, body, csv, count, layout);
    } catch (IOException e) {
      file.close();
      throw e;
    }
  }

  private static String size(double bytes) {
    double unit = bytes < 1e6 ? 1e3 : bytes < 1e9 ? 1e6 : 1e9;
    return String.format(Locale.ROOT, "%.3g %s", bytes / unit, unit == 1e3 ? "kB" : unit == 1e6 ? "MB" : "GB");
  }

  private static byte[] names(Layout layout) {
    return (IncompleteTable.line(layout.columns().stream().map(TableColumn::name).toList()) + "\n")
        .getBytes(StandardCharsets.UTF_8);
  }

  /// Appends the first `count` points of an array [.., D].
  ///
  /// @param points the numbers less the layout's origin
  /// @throws FormatException when a number is not finite or beyond the range of float32
  public void write(float[] points, int count) throws IOException {
    int dimension = layout.dimension();
    double[] origin = layout.origin();
    for (int i = 0; i < count * dimension; i++) {
      requireInRange(origin[i % dimension] + points[i], i);
    }
    if (csv) {
      StringBuilder text = new StringBuilder();
      for (int i = 0; i < count; i++) {
        int d = 0;
        for (TableColumn column : layout.columns()) {
          int end = d + column.components();
          text.append(d == 0 ? "" : ",");
          float[] values = Arrays.copyOfRange(points, i * dimension + d, i * dimension + end);
          text.append(CsvLines.cell(column.text(values, Arrays.copyOfRange(origin, d, end))));
          d = end;
        }
        text.append('\n');
      }
      body.write(text.toString().getBytes(StandardCharsets.UTF_8));
    } else if (layout.isDouble()) {
      double[] values = new double[count * dimension];
      for (int i = 0; i < values.length; i++) {
        values[i] = origin[i % dimension] + points[i];
      }
      Npy.writeValues(body, values);
    } else {
      Npy.writeValues(body, points, count * dimension);
    }
    missing -= count;
  }

  private void requireInRange(double value, int at) throws FormatException {
    if (!(Math.abs(value) <= Float.MAX_VALUE)) {
      throw new FormatException(
          path + ": not written: component '" + layout.names().get(at % layout.dimension()) + "' of sample "
              + (layout.first() + total - missing + at / layout.dimension()) + " is " + value
              + "; float32 ends at 3.4e38, so use data in other units");
    }
  }

  /// Gives the file its name.
  ///
  /// @throws IllegalStateException when more or fewer points were written than announced
  public void commit() throws IOException {
    if (missing != 0) {
      throw new IllegalStateException(missing + " points of the file are missing");
    }
    if (body instanceof ZipOutputStream archive) {
      archive.finish();
    }
    file.commit();
  }

  @Override
  public void close() throws IOException {
    file.close();
  }
}
