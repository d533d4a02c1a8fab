package io.scorefield.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.scorefield.data.DataSet;
import io.scorefield.data.PlaneDistribution;
import io.scorefield.data.Scaling;
import io.scorefield.diffusion.Diffuser;
import io.scorefield.diffusion.Objective;
import io.scorefield.diffusion.Parameterization;
import io.scorefield.diffusion.Weighting;
import io.scorefield.engine.AdamOptions;
import io.scorefield.engine.Engine;
import io.scorefield.engine.TrainingState;
import io.scorefield.engine.WeightAverage;
import io.scorefield.engine.reference.ReferenceEngine;
import io.scorefield.io.FormatException;
import io.scorefield.io.Fuzz;
import io.scorefield.network.Activation;
import io.scorefield.network.Mlp;
import io.scorefield.network.Network;
import io.scorefield.network.TimeEmbedding;
import io.scorefield.schedule.DiscreteSchedule;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

@Timeout(60)
class TrainerTest {
  @TempDir Path folder;

  private static final Diffuser DIFFUSER =
      new Diffuser(
          DiscreteSchedule.cosine(20),
          Parameterization.EPS,
          new TimeEmbedding.Sinusoidal(8, 1),
          Scaling.identity(2));
  private static final Mlp MLP = Mlp.uniform(2, 8, 3, 16, Activation.LEAKY_RELU);
  private static final DataSet DATA = DataSet.draw(PlaneDistribution.circle(1.5), 30, 1);

  private static TrainingOptions options(double learningRate) {
    return new TrainingOptions(
        120, 8, learningRate, TrainingOptions.Decay.COSINE,
        new AdamOptions(0.9, 0.999, 1e-8, Double.POSITIVE_INFINITY, 0.95),
        new Objective(Weighting.NONE, Objective.Reduction.MEAN), 5);
  }

  /// Every course of the learning rate and every average.
  private static Stream<TrainingOptions> courses() {
    TrainingOptions plain = options(1e-2);
    AdamOptions power =
        new AdamOptions(0.9, 0.999, 1e-8, Double.POSITIVE_INFINITY, WeightAverage.Power.ofWidth(0.1));
    return Stream.of(
        plain, with(TrainingOptions.Decay.NONE, 30, 0, plain.adam()), with(TrainingOptions.Decay.COSINE, 60, 0, power),
        with(TrainingOptions.Decay.INVERSE_SQUARE_ROOT, 20, 0, power),
        with(TrainingOptions.Decay.INVERSE_SQUARE_ROOT, 0, 50, AdamOptions.defaults()));
  }

  private static TrainingOptions with(TrainingOptions.Decay decay, long warmUp, long decayStart, AdamOptions adam) {
    TrainingOptions plain = options(1e-2);
    return new TrainingOptions(
        plain.steps(), plain.batch(), plain.learningRate(), decay, warmUp, decayStart, adam, plain.objective(), plain.seed());
  }

  @Test
  void theLearningRateRisesAndFallsAsItSays() {
    AdamOptions adam = AdamOptions.defaults();
    TrainingOptions cosine = with(TrainingOptions.Decay.COSINE, 20, 0, adam);
    assertThat(cosine.learningRate(0)).isCloseTo(1e-2 / 20, within(1e-15));
    assertThat(cosine.learningRate(19)).isCloseTo(1e-2, within(1e-15));
    assertThat(cosine.learningRate(20)).isCloseTo(1e-2, within(1e-15));
    assertThat(cosine.learningRate(70)).isCloseTo(5e-3, within(1e-15));
    assertThat(options(1e-2).learningRate(30)).isCloseTo(5e-3 * (1 + Math.sqrt(0.5)), within(1e-15));
    TrainingOptions root = with(TrainingOptions.Decay.INVERSE_SQUARE_ROOT, 20, 0, adam);
    assertThat(root.learningRate(9)).isCloseTo(5e-3, within(1e-15));
    assertThat(root.learningRate(80)).isCloseTo(5e-3, within(1e-15));
    TrainingOptions later = with(TrainingOptions.Decay.INVERSE_SQUARE_ROOT, 10, 25, adam);
    assertThat(later.learningRate(24)).isCloseTo(1e-2, within(1e-15));
    assertThat(later.learningRate(100)).isCloseTo(5e-3, within(1e-15));
    assertThatThrownBy(() -> with(TrainingOptions.Decay.INVERSE_SQUARE_ROOT, 0, 0, adam))
        .hasMessageContaining("train.decay-start");
  }

