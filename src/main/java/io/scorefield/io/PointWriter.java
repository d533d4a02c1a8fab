package io.scorefield.io;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;

/// Writes points to a .npy, .npz, .csv or .parquet file as a stream; the file appears when all points are written.
public final class PointWriter implements AutoCloseable {
  private final Path path;
  private final AtomicFile file;

  private final PointSink sink;
  private final Layout layout;
  private final long total;
  private long missing;

  private PointWriter(Path path, AtomicFile file, PointSink sink, long count, Layout layout) {
    this.path = path;
    this.file = file;
    this.sink = sink;
    this.layout = layout;
    this.total = count;
    this.missing = count;
  }

  /// Opens a file for exactly `count` points of components with the usual names.
  public static PointWriter open(Path path, long count, int dimension) throws IOException {
    return open(path, count, Layout.usual(dimension));
  }

  /// Says whether the ending of a name is that of a format that is written.
  ///
  /// @throws FormatException when it is not, with those that are
  public static void requireFormat(Path path) throws FormatException {
    PointSink.Format.of(path);
  }

  /// Opens a file for exactly `count` points; the ending of its name decides the format.
  public static PointWriter open(Path path, long count, Layout layout) throws IOException {
    PointSink.Format format = PointSink.Format.of(path);
    int dimension = layout.dimension();
    double bytes = (double) count * dimension * format.bytes(layout);
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
      return new PointWriter(path, file, format.begin(file, count, layout), count, layout);
    } catch (IOException e) {
      file.close();
      throw e;
    }
  }

  private static String size(double bytes) {
    double unit = bytes < 1e6 ? 1e3 : bytes < 1e9 ? 1e6 : 1e9;
    return String.format(Locale.ROOT, "%.3g %s", bytes / unit, unit == 1e3 ? "kB" : unit == 1e6 ? "MB" : "GB");
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
    sink.write(points, count);
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
    sink.finish();
    file.commit();
  }

  @Override
  public void close() throws IOException {
    file.close();
  }
}
