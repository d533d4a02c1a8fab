package io.scorefield.io.parquet;

import com.github.luben.zstd.Zstd;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/// Writes a Parquet file as a stream: of samples, with the column `sample` of their numbers and a column for each of theirs, or of
/// a table as it is.
///
/// No column is nested, so its values are written one after the other (encoding PLAIN), a page a column and row group,
/// compressed by Zstandard. Only one row group is in memory.
///
/// Source: README.md and parquet.thrift of apache/parquet-format 2.10.
public final class ParquetWriter {
  private static final byte[] MAGIC = "PAR1".getBytes(StandardCharsets.US_ASCII);
  private static final int REQUIRED = 0;
  private static final int OPTIONAL = 1;
  private static final int PLAIN = 0;
  private static final int RLE = 3;
  private static final int UTF8 = 0;
  private static final int ZSTD = 6;
  private static final int LEVEL = 1;

  /// What is kept of a row group until it is written.
  private static final int GROUP_BYTES = 16 << 20;

  private static final int MOST_ROWS = 1 << 20;

  /// The physical types that are written, with their numbers in the format.
  public enum Type {
    WHOLE(2, 8),
    SINGLE(4, 4),
    DOUBLE(5, 8),
    TEXT(6, 24);

    private final int number;
    private final int bytes;

    Type(int number, int bytes) {
      this.number = number;
      this.bytes = bytes;
    }
  }

  /// A column.
  ///
  /// @param gaps whether some of its cells are missing
  public record Column(String name, Type type, boolean gaps) {
    /// A column without gaps.
    public Column(String name, Type type) {
      this(name, type, false);
    }
  }

  /// Where a column of a row group is.
  private record Chunk(long offset, long plain, long compressed) {}

  private record Group(long rows, List<Chunk> chunks) {}

  private final OutputStream out;
  private final List<Column> columns;
  private final List<ParquetColumn> pages;
  private final int groupRows;
  private final List<Group> groups = new ArrayList<>();
  private final int numbering;
  private long position;
  private long sample;
  private int rows;

  /// Begins a file of samples.
  ///
  /// @param columns of the samples, without their number
  /// @param first number of the first sample
  /// @throws IllegalArgumentException when a column is called as the numbers are
  public ParquetWriter(OutputStream out, List<Column> columns, long first) throws IOException {
    this(out, numbered(columns), 1, first);
  }

  private static List<Column> numbered(List<Column> columns) {
    if (columns.stream().anyMatch(column -> column.name().equals(SampleColumn.NAME))) {
      throw new IllegalArgumentException(
          "a component is called '" + SampleColumn.NAME + "', and so is the number of a sample in Parquet files; rename it with "
              + "data.components, or write a .npz file");
    }
    return Stream.concat(Stream.of(new Column(SampleColumn.NAME, Type.WHOLE)), columns.stream()).toList();
  }

  /// Begins a file of a table.
  ///
  /// @throws IllegalArgumentException when two columns have one name
  public static ParquetWriter ofTable(OutputStream out, List<Column> columns) throws IOException {
    Set<String> names = new HashSet<>();
    for (Column column : columns) {
      if (!names.add(column.name())) {
        throw new IllegalArgumentException("two columns are named '" + column.name() + "', which Parquet does not allow; name them anew with --names");
      }
    }
    return new ParquetWriter(out, columns, 0, 0);
  }

  /// @param numbering how many columns number the rows: one or none
  private ParquetWriter(OutputStream out, List<Column> columns, int numbering, long first) throws IOException {
    this.out = out;
    this.columns = List.copyOf(columns);
    this.numbering = numbering;
    this.sample = first;
    int rowBytes = this.columns.stream().mapToInt(column -> column.type().bytes).sum();
    groupRows = Math.clamp(GROUP_BYTES / rowBytes, 1, MOST_ROWS);
    pages = this.columns.stream().map(column -> new ParquetColumn(column.gaps())).toList();
    // Said before the work for the rows, where it cannot be done.
    compressed(new byte[1]);
    write(MAGIC);
  }

  /// @throws IOException when the library that compresses cannot be loaded: it is unpacked to the temporary folder
  private static byte[] compressed(byte[] plain) throws IOException {
    try {
      return Zstd.compress(plain, LEVEL);
    } catch (LinkageError e) {
      String why = String.valueOf(e.getMessage()).lines().findFirst().orElse("");
      throw new IOException(
          "cannot write Parquet: the library of Zstandard could not be loaded (" + why + "); if the temporary folder is full, or does not "
              + "allow programs to run, set another with SCOREFIELD_JAVA_OPTS=-Djava.io.tmpdir=FOLDER",
          e);
    }
  }

