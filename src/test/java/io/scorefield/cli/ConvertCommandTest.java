package io.scorefield.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.scorefield.cli.Cli.Result;
import io.scorefield.io.Columns;
import io.scorefield.io.Npy;
import io.scorefield.io.Points;
import io.scorefield.io.Reading;
import io.scorefield.io.TypedColumn;
import io.scorefield.io.TypedTable;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.DoubleStream;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Tables from one format into another.
class ConvertCommandTest {
  private static final List<String> FORMATS = List.of("npy", "npz", "csv", "parquet");
  private static final Path HDF5 = Path.of("src/test/resources/io/tables");

  @TempDir Path folder;

  private Path file(String name, String text) throws IOException {
    Path file = folder.resolve(name);
    Files.writeString(file, text);
    return file;
  }

  private Result convert(Path in, Path out, String... more) {
    List<String> args = new ArrayList<>(List.of("convert", in.toString(), out.toString()));
    args.addAll(List.of(more));
    return Cli.run(args.toArray(String[]::new));
  }

  private static TypedTable table(Path file) throws IOException {
    return TypedTable.read(file, Columns.ALL, Reading.USUAL, true);
  }

  private static List<String> cells(TypedTable table, int column) {
    return IntStream.range(0, table.rows()).mapToObj(row -> table.columns().get(column).text(row)).toList();
  }

  /// A .npy file as NumPy writes it.
  private Path npy(String name, String type, int columns, Object numbers) throws IOException {
    int count = java.lang.reflect.Array.getLength(numbers);
    String head = "{'descr': '" + type + "', 'fortran_order': False, 'shape': (" + count / columns + ", " + columns + "), }";
    ByteBuffer bytes = ByteBuffer.allocate(10 + 118 + 8 * count).order(ByteOrder.LITTLE_ENDIAN);
    bytes.put(new byte[] {(byte) 0x93, 'N', 'U', 'M', 'P', 'Y', 1, 0}).putShort((short) 118).put(String.format("%-117s\n", head).getBytes());
    switch (numbers) {
      case double[] values -> Arrays.stream(values).forEach(bytes::putDouble);
      case long[] values -> Arrays.stream(values).forEach(bytes::putLong);
      case float[] values -> IntStream.range(0, count).forEach(i -> bytes.putFloat(values[i]));
      default -> throw new IllegalArgumentException();
    }
    Path file = folder.resolve(name);
    Files.write(file, Arrays.copyOf(bytes.array(), bytes.position()));
    return file;
  }

  private static final double[] HARD =
      DoubleStream.concat(
              DoubleStream.of(0.1, -0.0, 1e300, Double.MIN_VALUE, Math.nextUp(1.0), 1e22, Double.NaN, Double.POSITIVE_INFINITY),
              new java.util.Random(3).doubles(600).map(u -> (u - 0.5) * Math.pow(10, 40 * u)))
          .toArray();

  private static long[] bits(double... values) {
    return Arrays.stream(values).mapToLong(Double::doubleToLongBits).toArray();
  }

  @Test
  void doublesStayTheSameToTheBitThroughEveryPairOfFormats() throws IOException {
    Path start = npy("start.npy", "<f8", 2, HARD);
    for (String from : FORMATS) {
      Path first = folder.resolve("first." + from);
      convert(start, first).ok();
      for (String to : FORMATS) {
        Path second = folder.resolve(from + "." + to);
        Path end = folder.resolve(from + "." + to + ".npy");
        convert(first, second).ok();
        convert(second, end).ok();
        assertThat(Files.readAllBytes(end)).as("%s to %s", from, to).isEqualTo(Files.readAllBytes(folder.resolve("npy.npy")));
      }
    }
    TypedTable back = table(folder.resolve("csv.parquet.npy"));
    for (int i = 0; i < HARD.length; i++) {
      assertThat(bits(((TypedColumn.Doubles) back.columns().get(i % 2)).values()[i / 2])).isEqualTo(bits(HARD[i]));
    }
  }