  /// The profile of the average has the standard deviation that was asked for.
  @Test
  void aPowersWidthIsTheDeviationOfItsProfile() {
    for (double width : new double[] {0.05, 0.1, 0.25}) {
      WeightAverage.Power power = WeightAverage.Power.ofWidth(width);
      int steps = 20_000;
      double mean = 0;
      double square = 0;
      for (long k = 1; k <= steps; k++) {
        double share = 1 - power.decay(k);
        mean += share * (k - mean);
        square += share * ((double) k * k - square);
      }
      assertThat(Math.sqrt(square - mean * mean) / steps).isCloseTo(width, within(1e-3 * width));
    }
    assertThatThrownBy(() -> WeightAverage.Power.ofWidth(0.3)).hasMessageContaining("0.2886");
  }

  @ParameterizedTest
  @MethodSource("courses")
  void aResumedTrainingIsTheSameToTheBit(TrainingOptions options) throws IOException {
    Path file = folder.resolve("checkpoint.safetensors");
    try (Engine engine = new ReferenceEngine(2)) {
      TrainingState whole;
      try (Trainer trainer = new Trainer(engine, DIFFUSER, MLP, DATA, options)) {
        trainer.run();
        whole = trainer.state();
      }
      try (Trainer trainer = new Trainer(engine, DIFFUSER, MLP, DATA, options)) {
        trainer.advance(47);
        new Checkpoint(Map.of("config", "{}"), MLP, trainer.state()).write(file);
        trainer.advance(20); // work that is lost
      }
      Checkpoint.Stored stored = Checkpoint.read(file);
      assertThat(stored.require("config")).isEqualTo("{}");
      TrainingState state = stored.state(MLP);
      assertThat(state.step()).isEqualTo(47);
      try (Trainer trainer = new Trainer(engine, DIFFUSER, MLP, DATA, options, Optional.empty(), state)) {
        trainer.run();
        TrainingState resumed = trainer.state();
        assertThat(resumed.step()).isEqualTo(120);
        assertThat(resumed.parameters()).containsExactly(whole.parameters());
        assertThat(resumed.average()).containsExactly(whole.average());
        assertThat(resumed.firstMoment()).containsExactly(whole.firstMoment());
        assertThat(resumed.secondMoment()).containsExactly(whole.secondMoment());
        assertThat(trainer.advance(5).data()).isEmpty();
      }
    }
  }

  @Test
  void divergenceIsReportedWithWhatToTry() {
    try (Engine engine = new ReferenceEngine(1);
        Trainer trainer = new Trainer(engine, DIFFUSER, MLP, DATA, options(1e30))) {
      assertThatThrownBy(trainer::run)
          .isInstanceOf(DivergenceException.class)
          .hasMessageContaining("train.learning-rate");
    }
  }

  @Test
  void everyEpochVisitsEachPointOnce() {
    ExampleOrder order = new ExampleOrder(3, 30);
    int[] examples = order.examples(0, 90);
    for (int epoch = 0; epoch < 3; epoch++) {
      int[] sorted = Arrays.copyOfRange(examples, 30 * epoch, 30 * epoch + 30);
      Arrays.sort(sorted);
      assertThat(sorted).containsExactly(IntStream.range(0, 30).toArray());
    }
    assertThat(new ExampleOrder(3, 30).examples(41, 8))
        .containsExactly(Arrays.copyOfRange(examples, 41, 49));
  }

