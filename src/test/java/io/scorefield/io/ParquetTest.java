package io.scorefield.io;

import static org.apache.parquet.schema.PrimitiveType.PrimitiveTypeName.BINARY;
import static org.apache.parquet.schema.PrimitiveType.PrimitiveTypeName.BOOLEAN;
import static org.apache.parquet.schema.PrimitiveType.PrimitiveTypeName.DOUBLE;
import static org.apache.parquet.schema.PrimitiveType.PrimitiveTypeName.FLOAT;
import static org.apache.parquet.schema.PrimitiveType.PrimitiveTypeName.INT32;
import static org.apache.parquet.schema.PrimitiveType.PrimitiveTypeName.INT64;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import blue.strategic.parquet.ParquetReader;
import blue.strategic.parquet.ParquetWriter;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.apache.parquet.schema.LogicalTypeAnnotation;
import org.apache.parquet.schema.MessageType;
import org.apache.parquet.schema.Types;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Parquet files, against the format's reference implementation.
class ParquetTest {
  private static final MessageType SAMPLES =
      Types.buildMessage().required(INT64).named("sample").required(FLOAT).named("x").required(FLOAT).named("y").named("samples");

  @TempDir Path folder;

  private Path written(String name, Layout layout, float... points) throws IOException {
    Path file = folder.resolve(name);
    int count = points.length / layout.dimension();
    try (PointWriter writer = PointWriter.open(file, count, layout)) {
      writer.write(points, count);
      writer.commit();
    }
    return file;
  }

  /// Rows as the reference implementation reads them.
  private static List<List<Object>> rows(Path file) throws IOException {
    try (Stream<Object[]> rows =
        ParquetReader.streamContent(
            file.toFile(),
            columns ->
                new blue.strategic.parquet.Hydrator<Object[], Object[]>() {
                  @Override
                  public Object[] start() {
                    return new Object[columns.size()];
                  }

                  @Override
                  public Object[] add(Object[] row, String heading, Object value) {
                    for (int i = 0; i < columns.size(); i++) {
                      if (columns.get(i).getPath()[0].equals(heading)) {
                        row[i] = value;
                      }
                    }
                    return row;
                  }

                  @Override
                  public Object[] finish(Object[] row) {
                    return row;
                  }
                })) {
      return rows.map(Arrays::asList).toList();
    }
  }

  /// A file that the reference implementation writes, compressed by Snappy; null is a missing value.
  private Path reference(String name, MessageType schema, Object[]... rows) throws IOException {
    Path file = folder.resolve(name);
    Files.createDirectories(file.getParent());
    try (ParquetWriter<Object[]> writer =
        ParquetWriter.writeFile(
            schema,
            file.toFile(),
            (row, values) -> {
              for (int i = 0; i < row.length; i++) {
                if (row[i] != null) {
                  values.write(schema.getFieldName(i), row[i]);
                }
              }
            })) {
      for (Object[] row : rows) {
        writer.write(row);
      }
    }
    return file;
  }

  @Test
  void theReferenceImplementationReadsWhatIsWritten() throws IOException {
    Path file = written("s.parquet", new Layout(List.of("x", "u[0]"), new double[] {0, 1e7}).startingAt(40), 1.5f, 0.25f, -2, 3);
    assertThat(rows(file)).containsExactly(List.of(40L, 1.5f, 10000000.25), List.of(41L, -2f, 10000003.0));
    Points read = Points.read(file);
    assertThat(read.names()).containsExactly("x", "u[0]");
    assertThat(read.doubles()).containsExactly(1.5, 10000000.25, -2, 10000003);
    assertThat(read.notes()).containsExactly("s.parquet: column 'sample' numbers the rows and is left out");
  }

  @Test
  void theReferenceImplementationReadsGapsAsNull() throws IOException {
    StringBuilder text = new StringBuilder("x,n,t\n");
    for (int i = 0; i < 500; i++) {
      // Long runs, whose lengths take two bytes, and short ones.
      boolean there = i < 200 || i > 400 && i % 3 > 0;
      text.append(there ? i + ".5," + i + ",'" + i + "\n" : ",,\n");
    }
    Path csv = folder.resolve("gaps.csv");
    Files.writeString(csv, text);
    Path file = folder.resolve("gaps.parquet");
    TypedTable.read(csv, Columns.ALL, Reading.USUAL, true).write(file);
    List<List<Object>> rows = rows(file);
    assertThat(rows).hasSize(500);
    for (int i = 0; i < 500; i++) {
      boolean there = i < 200 || i > 400 && i % 3 > 0;
      assertThat(rows.get(i)).isEqualTo(there ? List.of(i + 0.5, (long) i, "'" + i) : Arrays.asList(null, null, null));
    }
    Path again = folder.resolve("again.csv");
    TypedTable.read(file, Columns.ALL, Reading.USUAL, true).write(again);
    assertThat(again).hasSameTextualContentAs(csv);
  }