  @Test
  void singlesStaySinglesWhereTheFormatHasTypesAndAreTheSameNumbersInText() throws IOException {
    float[] values = {0.1f, -0f, 3e38f, Float.MIN_VALUE, Float.NaN, 16777217f};
    Path start = npy("start.npy", "<f4", 3, values);
    for (String format : FORMATS) {
      Path file = folder.resolve("middle." + format);
      convert(start, file).ok();
      Path end = folder.resolve("end.npy");
      convert(file, end, "--type", "float32").ok();
      assertThat(Files.readAllBytes(end)).as(format).isEqualTo(Files.readAllBytes(folder.resolve("middle.npy")));
      assertThat(table(file).columns().getFirst())
          .isInstanceOf(format.equals("csv") ? TypedColumn.Doubles.class : TypedColumn.Singles.class);
    }
    assertThat(Points.readWithGaps(folder.resolve("middle.npy"), Columns.ALL, Reading.USUAL).values()).containsExactly(values);
  }

  @Test
  void wholeNumbersOf64BitsStayWhole() throws IOException {
    long[] values = {1, Long.MAX_VALUE, -5, Long.MIN_VALUE, 9007199254740993L, 0};
    Path start = npy("start.npy", "<i8", 2, values);
    for (String from : FORMATS) {
      Path first = folder.resolve("first." + from);
      convert(start, first).ok();
      for (String to : FORMATS) {
        Path end = folder.resolve("end." + to);
        convert(first, end).ok();
        assertThat(cells(table(end), 0)).as("%s to %s", from, to).containsExactly("1", "-5", "9007199254740993");
        assertThat(cells(table(end), 1)).containsExactly("9223372036854775807", "-9223372036854775808", "0");
        assertThat(table(end).columns()).allMatch(TypedColumn.Wholes.class::isInstance);
      }
    }
    Path mixed = file("mixed.csv", "n,x\n9007199254740993,0.5\n");
    Result refused = convert(mixed, folder.resolve("mixed.npy"));
    assertThat(refused.code()).isEqualTo(1);
    assertThat(refused.err())
        .contains("mixed.npy: column 'n' has the whole number 9007199254740993 in row 1, of which float64 loses digits");
    assertThat(folder.resolve("mixed.npy")).doesNotExist();
    Path unsigned = npy("unsigned.npy", "<u8", 1, new long[] {-1});
    assertThat(convert(unsigned, folder.resolve("u.csv")).err()).contains("the whole number 18446744073709551615 in row 1 is beyond 64 bits");
  }

  @Test
  void textsNamesAndGapsGoAlong() throws IOException {
    Path start =
        file("start.csv", "city,count,\"a, b\",none\nBern,3,0.5,\n\"Os; \"\"lo\"\"\",NA,,\nNA,-999,1e-3,NaN\n,12,2.0,\n#x,1,1,\n".replace("#x", "\"#x\""));
    Path parquet = folder.resolve("t.parquet");
    Result read = convert(start, parquet, "--missing-marks", "-999").ok();
    assertThat(read.err())
        .contains("start.csv: 9 of 20 cells are missing: 1 in city (line 5), 2 in count (lines 3, 4), 1 in a, b (line 3), 5 in none (lines 2, 3, 4, ...)");
    Path back = folder.resolve("back.csv");
    convert(parquet, back).ok();
    assertThat(back).hasContent("city,count,\"a, b\",none\nBern,3,0.5,\n\"Os; \"\"lo\"\"\",,,\nNA,,0.001,\n,12,2.0,\n\"#x\",1,1.0,\n");
    assertThat(convert(parquet, folder.resolve("t.npz")).err()).contains("t.npz: column 'city' is text").contains("--columns");
    convert(parquet, folder.resolve("t.npz"), "--columns", "count,2").ok();
    TypedTable numbers = table(folder.resolve("t.npz"));
    assertThat(numbers.columns()).extracting(TypedColumn::name).containsExactly("count", "a, b");
    assertThat(cells(numbers, 0)).containsExactly("3.0", "", "", "12.0", "1.0");
  }

