package io.scorefield.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.scorefield.engine.nativecpu.NativeEngine;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// All combinations of keys, from the command line.
class SweepCommandTest {
  @TempDir Path folder;

  @BeforeEach
  void needsTheNativeEngine() {
    assumeTrue(NativeEngine.unavailable().isEmpty(), NativeEngine.unavailable());
  }

  private Cli.Result sweep(String... more) {
    List<String> args = new ArrayList<>(List.of("--set", "train.epochs=4", "--set", "guidance=[]"));
    args.addAll(List.of(more));
    return Cli.run(Cli.small("sweep", "circle", folder.resolve("sweep"), args.toArray(String[]::new)));
  }

  @Test
  void combinationsAreRunKeptAndSorted() throws IOException {
    // A width of 0 is none; the other combination is run all the same.
    Cli.Result first = sweep("--over", "network.hidden=8,0");
    assertThat(first.code()).isEqualTo(1);
    assertThat(first.err()).contains("2 combinations, 1 seed each", "'hidden-0' failed: ", "the rest is complete");
    Path sweep = folder.resolve("sweep");
    assertThat(sweep.resolve("hidden-8/seed-1/report.html")).exists();
    assertThat(Files.readAllLines(sweep.resolve("sweep.csv")).getLast()).startsWith("0,,hidden-0,").contains("hidden");

    Cli.Result second = sweep("--over", "network.hidden=8,16", "--by", "energy-distance").ok();
    assertThat(second.err()).contains("circle hidden-8, seed 1: done before").doesNotContain("hidden-16, seed 1: done before")
        .doesNotContain("is not as it was written");
    List<String> csv = Files.readAllLines(sweep.resolve("sweep.csv"));
    assertThat(csv.getFirst()).startsWith("network.hidden,method,folder,").contains(",energy-distance,energy-distance standard-error,");
    assertThat(csv).hasSize(3);
    int column = List.of(csv.getFirst().split(",")).indexOf("energy-distance");
    assertThat(Double.parseDouble(csv.get(1).split(",")[column]))
        .isLessThanOrEqualTo(Double.parseDouble(csv.get(2).split(",")[column]));
    assertThat(second.out()).contains("network.hidden  method", "energy-distance  std. error  noise floor");
    assertThat(sweep.resolve("plots/sweep.png")).isNotEmptyFile();
    String compared =
        Cli.run("compare", sweep.resolve("hidden-8/seed-1").toString(), sweep.resolve("hidden-16/seed-1").toString())
            .ok()
            .out();
    assertThat(compared).contains("hidden-8/seed-1", "hidden-16/seed-1", "Bonferroni");
    String means = Cli.run("compare", sweep.resolve("hidden-8").toString(), sweep.resolve("hidden-16").toString()).ok().out();
    assertThat(means.replace("/seed-1", "")).contains("hidden-8 ", "hidden-16", "Bonferroni");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "network.hidden | expected KEY=VALUE,VALUE,..., for example network.hidden=32,64",
        "network.hidden=8,,16 | --over network.hidden=8,,16: a value is empty",
        "network.hidden=8,8 | a value is given twice",
        "seed=1,2 | --over seed: every combination is run with the seeds of --seed and --seeds",
        "network.hiden=8,16 | unknown key 'hiden'",
        "network.hidden=0,-1 | no combination can be run; the first: ",
      })
  void mistakesAreExplained(String over, String says) {
    Cli.Result result = sweep("--over", over);
    assertThat(result.code()).isEqualTo(2);
    assertThat(result.err()).contains(says);
    assertThat(folder.resolve("sweep")).doesNotExist();
  }
}
