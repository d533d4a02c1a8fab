package io.scorefield.experiment.settings;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.scorefield.config.ConfigException;
import io.scorefield.config.ConfigWriter;
import io.scorefield.io.Fuzz;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.FieldSource;

@Timeout(60)
class ConfigTest {
  static final List<String> builtIn = ExperimentSource.BUILT_IN;

  private static final String SMALL =
      """
      data:
        kind: circle
      schedule:
        kind: cosine
      network:
        hidden: 64
      sampler:
        kind: ddpm
      physics: [{equality: sqrt(x^2 + y^2) - 1.5}]
      guidance:
        - kind: likelihood
      """;

  private static ExperimentConfig bind(String text) {
    return ExperimentSource.of("test", "circle.yaml", text).bind();
  }

  @ParameterizedTest
  @FieldSource("builtIn")
  void builtInExperimentsAreValidAndSurviveTheRoundTrips(String name) throws IOException {
    ExperimentConfig config = ExperimentSource.read(name).bind();
    assertThat(config.description()).isNotBlank();
    assertThat(bind(ConfigWriter.json(config))).isEqualTo(config);
    assertThat(bind(ConfigWriter.yaml(config))).isEqualTo(config);
    for (ExperimentConfig.Variant variant : config.variants()) {
      assertThat(ExperimentSource.read(name).with(variant).bind().variants()).isEmpty();
    }
  }

  @Test
  void everyFileInConfigsIsBuiltIn() throws IOException {
    try (var files = Files.list(Path.of("configs"))) {
      assertThat(files.map(f -> f.getFileName().toString().replace(".yaml", "")))
          .containsExactlyInAnyOrderElementsOf(
              Stream.concat(ExperimentSource.BUILT_IN.stream(), SimulationSource.BUILT_IN.stream()).toList());
    }
  }

  @Test
  void referencePageIsThatOfTheCode() throws IOException {
    assertThat(Path.of("docs/configuration.md"))
        .as("regenerate with: ./scorefield config --reference > docs/configuration.md")
        .content()
        .isEqualTo(ExperimentSource.reference());
  }

  @Test
  void defaultsAreFilledIn() {
    ExperimentConfig config = bind(SMALL);
    assertThat(config.seed()).isEqualTo(1);
    assertThat(config.network()).isInstanceOfSatisfying(PerceptronConfig.class, mlp -> assertThat(mlp.layers()).isEqualTo(4));
    assertThat(config.data()).isEqualTo(new DataConfig.Circle(100, 1.5, false));
    assertThat(config.guidance().getFirst())
        .isEqualTo(new GuidanceConfig.Likelihood("likelihood", 0, 1, 20));
  }

  @Test
  void keysCanBeSetFromOutside() {
    ExperimentConfig config =
        ExperimentSource.of("test", "circle.yaml", SMALL)
            .with("train.steps=2e3")
            .with("network.hidden=1_000")
            .with("guidance=[]")
            .with("sample.count=17")
            .with("data={kind: swiss-roll, points: 50}")
            .bind();
    assertThat(config.train().steps()).isEqualTo(2000);
    assertThat(config.network())
        .isInstanceOfSatisfying(PerceptronConfig.class, mlp -> assertThat(mlp.hidden()).isEqualTo(1000));
    assertThat(config.guidance()).isEmpty();
    assertThat(config.sample().count()).isEqualTo(17);
    assertThat(config.data()).isEqualTo(new DataConfig.SwissRoll(50, 2, 0.05, false));
  }

