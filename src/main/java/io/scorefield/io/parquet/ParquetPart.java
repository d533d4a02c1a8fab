package io.scorefield.io.parquet;

import dev.hardwood.InputFile;
import dev.hardwood.metadata.LogicalType;
import dev.hardwood.metadata.RepetitionType;
import dev.hardwood.reader.ColumnReader;
import dev.hardwood.reader.ParquetFileReader;
import dev.hardwood.reader.Validity;
import dev.hardwood.schema.SchemaNode;
import io.scorefield.io.ColumnFile;
import io.scorefield.io.ColumnFile.Column;
import io.scorefield.io.ColumnFile.Type;
import io.scorefield.io.FormatException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.IntToLongFunction;
import java.util.logging.Level;
import java.util.logging.Logger;

/// One Parquet file.
///
/// @param fields the columns at the top, with what is inside those that are not read
/// @param rows how many there are
record ParquetPart(Path file, List<SchemaNode> fields, long rows) {
  /// Hardwood tells at its first file which instructions of the processor it uses; of its lines only warnings are for users.
  private static final Logger LOGGER = Logger.getLogger("dev.hardwood");

  static {
    LOGGER.setLevel(Level.WARNING);
  }

  static ParquetPart open(Path file) throws IOException {
    return reading(file, reader -> new ParquetPart(file, List.copyOf(reader.getFileSchema().getRootNode().children()), reader.getFileMetaData().numRows()));
  }

  /// What is done with an open file.
  @FunctionalInterface
  private interface Use<T> {
    T of(ParquetFileReader reader) throws IOException;
  }

  private static <T> T reading(Path file, Use<T> use) throws IOException {
    try (ParquetFileReader reader = ParquetFileReader.open(InputFile.of(file))) {
      return use.of(reader);
    } catch (FormatException e) {
      throw e;
    } catch (IOException | RuntimeException | LinkageError e) {
      // A damaged file shows in many ways.
      throw new FormatException(file + ": not a Parquet file that can be read: " + reason(e), e);
    }
  }

  private static String reason(Throwable e) {
    String message = e.getMessage() == null ? e.getClass().getSimpleName() : e.getMessage();
    return message.replaceAll("\\s+", " ");
  }

  List<Column> columns() {
    return fields.stream().map(field -> column(field)).toList();
  }

  private static Column column(SchemaNode field) {
    if (field.repetitionType() == RepetitionType.REPEATED) {
      return new Column(field.name(), Type.OTHER, "a list");
    }
    return switch (field) {
      case SchemaNode.GroupNode group -> new Column(field.name(), Type.OTHER, group.isList() ? "a list" : "nested");
      case SchemaNode.PrimitiveNode leaf -> primitive(leaf);
    };
  }

  private static Column primitive(SchemaNode.PrimitiveNode leaf) {
    LogicalType logical = leaf.logicalType();
    String name = leaf.name();
    if (logical instanceof LogicalType.StringType || logical instanceof LogicalType.EnumType) {
      return new Column(name, Type.TEXT, "text");
    }
    if (logical instanceof LogicalType.Float16Type) {
      return new Column(name, Type.SINGLE, "a number");
    }
    if (logical != null && !(logical instanceof LogicalType.IntType)) {
      return new Column(name, Type.OTHER, "of the type " + logical);
    }
    return switch (leaf.type()) {
      case BOOLEAN, FLOAT -> new Column(name, Type.SINGLE, "a number");
      case INT32 ->
          new Column(name, logical instanceof LogicalType.IntType of && of.bitWidth() <= 16 ? Type.SINGLE : Type.DOUBLE, "a number");
      case INT64, DOUBLE -> new Column(name, Type.DOUBLE, "a number");
      default -> new Column(name, Type.OTHER, "of the type " + leaf.type());
    };
  }

  /// Whether a column holds whole numbers.
  boolean isWhole(int place) {
    return fields.get(place) instanceof SchemaNode.PrimitiveNode leaf
        && (leaf.type().name().equals("INT64") || leaf.type().name().equals("INT32"))
        && column(leaf).type() != Type.OTHER;
  }

  /// Whether a column holds truth values.
  boolean isTruth(int place) {
    return fields.get(place) instanceof SchemaNode.PrimitiveNode leaf && leaf.type().name().equals("BOOLEAN");
  }