  @Test
  void aColumnOfNumbersWithATypingErrorIsTextAndALineSaysSo() throws IOException {
    Path start = file("start.csv", "x,y\n1,2\n1.5.2,3\n");
    Result read = convert(start, folder.resolve("t.parquet")).ok();
    assertThat(read.err()).contains("start.csv: column 'x' is read as text, because of '1.5.2' in line 3");
    assertThat(cells(table(folder.resolve("t.parquet")), 0)).containsExactly("1", "1.5.2");
    Path ids = file("ids.csv", "id\n12345678901234567890\n");
    convert(ids, folder.resolve("ids.parquet")).ok();
    assertThat(cells(table(folder.resolve("ids.parquet")), 0)).containsExactly("12345678901234567890");
  }

  @Test
  void partsOfRowsAndColumnsWithOtherNamesAreTaken() throws IOException {
    Path start = npy("start.npy", "<f8", 3, IntStream.range(0, 30).asDoubleStream().toArray());
    Path out = folder.resolve("out.csv");
    convert(start, out, "--columns", "2,0", "--rows", "8:", "--names", "late,early").ok();
    assertThat(out).hasContent("late,early\n26.0,24.0\n29.0,27.0\n");
    convert(start, out, "--rows", ":1").ok();
    assertThat(out).hasContent("x,y,z\n0.0,1.0,2.0\n");
    for (String rows : List.of("5:5", "3:11", "10:", "x:3")) {
      assertThat(convert(start, folder.resolve("no.csv"), "--rows", rows).code()).as(rows).isEqualTo(2);
    }
    assertThat(convert(start, out, "--names", "a,b").err()).contains("--names: 2 names do not fit 3 columns");
    assertThat(convert(start, out, "--columns", "x").err()).contains("a .npy file has no names; give the numbers of its columns in --columns");
    assertThat(convert(start, out, "--dataset", "x").err()).contains("leave --dataset out");
    assertThat(convert(start, folder.resolve("start.txt")).err()).contains("tables are written to .parquet, .npz, .npy and .csv files");
    assertThat(convert(start, start).err()).contains("IN and OUT are one file");
    assertThat(convert(folder.resolve("nothing.csv"), out).err()).contains("there is no file");
    assertThat(folder.resolve("no.csv")).doesNotExist();
  }

  @Test
  void aFolderOfPartsComesInTheOrderOfItsSampleNumbers() throws IOException {
    Path parts = Files.createDirectory(folder.resolve("job"));
    convert(file("one.csv", "sample,x,n\n7,0.5,1\n5,0.25,2\n"), parts.resolve("part-00000.parquet")).ok();
    convert(file("two.csv", "sample,x,n\n6,0.75,3\n4,1.5,4\n"), parts.resolve("part-00001.parquet")).ok();
    Files.createFile(parts.resolve("_SUCCESS"));
    Path csv = folder.resolve("all.csv");
    Result read = convert(parts, csv).ok();
    assertThat(csv).hasContent("x,n\n1.5,4\n0.25,2\n0.75,3\n0.5,1\n");
    assertThat(read.err()).contains("job: column 'sample' numbers the rows and is left out; the rows are put in its order");
    Path parquet = folder.resolve("all.parquet");
    convert(parts, parquet).ok();
    assertThat(cells(table(parquet), 0)).containsExactly("4", "5", "6", "7");
    convert(parts, csv, "--columns", "sample,n", "--rows", "0:2").ok();
    assertThat(csv).hasContent("sample,n\n4,4\n5,2\n");
  }

