package io.scorefield.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.scorefield.experiment.settings.SimulationSource;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.JsonNode;

class SimulateCommandTest {
  @TempDir private Path folder;

  private static Cli.Result simulate(String name, Path out, String... more) {
    List<String> args = new ArrayList<>(List.of("simulate", name, "--engine", "reference", "--out", out.toString()));
    args.addAll(List.of(more));
    return Cli.run(args.toArray(String[]::new));
  }

  @Test
  void everySimulationRunsByName() throws IOException {
    for (String name : SimulationSource.BUILT_IN) {
      Path out = folder.resolve(name + ".csv");
      assertThat(simulate(name, out, "-n", "20", "--set", "steps=50").ok().out()).contains("quantity", "walkers: " + out);
      assertThat(Files.readAllLines(out)).hasSize(21);
    }
  }

  @ParameterizedTest
  @CsvSource({"coarse-to-fine, course", "first-passage, passage-times"})
  void aFolderHasTablesPicturesAndAReport(String name, String picture) throws IOException {
    Path out = folder.resolve(name);
    Cli.Result result = simulate(name, out, "-n", "60", "--set", "steps=600").ok();
    assertThat(result.out()).contains("quantity").contains("report: " + out.resolve("report.html"));
    assertThat(out.resolve("samples.npy")).exists();
    assertThat(out.resolve("plots").resolve(picture + ".png")).exists();
    assertThat(Files.readAllLines(out.resolve("observables.csv"))).hasSize(52);
    assertThat(Cli.json(out.resolve("summary.json")).path("simulation").asString("")).isEqualTo(name);
    assertThat(Files.readString(out.resolve("report.html"))).contains("course of the simulation");
  }

  @Test
  void exactValuesStandBesideTheSimulated() throws IOException {
    Path out = folder.resolve("well");
    simulate("double-well", out, "-n", "400", "--set", "steps=300", "--set", "integrator=mala").ok();
    JsonNode energy = Cli.json(out.resolve("summary.json")).path("quantities").path("energy");
    assertThat(energy.path("exact").doubleValue()).isCloseTo(0.20311, within(1e-4));
    assertThat(energy.path("value").doubleValue())
        .isCloseTo(energy.path("exact").doubleValue(), within(4 * energy.path("standard-error").doubleValue()));
    JsonNode accepted = Cli.json(out.resolve("summary.json")).path("quantities").path("acceptance");
    assertThat(accepted.path("value").doubleValue()).isBetween(0.97, 0.9999);
  }

  @Test
  void walkersDependOnTheSeedAndTheirNumberAlone() throws IOException {
    Path few = folder.resolve("few.csv");
    Path many = folder.resolve("many.csv");
    simulate("double-well", few, "-n", "30", "--set", "steps=40", "--threads", "1").ok();
    simulate("double-well", many, "-n", "200", "--set", "steps=40", "--threads", "2").ok();
    assertThat(Files.readAllLines(many).subList(0, 31)).isEqualTo(Files.readAllLines(few));
  }

  @Test
  void aPrintedConfigurationIsTheSameSimulation() throws IOException {
    Path file = folder.resolve("mine.yaml");
    for (String name : SimulationSource.BUILT_IN) {
      Files.writeString(file, Cli.run("config", name).ok().out());
      assertThat(SimulationSource.read(file.toString()).bind()).isEqualTo(SimulationSource.read(name).bind());
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '"',
      value = {
        "double-well   | temperature.value=0 | 'temperature.value' is 0; it must be greater than 0",
        "double-well   | energy=1 / (x + 1) + 0 * x | starts with the energy Infinity at x = -1.0",
        "double-well   | energy=(z^2 - 1)^2 | energy: '(z^2 - 1)^2': unknown name 'z'",
        "double-well   | step=5 | stopped being finite in step",
        "double-well   | project=true | 'project' needs laws to project onto",
        "double-well   | integrator=rk4 | 'integrator' cannot be 'rk4'",
        "two-modes     | integrator=leimkuhler-matthews | does not go with modes",
        "two-modes     | modes=['x'] | 'modes' has one formula",
        "coarse-to-fine | stages=[{components: x}, {components: q}] | unknown component 'q'",
        "driven-ring   | integrator=mala | does not go with a boundary that is periodic",
        "driven-ring   | force={q: 1} | unknown component 'q'",
        "driven-ring   | force={x: 1 / x - 1 / x + log(x)} | starts with the force NaN on x",
        "first-passage | initial={kind: point, at: {x: 3}} | walker 0 starts outside of the boundaries: x = 3.0",
        "first-passage | boundaries=[{component: x, lowest: 2, highest: 1, at-lowest: reflecting, at-highest: reflecting}] | are in the wrong order",
        "double-well   | shift-absorbing=false | 'shift-absorbing' means nothing here: no boundary absorbs; leave it out",
        "first-passage | step=10 | take a smaller step",
      })
  void mistakesAreAnsweredInOneLine(String name, String change, String message) {
    Cli.Result result =
        simulate(
            name, folder.resolve("x.npy"), "-n", "40", "--set",
            change.contains("/ (x + 1)") ? "initial={kind: point, at: {x: -1}}" : "walkers=40", "--set", change);
    assertThat(result.code()).isNotZero();
    assertThat(result.err().lines().filter(line -> line.startsWith("scorefield: ")))
        .singleElement().asString().contains(message);
    assertThat(folder.resolve("x.npy")).doesNotExist();
  }

  @Test
  void namesOfTheOtherKindAreTold() {
    assertThat(Cli.run("run", "double-well").err()).contains("scorefield simulate double-well");
    assertThat(Cli.run("simulate", "circle").err()).contains("scorefield run circle");
  }
}