  @ParameterizedTest(name = "{0}")
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      textBlock =
          """
          train.stepps=1 | --set train.stepps: unknown key 'stepps' in 'train'; did you mean 'steps'?
          train.steps=abc | --set train.steps: 'train.steps' must be a whole number, not 'abc'
          train.steps=1.5 | 'train.steps' must be a whole number, not '1.5'
          train.steps='5' | must be a whole number, not '5'
          train.steps=-1 | 'train.steps' is -1; it must be at least 0 and at most 1e12
          train.steps=99999999999999999999 | must be a whole number
          train.batch=0 | 'train.batch' is 0; it must be at least 1 and at most 1048576
          train.batch=3e9 | must be a whole number up to 2147483647
          train.batch=1e999999999 | must be a whole number
          train.learning-rate=0 | it must be greater than 0
          train.learning-rate=.nan | must be a finite number
          train.learning-rate=1e999 | must be a finite number
          train.learning-rate=[1] | must be a finite number, not a list or mapping
          train.decay=cosinus | did you mean 'cosine'?
          data.kind=circel | unknown kind 'circel' in 'data'; did you mean 'circle'?
          data.kind=half-moons | unknown key 'radius'
          data.standardize=yes | 'data.standardize' must be true or false, not 'yes'
          network=3 | 'network' must be a mapping of keys to values
          network.hidden=20000 | at most 16384
          network={layers: 64, hidden: 16384} | too large
          network.time-embedding={kind: sinusoidal, dimension: 31} | even size
          guidance=5 | 'guidance' must be a list
          guidance=[{kind: dps},{kind: dps}] | two guidance methods are named 'dps'
          guidance=[{kind: dps, name: plain}] | not 'plain'
          guidance=[{kind: dps, name: ../x}] | is named with lower-case letters
          guidance=[{kind: dps, zeta: -1}] | 'guidance[0].zeta' is -1
          physics=[] | guidance needs a law
          sampler={kind: heun} | does not have; set sampler.frame to exploding
          sampler.steps=500 | the schedule has 100 levels
          schedule={kind: linear, beta-min: 0.5, beta-max: 0.1, steps: 2000000} | at most 100000
          schedule={kind: vp, beta-min: 5, beta-max: 1} | beta must rise
          variants=[{name: a, set: {seed: 3}}] | cannot set 'seed'
          seed=-3 | 'seed' is -3
          sede=3 | unknown key 'sede'; did you mean 'seed'?
          train.=3 | is not a dotted key
          data.points.x=3 | 'data.points' must be a whole number up to 2147483647, not a list or mapping
          data.radius.x=3 | leads into something without keys
          data.kind={a: b} | must be a word
          seed=[ | not valid YAML
          """)
  void mistakesAreExplained(String assignment, String message) {
    ExperimentSource source =
        ExperimentSource.of("test", "circle.yaml", SMALL.replace("circle\n", "circle\n  radius: 1.5\n"));
    assertThatThrownBy(() -> source.with(assignment).bind())
        .isInstanceOf(ConfigException.class)
        .hasMessageContaining(message)
        .message()
        .doesNotContain("\n");
  }

  @Test
  void pathsAreRelativeToTheFileThatTheyStandIn() {
    String text =
        SMALL.replace("  kind: circle", "  {kind: file, path: a/../points.npy}").replace("guidance:", "inverse: {matrix: ../A.npy}\nguidance:")
            .replace("[{equality: sqrt(x^2 + y^2) - 1.5}]", "[{linear: /abs/./B.npy, right: b.npy}, {invariant: mass, value: 1, weights: 0.5}]");
    ExperimentSource source = ExperimentSource.of("mine", "some/where/mine.yaml", text);
    Path here = Path.of("").toAbsolutePath();
    ExperimentConfig config = source.with("inverse.measured=y.npy").bind();
    assertThat(((DataConfig.File) config.data()).path()).isEqualTo(here.resolve("some/where/points.npy").toString());
    assertThat(config.inverse().matrix()).isEqualTo(here.resolve("some/A.npy").toString());
    assertThat(config.inverse().measured()).isEqualTo(here.resolve("y.npy").toString());
    LawConfig.Linear law = (LawConfig.Linear) config.physics().getFirst();
    assertThat(law.linear()).isEqualTo("/abs/B.npy");
    assertThat(law.right()).isEqualTo(here.resolve("some/where/b.npy").toString());
    assertThat(law.text()).isEqualTo("B.npy x = b.npy");
    assertThat(((LawConfig.Invariant) config.physics().getLast()).weights()).isEqualTo("0.5");
    // A second reading, from anywhere, changes nothing.
    assertThat(ExperimentSource.of("mine", "other/config.yaml", ConfigWriter.yaml(config)).bind()).isEqualTo(config);
    assertThat(ExperimentSource.of("mine", "checkpoint", ConfigWriter.json(config)).bind()).isEqualTo(config);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {"[x, y]", "x y", "x, y", "[ 'x' , 'y' ]"})
  void listsOfWordsMayBeWrittenAsText(String columns) {
    ExperimentConfig config =
        ExperimentSource.of("mine", "mine.yaml", SMALL)
            .with("data={kind: file, path: p.csv}")
            .with("data.columns=" + columns)
            .bind();
    assertThat(((DataConfig.File) config.data()).columns()).containsExactly("x", "y");
    assertThat(bind(ConfigWriter.yaml(config))).isEqualTo(config);
    assertThat(((DataConfig.File) bind(SMALL.replace("  kind: circle", "  {kind: file, path: p, columns: 'k[0, 1] 2'}")).data()).columns())
        .containsExactly("k[0, 1]", "2");
  }

  @Test
  void mistakesInAFileHaveLineAndColumn() {
    assertThatThrownBy(() -> bind(SMALL.replace("  hidden", "  hiden")))
        .hasMessage("circle.yaml:6:3: unknown key 'hiden' in 'network'; did you mean 'hidden'?");
    assertThatThrownBy(() -> bind(SMALL + "seed: 1\nseed: 2\n"))
        .hasMessage("circle.yaml:13:1: the key 'seed' appears twice");
    assertThatThrownBy(() -> bind("data: {kind: circle}\n"))
        .hasMessageContaining("'schedule' is missing: The noise schedule.");
    assertThatThrownBy(() -> bind("")).hasMessageContaining("the file is empty");
    assertThatThrownBy(() -> bind("- 1\n")).hasMessageContaining("the file must be a mapping");
    assertThatThrownBy(() -> bind("a: b: c")).hasMessageContaining("circle.yaml:1:5: not valid YAML");
  }

  @Test
  void hostileTextIsRefused() {
    assertThatThrownBy(() -> bind("[".repeat(100_000))).isInstanceOf(ConfigException.class);
    assertThatThrownBy(() -> bind("{a: ".repeat(50_000))).isInstanceOf(ConfigException.class);
    assertThatThrownBy(() -> bind("x".repeat(2_000_000))).hasMessageContaining("1 MiB");
    StringBuilder bomb = new StringBuilder("a0: &a0 [x, x]\n");
    for (int i = 1; i < 40; i++) {
      bomb.append("a").append(i).append(": &a").append(i).append(" [*a").append(i - 1);
      bomb.append(", *a").append(i - 1).append("]\n");
    }
    assertThatThrownBy(() -> bind(bomb.toString())).isInstanceOf(ConfigException.class);
    assertThatThrownBy(() -> bind("data: &a {kind: circle, x: *a}\n"))
        .isInstanceOf(ConfigException.class);
  }

  @Test
  void survivesSeededMutations() {
    byte[] valid = SMALL.getBytes(StandardCharsets.UTF_8);
    Fuzz.mutations(valid, 6000, 17)
        .forEach(
            mutated -> {
              try {
                bind(new String(mutated, StandardCharsets.UTF_8));
              } catch (ConfigException e) {
                assertThat(e.getMessage()).isNotBlank();
              }
            });
  }

  @Test
  void unknownExperimentsAreSuggested(@TempDir Path folder) throws IOException {
    assertThatThrownBy(() -> ExperimentSource.read("circl"))
        .hasMessageContaining("unknown experiment 'circl'; did you mean 'circle'?");
    assertThatThrownBy(() -> ExperimentSource.read("no/such.yaml"))
        .hasMessageContaining("there is no file");
    Path file = Files.writeString(folder.resolve("mine.yml"), "data: {kind: circle}");
    for (String wrong : List.of("mine", "mine.yaml")) {
      assertThatThrownBy(() -> ExperimentSource.read(folder.resolve(wrong).toString()))
          .hasMessageEndingWith(folder.resolve(wrong) + (wrong.equals("mine") ? "'" : "") + "; did you mean the file '" + file + "'?");
    }
  }
}
