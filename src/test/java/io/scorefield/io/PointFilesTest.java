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
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@Timeout(60)
class PointFilesTest {
  private static final float[] POINTS = {1, -2, 3.5f, 1e-20f, 5, 6};

  @TempDir Path folder;

  @ParameterizedTest
  @CsvSource({"a.npy", "a.csv"})
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

  @ParameterizedTest(name = "{0}")
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      textBlock =
          """
          {'descr': '<f4', 'fortran_order': False, 'shape': (3, 2), } | 16 | does not fit
          {'descr': '<f4', 'fortran_order': False, 'shape': (4, 2), } | 16 | does not fit
          {'descr': '<f4', 'fortran_order': False, 'shape': (999999999999999999, 999999999999999999), } | 16 | does not fit
          {'descr': '<f4', 'fortran_order': False, 'shape': (4,), } | 16 | one axis
          {'descr': '<f4', 'fortran_order': False, 'shape': (1, 2, 2), } | 16 | shape (N, D)
          {'descr': '<f4', 'fortran_order': True, 'shape': (2, 2), } | 16 | Fortran
          {'descr': '<i8', 'fortran_order': False, 'shape': (1, 2), } | 16 | '<i8' are not read
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
          1,2;3, | p.csv:2: '' is not a number
          x,y | there are no numbers
          # nothing | there are no numbers
          1,2;3,NaN | row 2, column 2 is NaN
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
    assertThatThrownBy(() -> PointWriter.open(folder.resolve("a.parquet"), 1, 1))
        .hasMessageContaining(".npy and .csv");
    Path text = Files.writeString(folder.resolve("a.txt"), "1");
    assertThatThrownBy(() -> Points.read(text)).hasMessageContaining(".npy and .csv");
    assertThatThrownBy(() -> AtomicFile.open(folder)).hasMessageContaining("it is a folder");
  }
}
