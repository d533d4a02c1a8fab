package io.scorefield.cli;

import static io.scorefield.cli.Cli.run;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// Filling the missing cells of a table.
class ImputeTest {
  @TempDir static Path folder;

  /// height = 3 width - 10 with some jitter.
  @BeforeAll
  static void train() throws IOException {
    Files.writeString(
        folder.resolve("sizes.csv"),
        IntStream.range(0, 800)
            .mapToObj(
                i -> {
                  double width = 20 + 4 * Math.sin(0.7 * i);
                  return width + "," + (3 * width - 10 + 2 * Math.sin(13.7 * i));
                })
            .collect(Collectors.joining("\n", "width,height\n", "\n")));
    Files.writeString(
        folder.resolve("e.yaml"),
        """
        data: {kind: file, path: sizes.csv}
        schedule: {kind: cosine, steps: 30}
        network: {layers: 2, hidden: 32, activation: silu, time-embedding: {kind: sinusoidal, dimension: 8}}
        train: {steps: 1500, batch: 64, learning-rate: 3e-3, decay: cosine}
        sampler: {kind: ddim, steps: 15, eta: 1}
        """);
    run("train", file("e.yaml"), "--engine", "reference", "--out", file("run")).ok();
  }

  private static String file(String name) {
    return folder.resolve(name).toString();
  }

  private static List<String> imputed(String table, String out, String... more) throws IOException {
    Files.writeString(folder.resolve("gaps.csv"), table);
    String[] args = {
      "impute", file("run/checkpoint.safetensors"), file("gaps.csv"), "--out", file(out), "--engine", "reference"
    };
    String[] all = IntStream.range(0, args.length + more.length)
        .mapToObj(i -> i < args.length ? args[i] : more[i - args.length]).toArray(String[]::new);
    run(all).ok();
    return Files.readAllLines(folder.resolve(out));
  }

  @Test
  void missingCellsFitThoseThatAreThere() throws IOException {
    List<String> lines =
        imputed("note,height,width\n\"a, b\",,18.50\nc,56,NaN\nd,50,20\n", "filled.csv", "--draws", "60");
    assertThat(lines).hasSize(1 + 3 * 60);
    assertThat(lines.getFirst()).isEqualTo("note,height,width");
    // Cells that are there are written as they were, and so are columns of which the network knows nothing.
    assertThat(lines.subList(1, 61)).allMatch(line -> line.startsWith("\"a, b\",") && line.endsWith(",18.50"));
    assertThat(lines.subList(61, 121)).allMatch(line -> line.startsWith("c,56,"));
    assertThat(lines.subList(121, 181)).allMatch(line -> line.equals("d,50,20"));
    double height = lines.subList(1, 61).stream().mapToDouble(line -> Double.parseDouble(line.split(",")[2])).average().orElseThrow();
    double width = lines.subList(61, 121).stream().mapToDouble(line -> Double.parseDouble(line.split(",")[2])).average().orElseThrow();
    // The deviations of the table are 8.6 and 2.8.
    assertThat(height).isCloseTo(3 * 18.5 - 10, within(1.5));
    assertThat(width).isCloseTo((56 + 10) / 3.0, within(0.6));
    assertThat(lines.subList(1, 61)).doesNotHaveDuplicates();
  }

  @Test
  void marksOfMissingCellsAndDelimitersAreOptions() throws IOException {
    List<String> empty = imputed("width,height\n18,\n19,47\n", "one.csv");
    assertThat(imputed("width;height\n18;-999\n19;47\n", "two.csv", "--missing-marks=-999,none", "--delimiter", "semicolon")).isEqualTo(empty);
    assertThat(imputed("width,height\n18,none\n19,47\n", "two.csv", "--missing-marks", "none")).isEqualTo(empty);
  }

  @Test
  void aRowDoesNotDependOnTheOthersAfterIt() throws IOException {
    List<String> alone = imputed("width,height\n18,\n", "one.csv");
    List<String> both = imputed("width,height\n18,\n,60\n,\n", "two.csv");
    assertThat(both.get(1)).isEqualTo(alone.get(1));
    assertThat(both).hasSize(4).noneMatch(line -> line.startsWith(",") || line.endsWith(","));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "width | there is no column 'height'; the file has width",
        "width,height\\n1,tall | 'tall' in row 1, column 'height' is not a number",
        "width,height\\n1,2,3 | 3 columns where 2 were expected",
        "width,height | there are no rows",
      })
  void refusesTablesThatDoNotFit(String table, String says) throws IOException {
    Files.writeString(folder.resolve("bad.csv"), table.replace("\\n", "\n") + (table.contains("1") ? "" : table.equals("width") ? "\n1" : ""));
    assertThat(run("impute", file("run/checkpoint.safetensors"), file("bad.csv"), "--out", file("o.csv")).err()).contains(says);
  }
}
