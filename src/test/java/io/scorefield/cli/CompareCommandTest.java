package io.scorefield.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/// Runs side by side: what is said of their differences, and of folders that cannot be compared.
class CompareCommandTest {
  @TempDir Path folder;

  private String run(String name, String head, String metrics) throws IOException {
    Path run = Files.createDirectories(folder.resolve(name));
    Files.writeString(run.resolve("summary.json"), "{\"experiment\": \"circle\", " + head + "\"metrics\": " + metrics + "}");
    return run.toString();
  }

  private static String metric(String name, double value, double error, int samples) {
    return "\"" + name + "\": {\"value\": " + value + ", \"standard-error\": " + error
        + ", \"noise-floor\": null, \"samples\": " + samples + "}";
  }

  private static String[] cells(List<String> csv, String start) {
    return csv.stream().filter(line -> line.startsWith(start)).findFirst().orElseThrow().split(",", -1);
  }

  @Test
  void differencesHaveErrorsAndAChance() throws IOException {
    String a =
        run("a", "", "{\"plain\": {" + metric("physical-loss", 0.5, 0.03, 1001) + "," + metric("kuiper", 1, 0.3, 500) + "}}");
    String b =
        run("b", "", "{\"plain\": {" + metric("physical-loss", 0.3, 0.04, 1001) + "," + metric("kuiper", 2, 0.4, 500) + "}}");
    String out = folder.resolve("out").toString();
    Cli.Result result = Cli.run("compare", a, b, "--out", out).ok();
    List<String> csv = Files.readAllLines(Path.of(out, "compare.csv"));
    assertThat(csv).hasSize(5);
    String[] loss = cells(csv, "plain,physical-loss,b");
    assertThat(Double.parseDouble(loss[7])).isCloseTo(-0.2, within(1e-12));
    assertThat(Double.parseDouble(loss[8])).isCloseTo(0.05, within(1e-12));
    assertThat(Double.parseDouble(loss[9])).isCloseTo(-4, within(1e-12));
    // Welch and Satterthwaite: 0.05^4 / (0.03^4 / 1000 + 0.04^4 / 1000); Student's chance at 4 with as many.
    assertThat(Double.parseDouble(loss[10])).isCloseTo(1854.6, within(0.1));
    assertThat(Double.parseDouble(loss[11])).isCloseTo(6.6e-5, within(0.1e-5));
    assertThat(loss[12]).isEqualTo("true");
    // z = 2, but from jackknives of ten groups.
    String[] kuiper = cells(csv, "plain,kuiper,b");
    assertThat(Double.parseDouble(kuiper[10])).isCloseTo(16.7, within(0.1));
    assertThat(kuiper[12]).isEqualTo("false");
    assertThat(cells(csv, "plain,kuiper,a")[7]).isEmpty();
    JsonNode json = Cli.json(Path.of(out, "compare.json"));
    assertThat(json.path("tests").asInt()).isEqualTo(2);
    assertThat(json.path("threshold").asDouble()).isCloseTo(0.005, within(1e-12));
    assertThat(json.path("metrics").path("plain").path("kuiper").path("b").path("z").asDouble()).isCloseTo(2, within(1e-9));
    assertThat(result.out()).contains("-4.0 significant", "0.01 / 2", "|z| above 2.81");
    assertThat(Path.of(out, "compare.png")).isNotEmptyFile();
    assertThat(Path.of(out, "compare.svg")).isNotEmptyFile();
  }

  /// One difference that is 5 standard errors wide is significant for errors over samples, and not for two seeds.
  @Test
  void fewSeedsProveLittle() throws IOException {
    String metrics = "{\"plain\": {" + metric("physical-loss", 1, 0.1, 1000) + "}}";
    String other = "{\"plain\": {" + metric("physical-loss", 2, 0.1, 1000) + "}}";
    String one = Cli.run("compare", run("a", "", metrics), run("b", "", other)).ok().out();
    assertThat(one).contains("+7.1 significant", "the one difference tested", "|z| above 2.58");
    String two =
        Cli.run("compare", run("c", "\"seeds\": 2,", metrics), run("d", "\"seeds\": 2,", other)).ok().out();
    assertThat(two).contains("+7.1").doesNotContain("+7.1 significant");
  }

  @Test
  void whatRunsDoNotShareIsSaid() throws IOException {
    String a = run("a", "", "{\"plain\": {" + metric("kuiper", 1, 0, 5) + "}}");
    String b =
        run(
            "b", "\"failed\": {\"literal\": \"it diverged\"},",
            "{\"plain\": {" + metric("kuiper", 1, 0, 5) + "," + metric("law: y, z", 1, 0, 5) + "}}");
    Cli.Result result = Cli.run("compare", a, b, "--out", folder.resolve("out").toString()).ok();
    assertThat(result.err())
        .contains("note: a does not have 1 of 2 metrics: plain law: y, z", "note: in b failed literal: it diverged");
    assertThat(result.out()).contains("No difference has a standard error");
    assertThat(Files.readString(folder.resolve("out/compare.csv"))).contains("plain,\"law: y, z\",b,1.0,0.0,,5,,,,,,\n");
  }

  @Test
  void foldersThatCannotBeComparedAreNamed() throws IOException {
    String good = run("good", "", "{\"plain\": {" + metric("kuiper", 1, 0.1, 5) + "}}");
    Files.createDirectories(folder.resolve("empty"));
    Path damaged = Files.createDirectories(folder.resolve("damaged")).resolve("summary.json");
    Files.writeString(damaged, "{\"metrics\": {\"pla");
    fails("there is no folder " + folder.resolve("no"), good, folder.resolve("no").toString());
    fails("empty has no summary.json", good, folder.resolve("empty").toString());
    fails("summary.json: not a summary", good, damaged.getParent().toString());
    fails("summary.json: it has no metrics", good, run("none", "", "{}"));
    fails("the metric kuiper of plain has no value", good, run("half", "", "{\"plain\": {\"kuiper\": 3}}"));
    fails("one run cannot be compared", good);
  }

  private static void fails(String says, String... runs) {
    String[] args = new String[runs.length + 1];
    args[0] = "compare";
    System.arraycopy(runs, 0, args, 1, runs.length);
    Cli.Result result = Cli.run(args);
    assertThat(result.code()).isNotZero();
    assertThat(result.err()).contains(says);
    assertThat(result.err().lines().filter(line -> !line.startsWith("Try"))).hasSize(1);
  }
}
