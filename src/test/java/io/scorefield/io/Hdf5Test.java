package io.scorefield.io;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Files that h5py has written (make_hdf5.py beside them).
class Hdf5Test {
  private static final Path FOLDER = Path.of("src/test/resources/io/tables");
  private static final Path SEVERAL = FOLDER.resolve("several.h5");

  @TempDir Path folder;

  private static Reading of(String dataset) {
    return new Reading(Delimiter.AUTO, List.of(), dataset);
  }

  private static double[] quarters(int count) {
    return IntStream.range(0, count).mapToDouble(i -> i / 4.0).toArray();
  }

  @Test
  void theOnlyDatasetIsTheTable() throws IOException {
    Points points = Points.read(FOLDER.resolve("one.h5"));
    assertThat(points.dimension()).isEqualTo(2);
    assertThat(points.numbers()).isInstanceOf(Numbers.Floats.class);
    assertThat(points.doubles()).containsExactly(quarters(24));
    Points second = Points.read(FOLDER.resolve("one.h5"), new Columns(List.of("1"), "data.columns"));
    assertThat(second.doubles()).startsWith(0.25, 0.75).hasSize(12);
    assertThatThrownBy(() -> Points.read(FOLDER.resolve("one.h5"), new Columns(List.of("x"), "data.columns")))
        .hasMessageContaining("have no names; give their numbers in data.columns");
  }

  @Test
  void chunksInEitherByteOrderAndGridsAreRead() throws IOException {
    assertThat(Points.read(SEVERAL, Columns.ALL, of("/run/points")).doubles()).containsExactly(quarters(24));
    Points fields = Points.read(SEVERAL, Columns.ALL, of("run/fields"));
    assertThat(fields.dimension()).isEqualTo(12);
    assertThat(fields.doubles()).containsExactly(Arrays.stream(quarters(24)).map(x -> 4 * x).toArray());
  }

  @Test
  void groupsAndCompoundsAreColumns() throws IOException {
    Columns numbers = new Columns(List.of("n", "x"), "data.columns");
    Points points = Points.readWithGaps(SEVERAL, numbers, of("/columns"));
    assertThat(points.names()).containsExactly("n", "x");
    assertThat(points.doubles()).containsExactly(1, 1.5, 2, 2.5, 3, Double.NaN);
    assertThat(points.notes()).containsExactly("several.h5: 1 of 6 cells is missing: 1 in x (row 3)");
    assertThat(ClassColumn.read(SEVERAL, new Columns(List.of("city"), "data.classes"), of("/columns")).classes())
        .containsExactly("Bern", "Oslo", "Rome");
    assertThatThrownBy(() -> Points.read(SEVERAL, Columns.ALL, of("/columns")))
        .hasMessageContaining("the column 'city' is not a number but text");
    Points table = Points.read(SEVERAL, Columns.ALL, of("/table"));
    assertThat(table.names()).containsExactly("x", "k");
    assertThat(table.doubles()).containsExactly(0.25, 7, 0.5, 8, 0.75, 9);
    assertThat(Points.read(FOLDER.resolve("columns.h5")).names()).containsExactlyInAnyOrder("x", "y");
  }

  @Test
  void whatIsNotThereIsAnsweredWithWhatIs() {
    assertThatThrownBy(() -> Points.read(SEVERAL))
        .isInstanceOf(FormatException.class)
        .hasMessageContainingAll("several.h5: which dataset is the table?", "/run/points (12, 2)", "choose one with data.dataset");
    assertThatThrownBy(() -> Points.read(SEVERAL, Columns.ALL, of("/nothing")))
        .isInstanceOf(FormatException.class)
        .hasMessageContainingAll("there is no dataset '/nothing'", "/run/fields (2, 3, 4)");
    assertThatThrownBy(() -> Points.read(SEVERAL, Columns.ALL, of("/title"))).hasMessageContaining("/title").hasMessageContaining("no table");
    assertThatThrownBy(() -> Points.read(SEVERAL, Columns.ALL, of("/run"))).hasMessageContaining("the group '/run' is no table");
  }

  @Test
  void damagedFilesAreRefused() throws IOException {
    byte[] whole = Files.readAllBytes(FOLDER.resolve("one.h5"));
    Path file = folder.resolve("d.h5");
    for (int length : new int[] {0, 8, 100, 1000, 3000}) {
      Files.write(file, Arrays.copyOf(whole, length));
      assertThatThrownBy(() -> Points.read(file))
          .isInstanceOf(FormatException.class)
          .hasMessageContaining("d.h5: not an HDF5 file that can be read");
    }
  }
}