  /// Takes the values of a row.
  public interface Row {
    /// Puts a number: rounded to the type of the column.
    void number(int column, double value);

    /// Puts a whole number into a column of such.
    void whole(int column, long value);

    /// Puts the text of a column of texts.
    void text(int column, String value);

    /// Puts nothing into a column with gaps.
    void missing(int column);
  }

  /// Appends a row, of which every column is put once.
  public void row(Consumer<Row> values) throws IOException {
    if (numbering > 0) {
      pages.getFirst().whole(sample++);
    }
    values.accept(
        new Row() {
          @Override
          public void number(int column, double value) {
            ParquetColumn page = pages.get(column + numbering);
            switch (columns.get(column + numbering).type()) {
              case SINGLE -> page.single((float) value);
              case WHOLE -> page.whole((long) value);
              default -> page.number(value);
            }
          }

          @Override
          public void whole(int column, long value) {
            pages.get(column + numbering).whole(value);
          }

          @Override
          public void text(int column, String value) {
            pages.get(column + numbering).text(value);
          }

          @Override
          public void missing(int column) {
            pages.get(column + numbering).missing();
          }
        });
    rows++;
    if (rows == groupRows) {
      endGroup();
    }
  }

  /// Writes the last rows and what ends the file.
  public void finish() throws IOException {
    endGroup();
    byte[] footer = ThriftWriter.bytes(this::footer);
    write(footer);
    write(ByteBuffer.allocate(4).order(ByteOrder.LITTLE_ENDIAN).putInt(footer.length).array());
    write(MAGIC);
  }

  private void endGroup() throws IOException {
    if (rows == 0) {
      return;
    }
    List<Chunk> chunks = new ArrayList<>();
    for (ParquetColumn page : pages) {
      byte[] plain = page.taken();
      byte[] compressed = compressed(plain);
      byte[] header =
          ThriftWriter.bytes(
              fields ->
                  fields
                      .integer(1, 0)
                      .integer(2, plain.length)
                      .integer(3, compressed.length)
                      .struct(5, data -> data.integer(1, rows).integer(2, PLAIN).integer(3, RLE).integer(4, RLE)));
      chunks.add(new Chunk(position, header.length + (long) plain.length, header.length + (long) compressed.length));
      write(header);
      write(compressed);
    }
    groups.add(new Group(rows, chunks));
    rows = 0;
  }

  private void write(byte[] bytes) throws IOException {
    out.write(bytes);
    position += bytes.length;
  }

  private void footer(ThriftWriter fields) {
    List<Consumer<ThriftWriter>> schema = new ArrayList<>();
    schema.add(root -> root.text(4, "samples").integer(5, columns.size()));
    for (Column column : columns) {
      schema.add(
          element -> {
            element.integer(1, column.type().number).integer(3, column.gaps() ? OPTIONAL : REQUIRED).text(4, column.name());
            if (column.type() == Type.TEXT) {
              element.integer(6, UTF8).struct(10, logical -> logical.struct(1, text -> {}));
            }
          });
    }
    fields
        .integer(1, 1)
        .structs(2, schema)
        .whole(3, groups.stream().mapToLong(Group::rows).sum())
        .structs(4, groups.stream().<Consumer<ThriftWriter>>map(group -> of -> group(of, group)).toList())
        .text(6, "scorefield");
  }

  private void group(ThriftWriter fields, Group group) {
    fields
        .structs(
            1,
            IntStream.range(0, columns.size())
                .<Consumer<ThriftWriter>>mapToObj(c -> of -> chunk(of, columns.get(c), group.chunks().get(c), group.rows()))
                .toList())
        .whole(2, group.chunks().stream().mapToLong(Chunk::plain).sum())
        .whole(3, group.rows());
  }

  private static void chunk(ThriftWriter fields, Column column, Chunk chunk, long rows) {
    fields
        .whole(2, chunk.offset())
        .struct(
            3,
            data ->
                data.integer(1, column.type().number)
                    .integers(2, PLAIN, RLE)
                    .texts(3, column.name())
                    .integer(4, ZSTD)
                    .whole(5, rows)
                    .whole(6, chunk.plain())
                    .whole(7, chunk.compressed())
                    .whole(9, chunk.offset()));
  }
}
