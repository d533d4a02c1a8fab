package io.scorefield.spark.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.scorefield.spark.Commands;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// A sweep on Spark gives the table of a sweep on one machine, and a run that fails is a line of it.
class SparkSweepCommandTest {
  /// The lines of a sweep.csv but for running times.
  private static List<String> metrics(Path file) throws IOException {
    String header = Files.readString(file).lines().findFirst().orElseThrow();
    int columns = List.of(header.split(",")).indexOf("training-seconds");
    return Files.readString(file).lines().map(line -> String.join(",", List.of(line.split(",")).subList(0, columns))).toList();
  }

  @Test
  void theTableIsThatOfOneMachine(@TempDir Path folder) throws IOException {
    List<String> asked =
        List.of(
            "circle", "--over", "network.hidden=8,16", "--engine", "native", "--threads", "1", "--set", "train.epochs=4", "--set",
            "schedule.steps=10", "--set", "sample.count=100", "--set", "guidance=[]", "--set", "evaluate.floor-repeats=1");
    List<String> here = new ArrayList<>(List.of("sweep", "--out", folder.resolve("here").toString()));
    here.addAll(asked);
    Commands.run(here.toArray(String[]::new));
    List<String> there =
        new ArrayList<>(List.of("spark-sweep", "--out", folder.resolve("there").toString(), "--master", "local[2]"));
    there.addAll(asked);
    StringWriter err = new StringWriter();
    int code = SparkMain.run(there.toArray(String[]::new), new PrintWriter(new StringWriter()), new PrintWriter(err));
    assertThat(code).as(err.toString()).isZero();
    assertThat(metrics(folder.resolve("there/sweep.csv"))).hasSize(3).isEqualTo(metrics(folder.resolve("here/sweep.csv")));
    assertThat(folder.resolve("there/hidden-8/seed-1/report.html")).exists();

    there.set(there.indexOf("network.hidden=8,16"), "train.learning-rate=1e-3,1e30");
    there.set(2, folder.resolve("failing").toString());
    StringWriter failed = new StringWriter();
    assertThat(SparkMain.run(there.toArray(String[]::new), new PrintWriter(new StringWriter()), new PrintWriter(failed))).isEqualTo(1);
    assertThat(failed.toString()).contains("failed").doesNotContain("\tat ");
    assertThat(Files.readString(folder.resolve("failing/sweep.csv")).lines()).hasSize(3).anyMatch(line -> line.startsWith("1e30,,") && !line.endsWith(","));
  }
}