  @Test
  void aFolderAsSparkWritesItKeepsItsTypes() throws IOException {
    MessageType schema =
        Types.buildMessage()
            .required(INT64).named("sample").optional(DOUBLE).named("x").optional(INT64).named("n").required(BOOLEAN).named("b")
            .optional(BINARY).as(LogicalTypeAnnotation.stringType()).named("t").required(FLOAT).named("f").named("spark_schema");
    reference("job/part-00001-a.snappy.parquet", schema, new Object[] {1L, 0.1, Long.MAX_VALUE, true, "day", 0.1f}, new Object[] {0L, null, -1L, false, null, -0f});
    reference("job/part-00000-b.snappy.parquet", schema, new Object[] {3L, 1e300, null, false, "", 2f}, new Object[] {2L, -0.0, 7L, true, "a, b", 3f});
    Files.createFile(folder.resolve("job/_SUCCESS"));
    Files.writeString(folder.resolve("job/_scorefield.json"), "{}");
    TypedTable table = TypedTable.read(folder.resolve("job"), Columns.ALL, Reading.USUAL, true);
    assertThat(table.notes())
        .contains("job: column 'sample' numbers the rows; the rows are put in its order", "job: 4 of 24 cells are missing: 1 in x (row 1), 1 in n (row 4), 2 in t (rows 1, 4)");
    Path csv = folder.resolve("job.csv");
    table.write(csv);
    assertThat(csv).hasContent("sample,x,n,b,t,f\n0,,-1,0,,-0.0\n1,0.1,9223372036854775807,1,day,0.1\n2,-0.0,7,1,\"a, b\",3.0\n3,1.0E300,,0,,2.0\n");
    Path one = folder.resolve("one.parquet");
    table.write(one);
    assertThat(rows(one))
        .containsExactly(
            Arrays.asList(0L, null, -1L, 0L, null, -0f), List.of(1L, 0.1, Long.MAX_VALUE, 1L, "day", 0.1f), List.of(2L, -0.0, 7L, 1L, "a, b", 3f),
            Arrays.asList(3L, 1e300, null, 0L, null, 2f));
  }

  @Test
  void classesAndWholeNumbersAreColumnsOfTheirOwn() throws IOException {
    Layout layout =
        new Layout(
            List.of("t[0]", "t[1]", "n"), new double[3], 0,
            List.of(new TableColumn.Classes("t", List.of("day, sunny", "night")), new TableColumn.Whole("n", 0, 9)));
    Path file = written("c.parquet", layout, 0.9f, 0.1f, 3.4f, 0.2f, 0.7f, 11);
    IncompleteTable table = IncompleteTable.read(file);
    assertThat(table.names()).containsExactly("t", "n");
    assertThat(table.rows()).containsExactly(List.of("day, sunny", "3"), List.of("night", "9"));
    assertThat(rows(file).getFirst()).containsExactly(0L, "day, sunny", 3L);
    assertThat(ClassColumn.read(file, new Columns(List.of("t"), "data.classes")).classes()).containsExactly("day, sunny", "night");
    assertThatThrownBy(() -> Points.read(file, new Columns(List.of("t", "n"), "data.columns")))
        .isInstanceOf(FormatException.class)
        .hasMessageContaining("the column 't' is not a number but text; leave it out, for example with data.columns: [n]");
  }

  /// As many rows as need several row groups, of which each is written when it is full.
  @Test
  void rowGroupsAreStreamed() throws IOException {
    int count = 1_100_000;
    Layout layout = Layout.usual(1);
    Random random = new Random(3);
    float[] block = new float[100_000];
    Path file = folder.resolve("big.parquet");
    try (PointWriter writer = PointWriter.open(file, count, layout)) {
      for (int i = 0; i < count / block.length; i++) {
        for (int j = 0; j < block.length; j++) {
          block[j] = random.nextFloat();
        }
        writer.write(block, block.length);
      }
      assertThat(file).doesNotExist();
      writer.commit();
    }
    float[] read = Points.read(file).values();
    Random again = new Random(3);
    for (float value : read) {
      if (value != again.nextFloat()) {
        throw new AssertionError("a value is another");
      }
    }
    assertThat(read).hasSize(count);
    assertThat(rows(file)).hasSize(count);
  }

