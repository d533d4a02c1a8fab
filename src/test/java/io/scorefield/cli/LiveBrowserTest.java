package io.scorefield.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// Live pages in Chromium, used by Playwright (src/test/web). Skipped where Node.js, Chromium or the package are missing, but
/// not in CI.
class LiveBrowserTest {
  private static final Path SCRIPTS = Path.of("target/web");

  @TempDir Path folder;

  private static Optional<Path> program(String... names) {
    return Stream.of(names)
        .flatMap(name -> Stream.of(System.getenv("PATH").split(File.pathSeparator)).map(path -> Path.of(path, name)))
        .filter(Files::isExecutable)
        .findFirst();
  }

  private static Optional<Path> browser() {
    return program("chromium-headless-shell", "chromium", "chromium-browser", "google-chrome");
  }

  /// Copies the script beside its package, which `npm ci` brings where it is not there yet.
  @BeforeEach
  void prepare() throws Exception {
    boolean tools = browser().isPresent() && program("node").isPresent() && program("npm").isPresent();
    String missing = "live pages are tested with Node.js, npm and Chromium: apt-get install nodejs npm chromium-headless-shell";
    if ("true".equals(System.getenv("CI"))) {
      assertThat(tools).as(missing).isTrue();
    }
    assumeTrue(tools, missing);
    Files.createDirectories(SCRIPTS);
    for (String name : List.of("package.json", "package-lock.json", "live.mjs")) {
      Files.copy(Path.of("src/test/web", name), SCRIPTS.resolve(name), StandardCopyOption.REPLACE_EXISTING);
    }
    if (!Files.exists(SCRIPTS.resolve("node_modules/playwright-core/package.json"))) {
      Process npm =
          new ProcessBuilder(program("npm").orElseThrow().toString(), "ci", "--no-audit", "--no-fund")
              .directory(SCRIPTS.toFile())
              .redirectErrorStream(true)
              .redirectOutput(ProcessBuilder.Redirect.DISCARD)
              .start();
      boolean brought = npm.waitFor(3, TimeUnit.MINUTES) && npm.exitValue() == 0;
      if ("true".equals(System.getenv("CI"))) {
        assertThat(brought).as("npm ci in " + SCRIPTS).isTrue();
      }
      assumeTrue(brought, "npm ci brings no playwright-core");
    }
  }