  /// Whole numbers and truth values of a column.
  ///
  /// @throws FormatException for an unsigned number of 64 bits that is beyond those with a sign
  void whole(int place, ColumnFile.WholeSink sink) throws IOException {
    each(
        place,
        (reader, first, count) -> {
          Validity there = reader.getLeafValidity();
          IntToLongFunction values = wholes(reader);
          boolean unsigned = isUnsigned(reader) && reader.getColumnSchema().type().name().equals("INT64");
          for (int i = 0; i < count; i++) {
            boolean missing = there.isNull(i);
            long value = missing ? 0 : values.applyAsLong(i);
            if (unsigned && value < 0) {
              throw new FormatException(
                  file + ": the whole number " + Long.toUnsignedString(value) + " in row " + (first + i + 1)
                      + " is beyond 64 bits with a sign");
            }
            sink.put(first + i, value, missing);
          }
        });
  }

  private static IntToLongFunction wholes(ColumnReader reader) {
    return switch (reader.getColumnSchema().type()) {
      case INT32 -> {
        int[] ints = reader.getInts();
        yield isUnsigned(reader) ? i -> Integer.toUnsignedLong(ints[i]) : i -> ints[i];
      }
      case BOOLEAN -> {
        boolean[] truths = reader.getBooleans();
        yield i -> truths[i] ? 1 : 0;
      }
      default -> {
        long[] longs = reader.getLongs();
        yield i -> longs[i];
      }
    };
  }

  private static boolean isUnsigned(ColumnReader reader) {
    return reader.getColumnSchema().logicalType() instanceof LogicalType.IntType of && !of.isSigned();
  }

  /// Some rows of a column.
  @FunctionalInterface
  private interface Batch {
    void take(ColumnReader reader, int first, int count) throws IOException;
  }

  private void each(int place, Batch batch) throws IOException {
    int index = ((SchemaNode.PrimitiveNode) fields.get(place)).columnIndex();
    reading(
        file,
        file -> {
          int first = 0;
          try (ColumnReader reader = file.columnReader(index)) {
            while (reader.nextBatch()) {
              if (first + (long) reader.getRecordCount() > rows) {
                break;
              }
              batch.take(reader, first, reader.getRecordCount());
              first += reader.getRecordCount();
            }
          }
          if (first != rows) {
            throw new FormatException(this.file + ": the file announces " + rows + " rows, but a column has " + first);
          }
          return null;
        });
  }

  /// The numbers of a column; NaN where one is missing.
  void numbers(int place, int as, ColumnFile.Sink sink) throws IOException {
    each(
        place,
        (reader, first, count) -> {
          Validity there = reader.getLeafValidity();
          Values values = values(reader);
          for (int i = 0; i < count; i++) {
            sink.put(first + i, as, there.isNull(i) ? Double.NaN : values.at(i));
          }
        });
  }

  /// Number i of a batch.
  @FunctionalInterface
  private interface Values {
    double at(int i);
  }

  private static Values values(ColumnReader reader) {
    boolean unsigned = isUnsigned(reader);
    return switch (reader.getColumnSchema().type()) {
      case FLOAT -> {
        float[] floats = reader.getFloats();
        yield i -> floats[i];
      }
      case DOUBLE -> {
        double[] doubles = reader.getDoubles();
        yield i -> doubles[i];
      }
      case INT32 -> {
        int[] ints = reader.getInts();
        yield unsigned ? i -> Integer.toUnsignedLong(ints[i]) : i -> ints[i];
      }
      case INT64 -> {
        long[] longs = reader.getLongs();
        yield unsigned ? i -> longs[i] >= 0 ? longs[i] : 2.0 * ((longs[i] >>> 1) | (longs[i] & 1)) : i -> longs[i];
      }
      case BOOLEAN -> {
        boolean[] truths = reader.getBooleans();
        yield i -> truths[i] ? 1 : 0;
      }
      default -> {
        byte[][] halves = reader.getBinaries();
        yield i -> Float.float16ToFloat(ByteBuffer.wrap(halves[i]).order(ByteOrder.LITTLE_ENDIAN).getShort());
      }
    };
  }

  /// The texts of a column; null where one is missing.
  List<String> texts(int place) throws IOException {
    List<String> texts = new ArrayList<>();
    each(
        place,
        (reader, first, count) -> {
          String[] some = reader.getStrings();
          for (int i = 0; i < count; i++) {
            texts.add(some[i]);
          }
        });
    return texts;
  }
}
