package io.scorefield.io;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(60)
class PointFilesTest {
  private static final float[] POINTS = {1, -2, 3.5f, 1e-20f, 5, 6};

  @TempDir Path folder;

  @ParameterizedTest
  @CsvSource({"a.npy", "a.npz", "a.csv", "a.parquet"})
  void pointsComeBackAsTheyWereStreamed(String name) throws IOException {
    Path file = folder.resolve(name);
    try (PointWriter writer = PointWriter.open(file, 3, 2)) {
      writer.write(POINTS, 2);
      assertThat(file).doesNotExist();
      writer.write(Arrays.copyOfRange(POINTS, 4, 6), 1);
      writer.commit();
    }
    Points read = Points.read(file);
    assertThat(read.dimension()).isEqualTo(2);
    assertThat(read.values()).containsExactly(POINTS);
  }

  @Test
  void unfinishedFilesLeaveNothingBehind() throws IOException {
    Path file = folder.resolve("a.npy");
    assertThatThrownBy(
            () -> {
              try (PointWriter writer = PointWriter.open(file, 3, 2)) {
                writer.write(POINTS, 2);
                writer.commit();
              }
            })
        .hasMessageContaining("1 points of the file are missing");
    try (Stream<Path> left = Files.list(folder)) {
      assertThat(left).isEmpty();
    }
  }

  @Test
  void aFailingWriteKeepsTheOldFileAndLeavesNoOther() throws IOException {
    Path file = folder.resolve("a.txt");
    AtomicFile.writeString(file, "old");
    assertThatThrownBy(
            () ->
                AtomicFile.write(
                    file,
                    out -> {
                      out.write(new byte[100_000]);
                      throw new IOException("No space left on device");
                    }))
        .hasMessage("No space left on device");
    assertThat(file).hasContent("old");
    try (Stream<Path> left = Files.list(folder)) {
      assertThat(left).containsExactly(file);
    }
  }

  private static byte[] npy(String header, byte[] data) {
    byte[] text = (header + "\n").getBytes(StandardCharsets.US_ASCII);
    return ByteBuffer.allocate(10 + text.length + data.length)
        .order(ByteOrder.LITTLE_ENDIAN)
        .put(new byte[] {(byte) 0x93, 'N', 'U', 'M', 'P', 'Y', 1, 0})
        .putShort((short) text.length)
        .put(text)
        .put(data)
        .array();
  }

  @Test
  void readsDoublesOfEitherByteOrder() throws IOException {
    for (ByteOrder order : new ByteOrder[] {ByteOrder.LITTLE_ENDIAN, ByteOrder.BIG_ENDIAN}) {
      ByteBuffer data = ByteBuffer.allocate(16).order(order).putDouble(1.5).putDouble(-2);
      String type = order == ByteOrder.LITTLE_ENDIAN ? "<f8" : ">f8";
      Path file = folder.resolve("d.npy");
      Files.write(
          file,
          npy(
              "{'descr': '" + type + "', 'fortran_order': False, 'shape': (1, 2), }",
              data.array()));
      assertThat(Npy.read(file).values()).containsExactly(1.5f, -2);
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "|b1: 00 01: 0: 1",
        "|i1: 80 7f: -128: 127",
        "|u1: 80 ff: 128: 255",
        "<i2: 00 80 01 00: -32768: 1",
        ">i2: 80 00 00 01: -32768: 1",
        "<u2: ff ff 00 80: 65535: 32768",
        "<i4: 00 00 00 80 01 00 00 01: -2147483648: 16777217",
        ">u4: ff ff ff ff 00 00 00 00: 4294967295: 0",
        "<i8: ff ff ff ff ff ff ff ff 01 00 00 00 00 00 20 00: -1: 9007199254740992",
        "<u8: ff ff ff ff ff ff ff ff 00 00 00 00 00 00 00 80: 18446744073709551615: 9223372036854775808",
        "<f2: 00 3e 00 c0: 1.5: -2",
        ">f2: 3e 00 c0 00: 1.5: -2"
      })
  void readsNumbersOfEveryType(String line) throws IOException {
    String[] parts = line.split(": ");
    byte[] data = HexFormat.ofDelimiter(" ").parseHex(parts[1]);
    Path file = folder.resolve("t.npy");
    Files.write(file, npy("{'descr': '" + parts[0] + "', 'fortran_order': False, 'shape': (1, 2), }", data));
    assertThat(Points.read(file).doubles())
        .containsExactly(Double.parseDouble(parts[2]), Double.parseDouble(parts[3]));
  }

