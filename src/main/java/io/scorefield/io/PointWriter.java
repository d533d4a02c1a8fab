package io.scorefield.io;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;

/// Writes points to a .npy or .csv file as a stream; the file appears when all points are written.
public final class PointWriter implements AutoCloseable {
  private final AtomicFile file;
  private final boolean csv;
  private final int dimension;
  private long missing;

  private PointWriter(AtomicFile file, boolean csv, long count, int dimension) {
    this.file = file;
    this.csv = csv;
    this.dimension = dimension;
    this.missing = count;
  }

  /// Opens a file for exactly `count` points; the ending of its name decides the format.
  public static PointWriter open(Path path, long count, int dimension) throws IOException {
    String name = path.toString().toLowerCase(Locale.ROOT);
    boolean csv = name.endsWith(".csv");
    if (!csv && !name.endsWith(".npy")) {
      throw new FormatException("'" + path + "': samples are written to .npy and .csv files");
    }
    // The smallest size that the file can have: four bytes a number, or a digit and a separator.
    double bytes = (double) count * dimension * (csv ? 2 : Float.BYTES);
    Temporaries.sweep(path.toAbsolutePath().getParent());
    AtomicFile file = AtomicFile.open(path);
    long free = Files.getFileStore(path.toAbsolutePath().getParent()).getUsableSpace();
    if (bytes > free) {
      file.close();
      throw new IOException(
          String.format(
              Locale.ROOT,
              "cannot write %s: %d points of %d numbers need %.3g GB, the disk has %.3g GB free",
              path, count, dimension, bytes / 1e9, free / 1e9));
    }
    try {
      file.write(csv ? names(dimension) : Npy.header(count, dimension));
    } catch (IOException e) {
      file.close();
      throw e;
    }
    return new PointWriter(file, csv, count, dimension);
  }

  private static byte[] names(int dimension) {
    StringBuilder line = new StringBuilder();
    for (int d = 0; d < dimension; d++) {
      line.append(d == 0 ? "" : ",").append(dimension == 2 ? (d == 0 ? "x" : "y") : "x" + d);
    }
    return line.append('\n').toString().getBytes(StandardCharsets.US_ASCII);
  }

  /// Appends the first `count` points of an array [.., D].
  public void write(float[] points, int count) throws IOException {
    if (csv) {
      StringBuilder text = new StringBuilder();
      for (int i = 0; i < count; i++) {
        for (int d = 0; d < dimension; d++) {
          text.append(d == 0 ? "" : ",").append(points[i * dimension + d]);
        }
        text.append('\n');
      }
      file.write(text.toString().getBytes(StandardCharsets.US_ASCII));
    } else {
      Npy.writeValues(file, points, count * dimension);
    }
    missing -= count;
  }

  /// Gives the file its name.
  ///
  /// @throws IllegalStateException when more or fewer points were written than announced
  public void commit() throws IOException {
    if (missing != 0) {
      throw new IllegalStateException(missing + " points of the file are missing");
    }
    file.commit();
  }

  @Override
  public void close() throws IOException {
    file.close();
  }
}