  private static JsonNode use(String url, String what) throws IOException, InterruptedException {
    Process node =
        new ProcessBuilder(
                program("node").orElseThrow().toString(), "live.mjs", browser().orElseThrow().toString(), url, what,
                System.getProperty("live.picture", ""))
            .directory(SCRIPTS.toFile())
            .redirectError(ProcessBuilder.Redirect.INHERIT)
            .start();
    String output = new String(node.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(node.waitFor()).as(output).isZero();
    JsonNode seen = JsonMapper.shared().readTree(output);
    assertThat(seen.path("errors").toString()).isEqualTo("[]");
    return seen;
  }

  @Test
  void aTrainingIsWatched() throws Exception {
    Path run = folder.resolve("run");
    try (LivePage page =
        new LivePage(
            "run", "circle", "--live", "--out", run.toString(), "--set", "train.steps=3000000",
            "--set", "network.hidden=32", "--set", "network.layers=3")) {
      JsonNode seen = use(page.url(), "run");
      assertThat(seen.path("moving").asBoolean()).as("the cloud moves").isTrue();
      assertThat(seen.path("still").asString()).isEqualTo(seen.path("paused").asString());
      assertThat(seen.path("asked").asString()).contains("likelihood (sigma-y", "mean residual of the law");
      assertThat(seen.path("strength").toString()).isEqualTo("{\"plain\":false,\"likelihood\":true}");
      assertThat(page.end()).isEqualTo(1);
      assertThat(run.resolve("checkpoint.safetensors")).exists();
    }
  }

  @Test
  void theSlidersOfACheckpointChangeTheResidual() throws Exception {
    Path run = folder.resolve("run");
    Cli.run("train", "circle", "--out", run.toString(), "--set", "train.epochs=500", "--set", "network.hidden=64", "--set",
            "sampler.clip=true")
        .ok();
    try (LivePage page = new LivePage("explore", run.resolve("checkpoint.safetensors").toString())) {
      JsonNode seen = use(page.url(), "explore");
      assertThat(seen.path("strong").asDouble()).isLessThan(0.6 * seen.path("none").asDouble());
      assertThat(seen.path("few").asDouble()).isNotEqualTo(seen.path("strong").asDouble());
      assertThat(seen.path("after").asString()).isNotEqualTo(seen.path("before").asString());
      assertThat(page.end()).isZero();
    }
  }

  /// Four particles in a plane are four balls, and a model without a law has no slider for its strength.
  @Test
  void particlesAreBalls() throws Exception {
    Path run = folder.resolve("run");
    Cli.run(
            "train", "dw4", "--out", run.toString(), "--set", "train.steps=2", "--set", "network.hidden=8", "--set", "data.points=200", "--set",
            "sampler.steps=10")
        .ok();
    try (LivePage page = new LivePage("explore", run.resolve("checkpoint.safetensors").toString())) {
      JsonNode seen = use(page.url(), "particles");
      assertThat(seen.path("balls")).hasSize(6).allSatisfy(pixels -> assertThat(pixels.asInt()).isBetween(500, 5000));
      assertThat(seen.path("strengthShown").asBoolean(true)).isFalse();
      assertThat(seen.path("maps").asInt()).isZero();
      assertThat(page.end()).isZero();
    }
  }

  /// Crystals are turned by hand and asked for by formulas; what is wrong is said beside the field.
  @Test
  void crystalsAreStructures() throws Exception {
    Path run = folder.resolve("run");
    Cli.run(
            "train", "crystals", "--out", run.toString(), "--set", "data.points=500", "--set", "train.steps=2", "--set", "train.batch=8", "--set",
            "train.warm-up=0", "--set", "network.hidden=16", "--set", "network.layers=1", "--set", "sampler.steps=5")
        .ok();
    try (LivePage page = new LivePage("explore", run.resolve("checkpoint.safetensors").toString())) {
      // Without WebGL they are seen from one side, and the page says so; nothing else is missing.
      JsonNode flat = use(page.url(), "flat");
      assertThat(flat.path("webgl").asBoolean(true)).isFalse();
      assertThat(flat.path("painted")).hasSize(6).allSatisfy(pixels -> assertThat(pixels.asInt()).isBetween(300, 20_000));
      assertThat(flat.path("hint").asString()).contains("This browser has no WebGL", "cannot be turned").doesNotContain("Drag");
      assertThat(flat.path("turned").asInt(-1)).as("what draws in space is not loaded").isZero();
      JsonNode seen = use(page.url(), "structures");
      assertThat(seen.path("pictures")).hasSize(6).allSatisfy(one -> assertThat(one.path("painted").asInt()).isBetween(20, 2500));
      assertThat(seen.path("turned").get(1).path("sum")).isEqualTo(seen.path("pictures").get(1).path("sum"));
      List<String> asked = List.of(seen.path("field").asString().split(", "));
      assertThat(asked).hasSize(3);
      assertThat(seen.path("captions").asString().split(" ")).hasSize(6);
      assertThat(seen.path("salt").asString().split(" ")).hasSize(6).containsOnly("NaCl");
      assertThat(seen.path("wrong").asString()).isEqualTo("'Xx' in the formula NaXx is no element");
      assertThat(seen.path("kept").asString()).isEqualTo(seen.path("salt").asString());
      assertThat(seen.path("two").asString()).isEqualTo("KCl MgO KCl MgO KCl MgO");
      assertThat(seen.path("mended").asBoolean()).isTrue();
      assertThat(seen.path("training").asString()).doesNotContain("KCl MgO KCl");
      assertThat(page.end()).isZero();
    }
  }

  @Test
  void walkersMove() throws Exception {
    try (LivePage page =
        new LivePage(
            "simulate", "double-well", "--live", "--engine", "reference", "--out", folder.resolve("w.npy").toString(),
            "--set", "steps=100000000", "--set", "snapshots=100000", "-n", "300")) {
      JsonNode seen = use(page.url(), "simulate");
      assertThat(seen.path("second").asString()).isNotEqualTo(seen.path("first").asString());
      assertThat(page.end()).isEqualTo(1);
    }
  }
}