  @Test
  void numbersOfEveryTypeAreReadAndMissingOnesCounted() throws IOException {
    MessageType schema =
        Types.buildMessage()
            .optional(DOUBLE).named("d")
            .optional(FLOAT).named("f")
            .optional(INT32).named("i")
            .optional(INT64).named("l")
            .optional(BOOLEAN).named("b")
            .optional(BINARY).as(LogicalTypeAnnotation.stringType()).named("city")
            .optional(INT32).as(LogicalTypeAnnotation.dateType()).named("day")
            .named("table");
    Path file =
        reference("t.parquet", schema, new Object[] {1.1, 2.5f, 3, 4L, true, "Oslo", 1}, new Object[] {null, null, -3, -4L, false, null, 2});
    Columns numbers = new Columns(List.of("b", "l", "i", "f", "d"), "data.columns");
    Points points = Points.readWithGaps(file, numbers, Reading.USUAL);
    assertThat(points.doubles()).containsExactly(1, 4, 3, 2.5, 1.1, 0, -4, -3, Double.NaN, Double.NaN);
    assertThat(points.notes()).containsExactly("t.parquet: 2 of 10 cells are missing: 1 in f (row 2), 1 in d (row 2)");
    assertThatThrownBy(() -> Points.read(file, numbers)).hasMessageContaining("set data.missing: draw");
    assertThatThrownBy(() -> Points.read(file, new Columns(List.of("day"), "data.columns")))
        .hasMessageContaining("the column 'day' is not a number but of the type DATE");
    assertThatThrownBy(() -> ClassColumn.read(file, new Columns(List.of("city"), "data.classes")))
        .hasMessageContaining("t.parquet: row 2: the cell of the column 'city' is empty");
    assertThatThrownBy(() -> Points.read(file, new Columns(List.of("z"), "data.columns")))
        .hasMessageContaining("there is no column 'z'; the file has columns 0 to 6: d, f, i, l, b, city, day");
  }

  @Test
  void partsOfAFolderAreInTheOrderOfTheirSamples() throws IOException {
    reference("job/part-00001-a.snappy.parquet", SAMPLES, new Object[] {3L, 30f, 31f}, new Object[] {1L, 10f, 11f});
    reference("job/part-00000-a.snappy.parquet", SAMPLES, new Object[] {2L, 20f, 21f}, new Object[] {0L, 0f, 1f});
    Path job = folder.resolve("job");
    Points points = Points.read(job);
    assertThat(points.values()).containsExactly(0, 1, 10, 11, 20, 21, 30, 31);
    assertThat(points.notes().getFirst()).contains("the rows are put in its order");
    assertThat(points.notes().getLast()).contains("warning: ", "_SUCCESS");
    Files.createFile(job.resolve("_SUCCESS"));
    assertThat(Points.read(job).notes()).hasSize(1);
    reference("job/part-00002-a.snappy.parquet", SAMPLES, new Object[] {9L, 1f, 2f});
    assertThat(Points.read(job).notes().getLast()).contains("warning: ", "5 rows with numbers over a range of 10");
    reference("job/part-00003-b.snappy.parquet", SAMPLES, new Object[] {2L, 1f, 2f});
    assertThatThrownBy(() -> Points.read(job)).isInstanceOf(FormatException.class).hasMessageContaining("sample 2 is there twice");
    reference("job/part-00003-b.snappy.parquet", Types.buildMessage().required(FLOAT).named("x").named("m"), new Object[] {1f});
    assertThatThrownBy(() -> Points.read(job))
        .hasMessageContainingAll("part-00003-b", "its columns are x, and those of part-00000-a.snappy.parquet are sample, x, y");
  }

  @Test
  void aColumnOfThatNameThatDoesNotNumberIsAQuantity() throws IOException {
    Path file = reference("q.parquet", SAMPLES, new Object[] {7L, 1f, 2f}, new Object[] {7L, 3f, 4f});
    assertThat(Points.read(file).names()).containsExactly("sample", "x", "y");
    assertThat(Points.read(file).notes()).singleElement().asString().contains("has 7 twice");
    assertThatThrownBy(() -> written("n.parquet", new Layout(List.of("sample"), new double[1]), 1)).hasMessageContaining("called 'sample'");
    assertThat(folder.resolve("n.parquet")).doesNotExist();
  }

  @Test
  void nestedColumnsAreRefusedByName() throws IOException {
    MessageType schema =
        Types.buildMessage().required(FLOAT).named("x").optionalGroup().required(FLOAT).named("inner").named("where").named("m");
    Path file = reference("n.parquet", schema, new Object[] {1f, null});
    assertThatThrownBy(() -> Points.read(file)).isInstanceOf(FormatException.class).hasMessageContaining("the column 'where' is not a number but nested");
    assertThat(Points.read(file, new Columns(List.of("x"), "data.columns")).values()).containsExactly(1);
  }

  @Test
  void emptyAndDamagedFilesAreRefused() throws IOException {
    Path none = reference("e.parquet", SAMPLES);
    assertThatThrownBy(() -> Points.read(none)).isInstanceOf(FormatException.class).hasMessageContaining("the table has columns, but no rows");
    assertThatThrownBy(() -> Points.read(folder.resolve("e"))).isInstanceOf(FormatException.class);
    Files.createDirectory(folder.resolve("empty"));
    assertThatThrownBy(() -> Points.read(folder.resolve("empty"))).hasMessageContaining("a folder without Parquet files");
    byte[] whole = Files.readAllBytes(written("w.parquet", Layout.usual(2), 1, 2, 3, 4));
    Path file = folder.resolve("d.parquet");
    for (int length = 0; length < whole.length; length += 7) {
      Files.write(file, Arrays.copyOf(whole, length));
      assertThatThrownBy(() -> Points.read(file))
          .isInstanceOf(FormatException.class)
          .hasMessageContaining("d.parquet: not a Parquet file that can be read");
    }
  }
}
