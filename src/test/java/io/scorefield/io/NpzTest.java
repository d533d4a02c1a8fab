package io.scorefield.io;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Archives of NumPy as tables.
class NpzTest {
  @TempDir Path folder;

  private static Reading of(String array) {
    return new Reading(Delimiter.AUTO, List.of(), array);
  }

  private static byte[] floats(String shape, float... values) {
    byte[] header = Npy.header("<f4", shape);
    ByteBuffer bytes = ByteBuffer.allocate(header.length + 4 * values.length).order(ByteOrder.LITTLE_ENDIAN).put(header);
    for (float value : values) {
      bytes.putFloat(value);
    }
    return bytes.array();
  }

  private Path archive(Map<String, byte[]> arrays) throws IOException {
    Path file = folder.resolve("a.npz");
    try (ZipOutputStream out = new ZipOutputStream(Files.newOutputStream(file))) {
      for (Map.Entry<String, byte[]> array : arrays.entrySet()) {
        out.putNextEntry(new ZipEntry(array.getKey() + ".npy"));
        out.write(array.getValue());
        out.closeEntry();
      }
    }
    return file;
  }

  @Test
  void samplesComeBackWithTheirNames() throws IOException {
    Path file = folder.resolve("s.npz");
    try (PointWriter writer = PointWriter.open(file, 2, new Layout(List.of("Druck", "T\u00e4"), new double[2]))) {
      writer.write(new float[] {1, 2, 3, 4}, 2);
      writer.commit();
    }
    Points points = Points.read(file);
    assertThat(points.names()).containsExactly("Druck", "T\u00e4");
    assertThat(points.values()).containsExactly(1, 2, 3, 4);
    assertThat(Points.read(file, new Columns(List.of("T\u00e4"), "data.columns")).values()).containsExactly(2, 4);
    assertThat(IncompleteTable.read(file).rows()).containsExactly(List.of("1", "2"), List.of("3", "4"));
  }

  @Test
  void theArrayIsTheOnlyOneOrTheOneNamed() throws IOException {
    Path one = archive(Map.of("arr_0", floats("(2, 2)", 1, 2, 3, 4)));
    assertThat(Points.read(one).values()).containsExactly(1, 2, 3, 4);
    Path two = archive(Map.of("a", floats("(2, 1)", 1, 2), "b", floats("(1,)", 5)));
    assertThat(Points.read(two, Columns.ALL, of("a")).values()).containsExactly(1, 2);
    assertThatThrownBy(() -> Points.read(two))
        .isInstanceOf(FormatException.class)
        .hasMessageContainingAll("a.npz: which array is the table?", "a (2, 1) <f4", "b (1,) <f4", "choose one with data.dataset");
    assertThatThrownBy(() -> Points.read(two, Columns.ALL, of("c"))).hasMessageContaining("there is no array 'c'; the file has ");
    assertThatThrownBy(() -> Points.read(two, new Columns(List.of("x"), "data.columns"), of("a")))
        .hasMessageContaining("the array 'a' has no names");
  }

  @Test
  void whatIsNoArchiveIsRefused() throws IOException {
    Path file = folder.resolve("a.npz");
    Files.writeString(file, "no archive");
    assertThatThrownBy(() -> Points.read(file)).isInstanceOf(FormatException.class).hasMessageContaining("a.npz: not a .npz file");
    Files.write(file, new byte[0]);
    assertThatThrownBy(() -> Points.read(file)).isInstanceOf(FormatException.class);
    assertThatThrownBy(() -> Points.read(archive(Map.of("t", Npy.header("<U3", "(0,)"))))).hasMessageContaining("there is no array of numbers");
    Path whole = archive(Map.of("a", floats("(2, 2)", 1, 2, 3, 4)));
    byte[] bytes = Files.readAllBytes(whole);
    Fuzz.mutations(bytes, 1500, 3)
        .forEach(
            mutated -> {
              try {
                Files.write(file, mutated);
                Points.read(file);
              } catch (FormatException e) {
                assertThat(e).hasMessageContaining("a.npz");
              } catch (IOException e) {
                throw new AssertionError(e);
              }
            });
  }
}
