package io.scorefield.cli;

import static io.scorefield.cli.Cli.run;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.scorefield.io.IncompleteTable;
import io.scorefield.io.Points;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// Classes and whole numbers of a file among the columns that a network makes.
class MadeColumnsTest {
  /// One needs quotes, and two look like one number.
  private static final List<String> NAMES = List.of("night, \"cheap\"", "7", "007");

  private static final double[] SHARES = {0.5, 0.3, 0.2};
  private static final double[] AREAS = {40, 60, 90};
  private static final int SAMPLES = 2000;

  private static final String EXPERIMENT =
      """
      schedule: {kind: cosine, steps: 40}
      network: {layers: 3, hidden: 48, activation: silu, time-embedding: {kind: sinusoidal, dimension: 16}}
      train: {steps: 3000, batch: 128, learning-rate: 3e-3, decay: cosine, ema-decay: 0.99}
      sampler: {kind: ddpm}
      """;

  @TempDir static Path folder;

  /// The area depends on the tariff; there are two or three rooms, and of the last tariff four or five.
  @BeforeAll
  static void train() throws IOException {
    SplittableRandom random = new SplittableRandom(1);
    StringBuilder table = new StringBuilder("area,tariff,rooms,note\n");
    for (int i = 0; i < 3000; i++) {
      double u = random.nextDouble();
      int k = u < SHARES[0] ? 0 : u < SHARES[0] + SHARES[1] ? 1 : 2;
      double area = AREAS[k] + 4 * random.nextGaussian();
      int rooms = (k == 2 ? 4 : 2) + (random.nextDouble() < 0.25 ? 1 : 0);
      table.append(IncompleteTable.line(List.of(String.valueOf(area), NAMES.get(k), String.valueOf(rooms), "n" + i))).append('\n');
    }
    Files.writeString(folder.resolve("flats.csv"), table.toString());
    Files.writeString(
        folder.resolve("e.yaml"),
        "data: {kind: file, path: flats.csv, columns: [area, tariff, rooms], classes: [tariff], integers: [rooms]}\n" + EXPERIMENT);
    assertThat(run("train", file("e.yaml"), "--engine", "reference", "--out", file("run")).ok().err())
        .contains("column tariff: one of 007, 7, night, \"cheap\"")
        .contains("column rooms: whole numbers from 2 to 5");
  }

  private static String file(String name) {
    return folder.resolve(name).toString();
  }

  private static void sample(String out, int count) {
    run("sample", file("run/checkpoint.safetensors"), "-n", String.valueOf(count), "--out", file(out), "--engine", "reference")
        .ok();
  }

  @Test
  void samplesHaveTheSharesAndWhatGoesWithThem() throws IOException {
    sample("s.csv", SAMPLES);
    IncompleteTable table = IncompleteTable.read(folder.resolve("s.csv"));
    assertThat(table.names()).containsExactly("area", "tariff", "rooms");
    assertThat(table.rows()).hasSize(SAMPLES);
    assertThat(table.rows()).allMatch(row -> NAMES.contains(row.get(1)) && row.get(2).matches("[2-5]"));
    for (int k = 0; k < NAMES.size(); k++) {
      String name = NAMES.get(k);
      List<List<String>> of = table.rows().stream().filter(row -> row.get(1).equals(name)).toList();
      // Three standard errors of the samples are up to 0.034, those of the data up to 0.027; the rest is the network's.
      assertThat(of.size() / (double) SAMPLES).isCloseTo(SHARES[k], within(0.05));
      // Those of the areas are up to 0.6, and the deviation of all areas is 19.
      assertThat(mean(of, 0)).isCloseTo(AREAS[k], within(1.5));
      assertThat(mean(of, 2)).isCloseTo(k == 2 ? 4.25 : 2.25, within(0.12));
    }
  }

  private static double mean(List<List<String>> rows, int column) {
    return rows.stream().mapToDouble(row -> Double.parseDouble(row.get(column))).average().orElseThrow();
  }

  @Test
  void npyHasTheComponentsOfTheSameSamples() throws IOException {
    sample("t.csv", 50);
    sample("t.npy", 50);
    IncompleteTable table = IncompleteTable.read(folder.resolve("t.csv"));
    Points points = Points.read(folder.resolve("t.npy"));
    assertThat(points.dimension()).isEqualTo(5);
    List<String> inOrder = List.of("007", "7", NAMES.getFirst());
    for (int i = 0; i < 50; i++) {
      float[] x = new float[5];
      for (int d = 0; d < 5; d++) {
        x[d] = points.values()[5 * i + d];
      }
      int largest = x[1] >= x[2] && x[1] >= x[3] ? 0 : x[2] >= x[3] ? 1 : 2;
      assertThat(table.rows().get(i))
          .containsExactly(String.valueOf(x[0]), inOrder.get(largest), String.valueOf(Math.clamp(Math.round(x[4]), 2, 5)));
    }
  }

  /// Missing classes and whole numbers are filled with what goes with the cells that are there, and those stay.
  @Test
  void imputesClassesAndWholeNumbers() throws IOException {
    Files.writeString(
        folder.resolve("gaps.csv"), "id,rooms,tariff,area\n1,,\"night, \"\"cheap\"\"\",40\n2,4,NA,91\n3,3,007,\n4,2,,40\n");
    run("impute", file("run/checkpoint.safetensors"), file("gaps.csv"), "--out", file("filled.csv"), "--draws", "60", "--engine",
            "reference")
        .ok();
    IncompleteTable filled = IncompleteTable.read(folder.resolve("filled.csv"));
    assertThat(filled.names()).containsExactly("id", "rooms", "tariff", "area");
    List<List<String>> first = filled.rows().subList(0, 60);
    assertThat(first).allMatch(row -> row.get(2).equals(NAMES.getFirst()) && row.get(3).equals("40"));
    assertThat(mean(first, 1)).isCloseTo(2.25, within(0.25)); // 60 draws: a standard error of 0.06
    assertThat(share(filled, 1, "007")).isGreaterThan(0.9);
    assertThat(filled.rows().subList(120, 180)).allMatch(row -> row.get(1).equals("3") && row.get(2).equals("007"));
    assertThat(share(filled, 3, NAMES.getFirst())).isGreaterThan(0.9);
  }

