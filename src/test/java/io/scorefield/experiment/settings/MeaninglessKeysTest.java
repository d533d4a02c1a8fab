package io.scorefield.experiment.settings;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.scorefield.config.ConfigException;
import io.scorefield.config.ConfigWriter;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/// Keys that mean nothing beside the values of others: refused where someone has written them, and not written by the
/// program.
class MeaninglessKeysTest {
  private static final String DATA = "data: {kind: particles, system: dw4}\n";
  private static final String MORE = "schedule: {kind: cosine}\nsampler: {kind: ddpm, clip: false}\n";
  private static final String PAIRS = "kind: energy, form: pairs, time-embedding: {kind: levels, count: 100}";
  private static final String SIMULATION =
      "components: x y\nenergy: x^2 + y^2\ntemperature: {kind: constant, value: 1}\nstep: 0.01\nsteps: 10\n";

  private static ExperimentSource experiment(String text) {
    return ExperimentSource.of("test", "test.yaml", (text.contains("data:") ? "" : DATA) + text + "\n" + MORE);
  }

  @ParameterizedTest(name = "{0}")
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      textBlock =
          """
          network: {PAIRS, layers: 3}      | 'network.layers' means nothing here: the energy is a sum over pairs, as 'form: pairs' says, and not a graph network; leave it out
          network: {PAIRS, hidden: 32}     | 'network.hidden' means nothing here: the energy is a sum over pairs
          network: {PAIRS, layers: 3, hidden: 8} | 'network.layers', 'network.hidden' mean nothing here: the energy is a sum over pairs, as 'form: pairs' says, and not a graph network; leave them out
          network: {PAIRS, lengths: [1, 2]} | 'network.lengths' means nothing here: the energy is a sum over pairs
          network: {kind: energy, functions: 48} | 'network.functions' means nothing here: the energy is a graph network
          network: {kind: energy, form: network, reach: 6} | 'network.reach' means nothing here: the energy is a graph network
          network: {kind: egnn, layers: 1, attention: true} | 'network.attention' means nothing here: messages are weighted on their way to the next layer
          data: {kind: particles, system: dw4, convention: eacf} | 'data.convention' means nothing here: it tells the energies of Lennard-Jones clusters apart, and the system is dw4; leave it out
          data: {kind: particles, system: dw4, convention: efm} | 'data.convention' means nothing here
          data: {kind: particles, energy: 'sum(i<j, d^2)', particles: 3, axes: 2, convention: efm} | and here the energy is a formula; leave it out
          data: {kind: particles, system: lj13, axes: 3} | 'data.axes' means nothing here: the system lj13 has its own energy; leave it out
          data: {kind: particles, system: lj55, parameters: {a: 1}, energy: 'sum(i<j, d)'} | 'data.parameters', 'data.energy' mean nothing here: the system lj55 has its own energy; leave them out
          data: {kind: file, path: points.npy, contact: 4} | 'data.contact' means nothing here: contacts are counted among particles with an energy, and 'data.energy' is empty; leave it out
          """)
  void keysOfAnExperimentAreRefused(String text, String message) {
    assertThatThrownBy(() -> experiment(text.replace("PAIRS", PAIRS)).bind())
        .isInstanceOf(ConfigException.class)
        .hasMessageStartingWith("test.yaml:")
        .hasMessageContaining(message);
  }

  @ParameterizedTest(name = "{0}")
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      textBlock =
          """
          shift-absorbing: true | test.yaml:6:1: 'shift-absorbing' means nothing here: no boundary absorbs; leave it out
          boundaries: [{component: x, lowest: 0, at-highest: absorbing, highest: 1}] | 'boundaries[0].lowest' means nothing here: nothing is there, for 'at-lowest' is open; leave it out
          boundaries: [{component: x, lowest: 0, at-lowest: reflecting, highest: 9}] | 'boundaries[0].highest' means nothing here: nothing is there, for 'at-highest' is open; leave it out
          boundaries: [{component: x}] | 'boundaries[0]': 'x' is open at both ends; say what is there with at-lowest and at-highest
          stages: [{components: x, share: 2}] | 'stages[0].share' means nothing here: one stage has all steps; leave it out
          """)
  void keysOfASimulationAreRefused(String text, String message) {
    assertThatThrownBy(() -> SimulationSource.of("test", "test.yaml", SIMULATION + text + "\n").bind())
        .isInstanceOf(ConfigException.class)
        .hasMessageContaining(message);
  }

  /// A law that is to have a part in a training that does not take place.
  @Test
  void lawsWithoutATrainingAreRefused() {
    ExperimentSource source =
        experiment(
            "data: {kind: circle}\nphysics: [{equality: x^2 + y^2 - 1}]\nobjective: {physics: {estimate: mean}}\n"
                + "train: {epochs: 0}");
    assertThatThrownBy(source::bind)
        .isInstanceOf(ConfigException.class)
        .hasMessageContaining("objective.physics has no part in a training without steps; set train.steps or train.epochs");
    assertThat(source.with("train.steps=1").bind().train().steps()).isEqualTo(1);
    assertThat(source.with("train.epochs=1").bind().train().epochs()).isEqualTo(1);
    assertThat(source.with("objective.physics.estimate=none").bind().physics()).hasSize(1);
  }

  /// What the program writes it can read: keys that mean nothing are not in it.
  @ParameterizedTest
  @ValueSource(
      strings = {
        "network: {PAIRS}",
        "network: {kind: energy, form: network, layers: 2}",
        "network: {kind: egnn, layers: 1}",
        "data: {kind: particles, system: lj13, convention: eacf}",
        "data: {kind: particles, energy: 'sum(i<j, d^2)', particles: 3, axes: 2}",
        "data: {kind: file, path: /points.npy, components: 'x[4,2]', energy: 'sum(i<j, d)', contact: 4}",
        "data: {kind: file, path: /points.npy}"
      })
  void whatIsWrittenIsReadAgain(String text) {
    ExperimentConfig config = experiment(text.replace("PAIRS", PAIRS)).bind();
    for (String written : new String[] {ConfigWriter.yaml(config), ConfigWriter.json(config)}) {
      assertThat(ExperimentSource.of("test", "test.yaml", written).bind()).isEqualTo(config);
    }
  }

  /// Earlier versions wrote every key into checkpoints.
  @Test
  void whatTheProgramHasWrittenMayHaveThem() {
    String text = DATA.replace("dw4", "dw4, convention: efm") + "network: {" + PAIRS + ", layers: 3}\n" + MORE;
    ExperimentConfig config = ExperimentSource.written("test", "test.yaml", text).with("seed=7").bind();
    assertThat(config).isEqualTo(experiment("network: {" + PAIRS + "}").with("seed=7").bind());
    assertThat(ConfigWriter.json(config)).doesNotContain("layers", "convention");
  }
}
