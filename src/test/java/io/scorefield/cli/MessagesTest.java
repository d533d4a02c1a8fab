package io.scorefield.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.scorefield.cli.Program.Result;
import io.scorefield.experiment.settings.ExperimentSource;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/// What the program says of wrong and of large input, and that it says it.
class MessagesTest {
  @TempDir Path folder;

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '"',
      value = {
        "train.stepz=5 | --set train.stepz: unknown key 'stepz'",
        "train.steps=abc | --set train.steps: 'train.steps' must be a whole number",
        "train.steps='100' | not '100' as a text; drop the quotes",
        "data.standardize='true' | not 'true' as a text; drop the quotes",
        "data.radius='2' | not '2' as a text; drop the quotes",
        "sampler.kind=heun | --set sampler.kind: the heun sampler integrates",
        "data.kind=half-moons | --set data.kind: unknown key 'radius'",
        "physics=[] | --set physics: guidance needs a law",
        "data.radius=1e300 | data.radius is 1.0E300; points are float32 numbers",
        "sample.count=1e12 | sample.count: a run measures its samples",
        "data={kind: gaussian, points: 100_000_000, dimension: 1000} | need 800 GB of memory"
      })
  void settingsAtFaultAreNamed(String setting, String message) {
    Result result = Program.small("run", folder.resolve("x"), "--set", setting);
    assertThat(result.code()).isEqualTo(2);
    assertThat(result.complaints()).singleElement().asString().contains(message).doesNotContain(".yaml:");
  }

  @Test
  void aMistakeInTheFileIsThatOfTheFile() throws IOException {
    Path file = folder.resolve("mine.yaml");
    Files.writeString(file, ExperimentSource.builtInText("circle").replace("kind: ddpm", "kind: heun"));
    Result result = Program.run("train", file.toString(), "--set", "seed=3");
    assertThat(result.complaints()).singleElement().asString().contains("mine.yaml:").contains("heun");
  }

  @ParameterizedTest
  @ValueSource(strings = {"u[99999999999]", "u[9999999,9999999]", "u[1,2] v[99999999999999999999]"})
  void componentsThatOverflowAreRefused(String components) throws IOException {
    Path points = folder.resolve("points.csv");
    Files.writeString(points, "x,y\n1,2\n3,4\n");
    Result result =
        Program.small(
            "train", folder.resolve("x"), "--set",
            "data={kind: file, path: '" + points + "', components: '" + components + "'}");
    assertThat(result.complaints()).singleElement().asString().contains("makes more than 16777216 components");
  }

  @ParameterizedTest
  @CsvSource({"1e2,100", "1_00,100", "100,100"})
  void countsAreWrittenAsPeopleWriteThem(String text, int count) throws IOException {
    Path out = folder.resolve("x");
    assertThat(Program.small("train", out, "--seed", "1e0", "--threads", "1e0").code()).isZero();
    String checkpoint = out.resolve("checkpoint.safetensors").toString();
    Path csv = folder.resolve("x.csv");
    Result result =
        Program.run("sample", checkpoint, "-n", text, "--first", "1_0", "--out", csv.toString(), "--engine", "reference");
    assertThat(result.code()).as(result.err()).isZero();
    assertThat(Files.readAllLines(csv)).hasSize(count + 1);
    Result much = Program.run("sample", checkpoint, "-n", "1e15", "--out", csv.toString());
    assertThat(much.code()).isEqualTo(1);
    assertThat(much.complaints()).singleElement().asString().contains("GB, the disk has");
  }

  @Test
  void controlCharactersOfFilesDoNotReachTheTerminal() throws IOException {
    Path points = folder.resolve("points.csv");
    Files.writeString(points, "1,2\n3,\u001b[31mred\u009b\u202e\n");
    Result cell =
        Program.small("train", folder.resolve("x"), "--set", "data={kind: file, path: '" + points + "'}");
    assertThat(cell.err()).contains("\\x1b[31mred\\x9b\\u202e").doesNotContain("\u001b", "\u009b", "\u202e");
    Path config = folder.resolve("mine.yaml");
    Files.writeString(config, "\"\\e[31mkey\": 1\n");
    assertThat(Program.run("train", config.toString()).err()).contains("\\x1b[31mkey").doesNotContain("\u001b");
    assertThat(Program.run("train", "x\u001b[31m.yaml").err()).contains("\\x1b").doesNotContain("\u001b");
    assertThat(Program.run("train\u001b[31m").err()).doesNotContain("\u001b");
  }

  @Test
  void controlCharactersOfTextsSurviveTheirWayThroughAFile() throws IOException {
    Path config = folder.resolve("mine.yaml");
    Files.writeString(
        config,
        ExperimentSource.builtInText("circle")
            .replaceFirst("(?m)^description:.*$", "description: \"a\\\\e[31m \\\\\"b\\\\\" \\\\\\\\ \\\\n c\""));
    Result printed = Program.run("config", config.toString());
    assertThat(printed.code()).as(printed.err()).isZero();
    assertThat(printed.out()).contains("\\u001b[31m").doesNotContain("\u001b");
    Files.writeString(config, printed.out());
    assertThat(ExperimentSource.read(config.toString()).bind().description()).isEqualTo("a\u001b[31m \"b\" \\ \n c");
  }

  @Test
  void longInputIsNotRepeated() {
    Result result = Program.run("train", "circle", "--set", "train." + "x".repeat(100_000) + "=1");
    assertThat(result.complaints()).singleElement().asString().contains(" ... ").hasSizeLessThan(800);
    assertThat(Program.run("train", "y".repeat(100_000)).complaints().getFirst()).hasSizeLessThan(800);
  }

  @ParameterizedTest
  @ValueSource(strings = {"run", "train"})
  void helpListsEveryExperiment(String command) {
    String help = Program.run(command, "--help").out().replaceAll("\\s+", " ");
    String completion = Program.run("generate-completion").out();
    assertThat(ExperimentSource.BUILT_IN).allSatisfy(name -> assertThat(help).contains(name));
    assertThat(ExperimentSource.BUILT_IN).allSatisfy(name -> assertThat(completion).contains(name));
  }

  @ParameterizedTest
  @ValueSource(strings = {"--help", "--version", "info", "config", "config --reference", "generate-completion", "run --help"})
  void outputThatCannotBeWrittenIsAFailure(String line) {
    OutputStream full =
        new OutputStream() {
          @Override
          public void write(int b) throws IOException {
            throw new IOException("No space left on device");
          }
        };
    StringWriter err = new StringWriter();
    int code =
        CommandLineRunner.run(
            line.split(" "), new PrintWriter(new PrintStream(full), true, StandardCharsets.UTF_8),
            new PrintWriter(err), new StopSwitch());
    assertThat(code).isEqualTo(1);
    assertThat(err.toString().lines()).singleElement().asString().contains("standard output could not be written");
  }

  @Test
  void theLauncherTakesAnyFileNameInAnyLocale() throws Exception {
    assumeTrue(Files.isRegularFile(Path.of("target/scorefield.jar")), "the jar has not been built");
    // Away from the sources: this is about names, not about building.
    Path home = Files.createDirectories(folder.resolve("home/target")).getParent();
    Files.copy(Path.of("scorefield"), home.resolve("scorefield"), StandardCopyOption.COPY_ATTRIBUTES);
    Files.createSymbolicLink(home.resolve("target/scorefield.jar"), Path.of("target/scorefield.jar").toAbsolutePath());
    Path out = folder.resolve("h\u00e4uschen");
    ProcessBuilder builder =
        new ProcessBuilder(home.resolve("scorefield").toString(), "train", "circle", "--out", out.toString(), "--set", "train.steps=1", "--set", "network.hidden=8")
            .redirectErrorStream(true);
    builder.environment().put("LC_ALL", "C");
    Process process = builder.start();
    String text = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(process.waitFor()).as(text).isZero();
    assertThat(text).contains("checkpoint: " + out);
    assertThat(out.resolve("checkpoint.safetensors")).isNotEmptyFile();
    assertThat(List.of(folder.toFile().list())).containsExactlyInAnyOrder("home", "h\u00e4uschen");
  }
}