  private static double share(IncompleteTable filled, int row, String name) {
    return IntStream.range(60 * row, 60 * row + 60).filter(i -> filled.rows().get(i).get(2).equals(name)).count() / 60.0;
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "1,2,day | bad.csv:3: 'day' in row 2, column 'tariff' is none of its classes, 007, 7, night",
        "1,2.5,7 | bad.csv:3: '2.5' in row 2, column 'rooms' is not a whole number",
        "wide,2,7 | bad.csv:3: 'wide' in row 2, column 'area' is not a number",
      })
  void refusesCellsOfAnotherKindWithTheirLine(String row, String says) throws IOException {
    Files.writeString(folder.resolve("bad.csv"), "area,rooms,tariff\n1,2,7\n" + row + "\n");
    assertThat(run("impute", file("run/checkpoint.safetensors"), file("bad.csv"), "--out", file("o.csv"), "--engine", "reference").err())
        .contains(says);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "columns: [x, same], classes: [same] | the column 'same' is 'a' in all rows",
        "columns: [x, n], classes: [n] | has 1500 different cells",
        "columns: [x, half], integers: [half] | wrong.csv:4: '2.5' in column 'half' is not a whole number",
        "columns: [x, same] | 'a' is not a number",
        "columns: [x, n], integers: [m] | data.integers: there is no column 'm' among those that are made, x, n",
        "columns: [x, n], classes: [n], integers: [n] | data.integers: 'n' is in data.classes too",
        "columns: [x], conditions: [n], integers: [n] | data.integers: 'n' is a condition",
        "columns: [x, n], integers: [n], missing: draw | data.missing",
        "columns: [x, n], integers: [n], components: a b | data.components",
      })
  void refusesColumnsThatAreNotWhatTheyAreSaidToBe(String settings, String says) throws IOException {
    StringBuilder table = new StringBuilder("x,same,n,half\n");
    for (int i = 0; i < 1500; i++) {
      table.append(0.1 * i).append(",a,").append(i).append(i == 2 ? ",2.5\n" : ",2\n");
    }
    Files.writeString(folder.resolve("wrong.csv"), table.toString());
    Files.writeString(folder.resolve("wrong.yaml"), "data: {kind: file, path: wrong.csv, " + settings + "}\n" + EXPERIMENT);
    assertThat(run("train", file("wrong.yaml"), "--engine", "reference", "--out", file("r")).err()).contains(says);
  }

  /// Points are read as they are written: a code is the same of names and of components.
  @Test
  void pointsMayHaveNames() throws IOException {
    Files.writeString(folder.resolve("names.csv"), "rooms,tariff,area\n3,7,61.5\n4,007,88\n");
    Files.writeString(
        folder.resolve("numbers.csv"), "area,tariff[0],tariff[1],tariff[2],rooms\n61.5,0,1,0,3\n88,1,0,0,4\n");
    for (String points : List.of("names", "numbers")) {
      run("encode", file("run/checkpoint.safetensors"), "--points", file(points + ".csv"), "--out", file(points + ".npy"),
              "--engine", "reference")
          .ok();
    }
    float[] codes = Points.read(folder.resolve("names.npy")).values();
    assertThat(codes).hasSize(10).isEqualTo(Points.read(folder.resolve("numbers.npy")).values());
    run("decode", file("run/checkpoint.safetensors"), "--codes", file("names.npy"), "--out", file("again.csv"), "--engine", "reference")
        .ok();
    List<List<String>> again = IncompleteTable.read(folder.resolve("again.csv")).rows();
    assertThat(again).allSatisfy(row -> assertThat(row).hasSize(3));
    assertThat(again.get(0).subList(1, 3)).containsExactly("7", "3");
    assertThat(again.get(1).subList(1, 3)).containsExactly("007", "4");
    Files.writeString(folder.resolve("names.csv"), "rooms,tariff,area\n3,,61.5\n");
    assertThat(
            run("encode", file("run/checkpoint.safetensors"), "--points", file("names.csv"), "--out", file("n.npy"), "--engine",
                    "reference")
                .err())
        .contains("names.csv:2: the cell of the column 'tariff' is missing");
  }

  /// Beside conditions as well.
  @Test
  void classesCanBeMadeUnderConditions() throws IOException {
    Files.writeString(
        folder.resolve("told.yaml"),
        "data: {kind: file, path: flats.csv, columns: [tariff, rooms], conditions: [area], classes: [tariff], integers: [rooms]}\n"
            + "sample: {conditions: {area: 91}}\n" + EXPERIMENT.replace("3000", "1000"));
    run("train", file("told.yaml"), "--engine", "reference", "--out", file("told")).ok();
    run("sample", file("told/checkpoint.safetensors"), "-n", "300", "--out", file("told.csv"), "--engine", "reference").ok();
    IncompleteTable table = IncompleteTable.read(folder.resolve("told.csv"));
    assertThat(table.names()).containsExactly("tariff", "rooms", "area", "told");
    assertThat(table.rows().stream().filter(row -> row.getFirst().equals("007")).count()).isGreaterThan(270);
    assertThat(mean(table.rows(), 1)).isCloseTo(4.25, within(0.2));
  }
}