  @Test
  void examplesThatAreExpectedAreTheSame() {
    int[] all = new ExampleOrder(3, 30).examples(0, 200);
    ExampleOrder order = new ExampleOrder(3, 30);
    order.expect(5, 70);
    assertThat(order.examples(5, 70)).containsExactly(Arrays.copyOfRange(all, 5, 75));
    assertThat(order.examples(5, 70)).as("once more").containsExactly(Arrays.copyOfRange(all, 5, 75));
    order.expect(75, 70);
    assertThat(order.examples(75, 20)).as("fewer").containsExactly(Arrays.copyOfRange(all, 75, 95));
    order.expect(95, 10);
    order.expect(150, 50);
    assertThat(order.examples(20, 60)).as("others").containsExactly(Arrays.copyOfRange(all, 20, 80));
    assertThat(order.examples(150, 50)).containsExactly(Arrays.copyOfRange(all, 150, 200));
  }

  @Test
  void learningRateFallsAsACosine() {
    TrainingOptions options = options(2);
    assertThat(options.learningRate(0)).isEqualTo(2);
    assertThat(options.learningRate(60)).isCloseTo(1, within(1e-12));
    assertThat(options.learningRate(119)).isLessThan(0.001);
  }

  @Test
  void refusesCheckpointsThatDoNotFit() throws IOException {
    Path file = folder.resolve("checkpoint.safetensors");
    writeFresh(file);
    Mlp wider = Mlp.uniform(2, 8, 3, 17, Activation.LEAKY_RELU);
    Mlp deeper = Mlp.uniform(2, 8, 4, 16, Activation.LEAKY_RELU);
    Checkpoint.Stored stored = Checkpoint.read(file);
    assertThatThrownBy(() -> stored.state(wider))
        .isInstanceOf(FormatException.class)
        .hasMessageContaining("layers.0.weight")
        .hasMessageContaining("[17, 10]");
    assertThatThrownBy(() -> stored.state(deeper)).hasMessageContaining("layers.2.weight");
    assertThatThrownBy(() -> stored.require("nothing")).hasMessageContaining("lacks 'nothing'");
  }

  private static void writeFresh(Path file) throws IOException {
    float[] parameters = Network.initialize(MLP, 1).parameters();
    new Checkpoint(
            Map.of(), MLP, TrainingState.start(new Network(MLP, parameters)))
        .write(file);
  }

  @Test
  void refusesNumbersThatAreNotFiniteAndOtherFormats() throws IOException {
    Path file = folder.resolve("checkpoint.safetensors");
    float[] parameters = Network.initialize(MLP, 1).parameters();
    parameters[3] = Float.NaN;
    new Checkpoint(
            Map.of(), MLP, TrainingState.start(new Network(MLP, parameters)))
        .write(file);
    Checkpoint.Stored stored = Checkpoint.read(file);
    assertThatThrownBy(() -> stored.state(MLP)).hasMessageContaining("NaN");
    byte[] bytes = Files.readAllBytes(file);
    String text = new String(bytes, StandardCharsets.ISO_8859_1);
    Files.write(
        file,
        text.replace("scorefield-checkpoint-1", "scorefield-checkpoint-9")
            .getBytes(StandardCharsets.ISO_8859_1));
    assertThatThrownBy(() -> Checkpoint.read(file)).hasMessageContaining("is not known");
  }

  @Test
  void checkpointsSurviveSeededMutations() throws IOException {
    Path file = folder.resolve("checkpoint.safetensors");
    writeFresh(file);
    byte[] valid = Files.readAllBytes(file);
    // Mutate the header alone: a changed weight is a valid file.
    int header = 8 + 1200;
    byte[] head = Arrays.copyOf(valid, header);
    Fuzz.mutations(head, 1500, 3)
        .forEach(
            mutated -> {
              byte[] whole = Arrays.copyOf(mutated, mutated.length + valid.length - header);
              System.arraycopy(valid, header, whole, mutated.length, valid.length - header);
              try {
                Files.write(file, whole);
                Checkpoint.read(file).state(MLP);
              } catch (FormatException e) {
                assertThat(e).hasMessageContaining("checkpoint.safetensors");
              } catch (IOException e) {
                throw new AssertionError(e);
              }
            });
  }
}