  @Test
  void hdf5IsReadWithItsTypes() throws IOException {
    Path csv = folder.resolve("columns.csv");
    Result read = convert(HDF5.resolve("several.h5"), csv, "--dataset", "/columns", "--columns", "city,n,x").ok();
    assertThat(Files.readAllLines(csv)).startsWith("city,n,x").hasSize(4).element(1).asString().contains(",1,1.5");
    assertThat(read.err()).contains("several.h5: 1 of 9 cells is missing: 1 in x (row 3)");
    assertThat(convert(HDF5.resolve("several.h5"), csv).err()).contains("which dataset is the table?").contains("choose one with --dataset");
    convert(HDF5.resolve("one.h5"), folder.resolve("one.npy")).ok();
    assertThat(Points.read(folder.resolve("one.npy")).doubles()).containsExactly(IntStream.range(0, 24).mapToDouble(i -> i / 4.0).toArray());
  }

  @Test
  void damagedFilesLeaveNothingBehind() throws IOException {
    Path npy = folder.resolve("good.npy");
    Npy.write(npy, new float[] {1, 2, 3, 4}, 2);
    List<Path> bad = new ArrayList<>();
    for (String format : FORMATS) {
      Path good = folder.resolve("good2." + format);
      convert(npy, good).ok();
      byte[] bytes = Files.readAllBytes(good);
      Path cut = folder.resolve("cut." + format);
      Files.write(cut, Arrays.copyOf(bytes, bytes.length - 7));
      if (!format.equals("csv")) {
        bad.add(cut);
      }
    }
    bad.add(file("ragged.csv", "x,y\n1,2\n3\n"));
    bad.add(file("nothing.csv", "x,y\n"));
    bad.add(file("large.csv", "x\n1e400\n"));
    bad.add(file("quote.csv", "x,y\n1,\"2\n"));
    for (Path file : bad) {
      Path out = folder.resolve("out.csv");
      Result result = convert(file, out);
      assertThat(result.code()).as(file.toString()).isEqualTo(1);
      assertThat(result.err().lines()).as(file.toString()).hasSize(1);
      assertThat(result.err()).contains(file.getFileName().toString());
      assertThat(out).doesNotExist();
    }
    assertThat(convert(npy, folder.resolve("none/out.csv")).err()).contains("there is no folder");
    try (Stream<Path> left = Files.list(folder)) {
      assertThat(left.map(Path::toString)).noneMatch(name -> name.endsWith(".tmp"));
    }
  }

  @Test
  void whoStopsItKeepsTheFileThatWasThere() throws IOException {
    Path in = npy("in.npy", "<f8", 2, HARD);
    for (String format : FORMATS) {
      Path out = file("out." + format, "as it was");
      StopSwitch stop = new StopSwitch();
      stop.request();
      StringWriter err = new StringWriter();
      int code =
          CommandLineRunner.run(
              new String[] {"convert", in.toString(), out.toString()}, new PrintWriter(new StringWriter()), new PrintWriter(err), stop);
      assertThat(code).isEqualTo(1);
      assertThat(err.toString()).isEqualToIgnoringNewLines("scorefield: stopped; " + out + " was not written");
      assertThat(out).hasContent("as it was");
    }
    try (Stream<Path> left = Files.list(folder)) {
      assertThat(left.map(Path::toString)).noneMatch(name -> name.endsWith(".tmp"));
    }
  }

  @Test
  void twoColumnsOfOneNameAreRefusedInParquetAlone() throws IOException {
    Path twice = file("twice.csv", "a,a\n1,2\n");
    assertThat(convert(twice, folder.resolve("t.parquet")).err()).contains("two columns are named 'a'").contains("--names");
    convert(twice, folder.resolve("t.csv")).ok();
    assertThat(folder.resolve("t.csv")).hasContent("a,a\n1,2\n");
    assertThat(folder.resolve("t.parquet")).doesNotExist();
  }
}