  @ParameterizedTest(name = "{0}")
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      textBlock =
          """
          {'descr': '<f4', 'fortran_order': False, 'shape': (3, 2), } | 16 | does not fit
          {'descr': '<f4', 'fortran_order': False, 'shape': (4, 2), } | 16 | does not fit
          {'descr': '<f4', 'fortran_order': False, 'shape': (999999999999999999, 999999999999999999), } | 16 | does not fit
          {'descr': '<f4', 'fortran_order': False, 'shape': (), } | 4 | shape (N, D), not (), a single number
          {'descr': '<f4', 'fortran_order': True, 'shape': (1, 2, 2), } | 16 | (1, 2, 2) in Fortran's order is not read; save numpy.ascontiguousarray(array)
          {'descr': '<f4', 'fortran_order': False, 'shape': (9, 999999999, 999999999), } | 16 | does not fit
          {'descr': '<f4', 'fortran_order': False, 'shape': (9999999999999999999, 2), } | 16 | cannot be 9999999999999999999 long
          {'descr': '<c8', 'fortran_order': False, 'shape': (1, 2), } | 16 | '<c8' are not read; save the array as float32 or float64
          {'descr': '<U4', 'fortran_order': False, 'shape': (1, 1), } | 16 | '<U4' are not read
          {'descr': [('x', '<f4'), ('y', '<f4')], 'fortran_order': False, 'shape': (2,), } | 16 | structured array
          {'descr': 'object', 'fortran_order': False, 'shape': (1, 2), } | 16 | are not read
          {'descr': '<f4', 'fortran_order': False, 'shape': (0, 2), } | 0 | empty
          nonsense | 16 | shape (N, D)
          """)
  void refusesArraysThatAreNotPoints(String header, int dataBytes, String message)
      throws IOException {
    Path file = folder.resolve("x.npy");
    Files.write(file, npy(header, new byte[dataBytes]));
    assertThatThrownBy(() -> Npy.read(file))
        .isInstanceOf(FormatException.class)
        .hasMessageContaining("x.npy")
        .hasMessageContaining(message);
  }

  @Test
  void readsFortranOrderAndArraysOfOneAxis() throws IOException {
    Path file = folder.resolve("f.npy");
    ByteBuffer data = ByteBuffer.allocate(24).order(ByteOrder.LITTLE_ENDIAN);
    for (float value : new float[] {1, 3, 5, 2, 4, 6}) {
      data.putFloat(value);
    }
    Files.write(file, npy("{'descr': '<f4', 'fortran_order': True, 'shape': (3, 2), }", data.array()));
    assertThat(Points.read(file).values()).containsExactly(1, 2, 3, 4, 5, 6);
    Columns second = new Columns(List.of("1"), "data.columns");
    assertThat(Points.read(file, second).values()).containsExactly(2, 4, 6);
    Files.write(file, npy("{'descr': '<f4', 'fortran_order': False, 'shape': (3, 2), }", data.array()));
    assertThat(Points.read(file, second).values()).containsExactly(3, 2, 6);
    assertThatThrownBy(() -> Points.read(file, new Columns(List.of("x"), "data.columns")))
        .hasMessageContaining("has no names; give the numbers of its columns in data.columns");
    assertThatThrownBy(() -> Points.read(file, new Columns(List.of("2"), "data.columns")))
        .hasMessageContaining("there is no column '2'; the file has columns 0 to 1");
    Files.write(file, npy("{'descr': '<f4', 'fortran_order': False, 'shape': (2, 3, 1), }", data.array()));
    assertThat(Points.read(file).dimension()).isEqualTo(3);
    assertThat(Points.read(file).values()).containsExactly(1, 3, 5, 2, 4, 6);
    Files.write(file, npy("{'descr': '<f4', 'fortran_order': False, 'shape': (6,), }", data.array()));
    Points line = Points.read(file);
    assertThat(line.dimension()).isEqualTo(1);
    assertThat(line.values()).containsExactly(1, 3, 5, 2, 4, 6);
  }

  @Test
  void numbersBeyondFloat32AreNamed() throws IOException {
    Path file = folder.resolve("d.npy");
    ByteBuffer data = ByteBuffer.allocate(16).order(ByteOrder.LITTLE_ENDIAN).putDouble(1).putDouble(1e300);
    Files.write(file, npy("{'descr': '<f8', 'fortran_order': False, 'shape': (1, 2), }", data.array()));
    assertThatThrownBy(() -> Points.read(file))
        .isInstanceOf(FormatException.class)
        .hasMessageContaining("1e300 is beyond the range of float32")
        .hasMessageContaining("row 1, column 2");
  }

  @Test
  void samplesWithAnOriginAreWrittenInDoublePrecision() throws IOException {
    Layout layout = new Layout(List.of("t", "k[0,1]"), new double[] {1e7, 0});
    float[] samples = {0.125f, 0.1f, -1, 3};
    for (String name : new String[] {"o.npy", "o.npz", "o.csv", "o.parquet"}) {
      Path file = folder.resolve(name);
      try (PointWriter writer = PointWriter.open(file, 2, layout)) {
        writer.write(samples, 2);
        writer.commit();
      }
      double tenth = name.endsWith("csv") ? 0.1 : 0.1f;
      assertThat(Points.read(file).doubles()).containsExactly(10000000.125, tenth, 9999999, 3);
    }
    assertThat(folder.resolve("o.csv")).content().startsWith("t,\"k[0,1]\"\n");
    assertThat(Points.read(folder.resolve("o.csv")).names()).containsExactly("t", "k[0,1]");
    assertThat(new String(Files.readAllBytes(folder.resolve("o.npy")), StandardCharsets.ISO_8859_1))
        .contains("'descr': '<f8'");
  }

  @ParameterizedTest
  @CsvSource({"a.npy", "a.npz", "a.csv", "a.parquet"})
  void aSampleThatIsNotFiniteIsNamedAndNotWritten(String name) throws IOException {
    Path file = folder.resolve(name);
    Layout layout = new Layout(List.of("x", "y"), new double[2]).startingAt(100);
    assertThatThrownBy(
            () -> {
              try (PointWriter writer = PointWriter.open(file, 3, layout)) {
                writer.write(POINTS, 2);
                writer.write(new float[] {1, Float.POSITIVE_INFINITY}, 1);
              }
            })
        .isInstanceOf(FormatException.class)
        .hasMessageContaining("component 'y' of sample 102 is Infinity");
    assertThat(file).doesNotExist();
  }

  @Test
  void shapesThatPromiseMuchMakeNobodyAllocateIt() throws IOException {
    Path file = folder.resolve("x.npy");
    String header = "{'descr': '<f4', 'fortran_order': False, 'shape': (%s, %s), }";
    Files.write(file, npy(String.format(header, 1, 2), new byte[8]));
    Npy.read(file); // classes are loaded
    for (String[] shape : new String[][] {{"400000000", "1"}, {"1", "400000000"}, {"20000", "20000"}}) {
      Files.write(file, npy(String.format(header, shape[0], shape[1]), new byte[64]));
      assertThat(Fuzz.allocated(() -> Npy.read(file))).isLessThan(1 << 20);
    }
  }

  @Test
  void npySurvivesSeededMutations() throws IOException {
    ByteArrayOutputStream valid = new ByteArrayOutputStream();
    valid.write(Npy.header(3, 2));
    Npy.writeValues(valid, POINTS, 6);
    Path file = folder.resolve("m.npy");
    Fuzz.mutations(valid.toByteArray(), 4000, 5)
        .forEach(
            mutated -> {
              try {
                Files.write(file, mutated);
                Points.read(file);
              } catch (FormatException e) {
                assertThat(e).hasMessageContaining("m.npy");
              } catch (IOException e) {
                throw new AssertionError(e);
              }
            });
  }

  @Test
  void readsCsvWithAndWithoutNames() throws IOException {
    Path file = folder.resolve("p.csv");
    Files.writeString(file, "# a comment\nx, y\n1, 2\n\n3,4e-1\n");
    assertThat(Points.read(file).values()).containsExactly(1, 2, 3, 0.4f);
    Files.writeString(file, "1,2\r\n3,4\r\n");
    assertThat(Points.read(file).values()).containsExactly(1, 2, 3, 4);
  }

  @ParameterizedTest(name = "{0}")
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      textBlock =
          """
          1,2;3 | p.csv:2: 1 columns where 2 were expected
          1,2;3,x | p.csv:2: 'x' is not a number
          1,2;3, | 1 of 4 cells is missing: 1 in column 1 (line 2)
          x,y | there are no numbers
          # nothing | there are no numbers
          1,2;3,NaN | 1 of 4 cells is missing: 1 in column 1
          1,Infinity | row 1, column 2 is Infinity
          """)
  void refusesCsvThatIsNotPoints(String text, String message) throws IOException {
    Path file = folder.resolve("p.csv");
    Files.writeString(file, text.replace(';', '\n'));
    assertThatThrownBy(() -> Points.read(file))
        .isInstanceOf(FormatException.class)
        .hasMessageContaining(message);
  }

  @Test
  void moreThanTheDiskHoldsIsRefusedBeforeTheFirstPoint() throws IOException {
    for (String name : new String[] {"a.npy", "a.csv"}) {
      assertThatThrownBy(() -> PointWriter.open(folder.resolve(name), 1_000_000_000_000_000L, 2))
          .isInstanceOf(IOException.class)
          .hasMessageContaining("GB free");
    }
    try (Stream<Path> left = Files.list(folder)) {
      assertThat(left).isEmpty();
    }
  }

  @Test
  void refusesOtherEndings() throws IOException {
    assertThatThrownBy(() -> PointWriter.open(folder.resolve("a.txt"), 1, 1))
        .hasMessageContaining(".npy and .csv");
    Path text = Files.writeString(folder.resolve("a.json"), "1");
    assertThatThrownBy(() -> Points.read(text)).hasMessageContaining("a.json: tables are read from .npy, .npz, .csv, .parquet and .h5 files");
    assertThatThrownBy(() -> AtomicFile.open(folder)).hasMessageContaining("it is a folder");
  }
}
