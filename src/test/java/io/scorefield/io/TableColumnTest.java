package io.scorefield.io;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Cells of classes and whole numbers.
class TableColumnTest {
  private static final List<String> NAMES = List.of("day", "night, \"cheap\"", "007", "7", "#8", "two\nlines", "NA");

  @TempDir Path folder;

  @Test
  void aClassIsThatOfTheLargestComponent() {
    TableColumn tariff = new TableColumn.Classes("tariff", List.of("day", "night", "none"));
    assertThat(tariff.text(new float[] {0.2f, 0.5f, 0.3f}, new double[3])).isEqualTo("night");
    assertThat(tariff.text(new float[] {-3, -4, -5}, new double[3])).isEqualTo("day");
    assertThat(tariff.text(new float[] {1, 1, 0}, new double[3])).isEqualTo("day");
    assertThat(tariff.components("night").orElseThrow()).containsExactly(0, 1, 0);
    assertThat(tariff.components("")).isEmpty();
    assertThat(tariff.components("NaN")).isEmpty();
    assertThatThrownBy(() -> tariff.components("evening")).hasMessageContaining("is none of its classes, day, night, none");
  }

  @Test
  void aNameThatIsUsuallyAMissingCellIsAClassWhereThereIsOne() {
    TableColumn column = new TableColumn.Classes("c", NAMES);
    assertThat(column.components("NA").orElseThrow()).containsExactly(0, 0, 0, 0, 0, 0, 1);
    assertThat(column.components("null")).isEmpty();
  }

  @Test
  void aWholeNumberIsTheNearestOneOfTheRange() {
    TableColumn rooms = new TableColumn.Whole("rooms", 0, 7);
    double[] origin = {0};
    assertThat(rooms.text(new float[] {2.49f}, origin)).isEqualTo("2");
    assertThat(rooms.text(new float[] {2.51f}, origin)).isEqualTo("3");
    assertThat(rooms.text(new float[] {-0.4f}, origin)).isEqualTo("0");
    assertThat(rooms.text(new float[] {-0.8f}, origin)).isEqualTo("0");
    assertThat(rooms.text(new float[] {7.5f}, origin)).isEqualTo("7");
    // Numbers that float32 cannot hold are relative to an origin.
    TableColumn counter = new TableColumn.Whole("counter", 9_007_199_254_740_900L, 9_007_199_254_740_990L);
    assertThat(counter.text(new float[] {41.2f}, new double[] {9_007_199_254_740_900.0})).isEqualTo("9007199254740941");
    assertThat(rooms.components("3.0").orElseThrow()).containsExactly(3);
    assertThatThrownBy(() -> rooms.components("2.5")).hasMessageContaining("is not a whole number");
  }

  /// Names are read back as the same classes, whatever is in them.
  @Test
  void samplesInCsvHaveNamesAndWholeNumbers() throws IOException {
    List<TableColumn> columns =
        List.of(
            new TableColumn.Classes("c", NAMES), new TableColumn.Number("x"), new TableColumn.Whole("n", -3, 3));
    List<String> names = List.of("c[0]", "c[1]", "c[2]", "c[3]", "c[4]", "c[5]", "c[6]", "x", "n");
    Layout layout = new Layout(names, new double[9], 0, columns);
    Path csv = folder.resolve("s.csv");
    Path npy = folder.resolve("s.npy");
    float[] points = new float[7 * 9];
    for (int i = 0; i < 7; i++) {
      points[i * 9 + i] = 0.9f;
      points[i * 9 + 7] = 0.1f * i;
      points[i * 9 + 8] = i - 3.2f;
    }
    for (Path file : List.of(csv, npy)) {
      try (PointWriter writer = PointWriter.open(file, 7, layout)) {
        writer.write(points, 7);
        writer.commit();
      }
    }
    List<String> read = CellColumn.read(csv, new Columns(List.of("c"), ""), Reading.USUAL).cells();
    assertThat(read).isEqualTo(NAMES);
    assertThat(IntegerColumn.read(csv, new Columns(List.of("n"), ""), Reading.USUAL).values()).containsExactly(-3, -2, -1, 0, 1, 2, 3);
    assertThat(Points.read(csv, new Columns(List.of("x"), "")).values()).containsExactly(0, 0.1f, 0.2f, 0.1f * 3, 0.4f, 0.5f, 0.1f * 6);
    // A .npy file has the components as they are.
    assertThat(Points.read(npy).values()).containsExactly(points);
  }

  @Test
  void whatIsNoWholeNumberIsSaidWithItsLine() throws IOException {
    Path file = Files.writeString(folder.resolve("r.csv"), "rooms,x\n# a comment\n3,1\n2.5,1\n");
    assertThatThrownBy(() -> IntegerColumn.read(file, new Columns(List.of("rooms"), ""), Reading.USUAL))
        .isInstanceOf(FormatException.class)
        .hasMessage(file + ":4: '2.5' in column 'rooms' is not a whole number; correct it, or take the column out of data.integers");
    Files.writeString(file, "rooms,x\n3,1\n,1\n");
    assertThatThrownBy(() -> IntegerColumn.read(file, new Columns(List.of("rooms"), ""), Reading.USUAL))
        .hasMessage(file + ":3: the cell of the column 'rooms' is empty");
  }
}
