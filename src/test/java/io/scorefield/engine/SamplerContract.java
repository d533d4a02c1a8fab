package io.scorefield.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.scorefield.data.Scaling;
import io.scorefield.diffusion.AdaptiveGrid;
import io.scorefield.diffusion.Diffuser;
import io.scorefield.diffusion.FlowFrame;
import io.scorefield.diffusion.Guidance;
import io.scorefield.diffusion.OwnSteps;
import io.scorefield.diffusion.Parameterization;
import io.scorefield.engine.reference.ReferenceEngine;
import io.scorefield.experiment.settings.Catalogue;
import io.scorefield.experiment.settings.ExperimentConfig;
import io.scorefield.experiment.settings.ExperimentSource;
import io.scorefield.network.Activation;
import io.scorefield.network.Mlp;
import io.scorefield.network.Network;
import io.scorefield.network.TimeEmbedding;
import io.scorefield.schedule.VariancePreserving;
import java.io.IOException;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/// Every sampler that a user can name, on every schedule that it takes, makes the samples that the oracle says. A test class of
/// an engine extends this one.
public abstract class SamplerContract {
  private static final Map<String, String> SCHEDULES =
      Map.of(
          "cosine", "{kind: cosine, steps: 30}", "vp", "{kind: vp, start: 0.01}", "ve", "{kind: ve, sigma-max: 5}", "edm",
          "{kind: edm, sigma-min: 0.05, sigma-max: 10}", "rectified-flow", "{kind: rectified-flow, start: 0.02}");

  /// Opens the engine under test.
  protected abstract Engine open();

  static Stream<String> samplers() {
    return Catalogue.subjects().get("samplers").choices().stream().map(choice -> choice.name())
        .filter(name -> !name.equals("adaptive")); // its levels are those of an ordinary program of Heun's
  }

  /// @param more keys of the sampler
  private static Optional<Diffuser> diffuser(String sampler, String schedule, StepProgram[] program) throws IOException {
    String more =
        switch (sampler) {
          case "edm" -> schedule.equals("cosine") ? "" : ", churn: 3";
          case "langevin" -> ", per-level: 2";
          case "euler", "heun" -> schedule.equals("cosine") ? ", frame: circle" : "";
          case "dpm-solver++" -> ", grid: {kind: karras}, eta: 0.5";
          default -> "";
        };
    try {
      ExperimentConfig config =
          ExperimentSource.of(
                  "test", "test",
                  "{data: {kind: half-moons, standardize: true}, schedule: " + SCHEDULES.get(schedule)
                      + ", sampler: {kind: " + sampler + ", steps: 5, clip: false" + more + "}}")
              .bind();
      Diffuser diffuser = config.diffuser(Scaling.identity(2), Optional.empty());
      program[0] = diffuser.program(config.sampler().sampler(), new Guidance.None());
      return Optional.of(diffuser);
    } catch (RuntimeException e) {
      // Refused with a reason, which other tests look at.
      assertThat(e.getMessage())
          .containsAnyOf("alpha is 0", "discrete schedule", "schedule in steps", "no finite drift", "frame");
      return Optional.empty();
    }
  }

  @ParameterizedTest
  @MethodSource("samplers")
  void everySamplerMakesTheSamplesOfTheOracle(String sampler) throws IOException {
    int count = 40;
    int ran = 0;
    for (String schedule : SCHEDULES.keySet()) {
      StepProgram[] program = new StepProgram[1];
      if (diffuser(sampler, schedule, program).isEmpty()) {
        continue;
      }
      ran++;
      Network network =
          Network.initialize(Mlp.uniform(2, program[0].featureCount(), 3, 24, Activation.TANH), 6);
      float[] samples = new float[2 * count];
      try (Engine engine = open()) {
        engine.sample(
            network, program[0], PhysicsTerm.none(), SampleRequest.of(3, 500, count),
            (first, size, block) -> System.arraycopy(block, 0, samples, 2 * (int) (first - 500), 2 * size));
      }
      float[] expected = new float[2 * count];
      for (int i = 0; i < count; i++) {
        double[] one =
            ProgramInterpreter.run(program[0], PhysicsTerm.none(), PlainNetwork.of(network), 3, 500 + i, 2);
        expected[2 * i] = (float) one[0];
        expected[2 * i + 1] = (float) one[1];
      }
      assertThat(Same.worst(samples, expected)).as(sampler + " on " + schedule).isLessThan(2e-4);
    }
    assertThat(ran).as("schedules that " + sampler + " takes").isGreaterThan(sampler.equals("runge-kutta") ? 3 : 2);
  }

  /// The adaptive sampler's levels are found by evaluations of the engine: every engine finds those of the reference, to the
  /// rounding of its arithmetic. (Of a network that oscillates in t it would not, where a step is just refused or just taken.)
  @ParameterizedTest
  @EnumSource(value = FlowFrame.class, names = "TIME", mode = EnumSource.Mode.EXCLUDE)
  void adaptiveLevelsAreThoseOfTheReference(FlowFrame frame) {
    Diffuser diffuser =
        new Diffuser(
            new VariancePreserving(0.1, 20, 1e-2, 1e-5), Parameterization.V, new TimeEmbedding.Bare(1),
            Scaling.identity(2));
    Network network = Network.initialize(Mlp.uniform(2, 1, 3, 24, Activation.TANH), 6);
    AdaptiveGrid grid = new AdaptiveGrid(3e-3, frame);
    try (Engine engine = open();
        Engine reference = new ReferenceEngine(1)) {
      AdaptiveGrid.Found expected = grid.find(diffuser, reference, network);
      AdaptiveGrid.Found found = grid.find(diffuser, engine, network);
      double[] levels = found.levels().toStart(diffuser.schedule());
      assertThat(levels).hasSizeGreaterThan(5);
      assertThat(found.evaluations()).isEqualTo(expected.evaluations());
      assertThat(levels).usingComparatorWithPrecision(1e-3).containsExactly(expected.levels().toStart(diffuser.schedule()));
    }
  }

  /// So are samples whose steps are their own; where rounding decides whether a step is just taken, they differ by as much as
  /// the tolerance allows.
  @Test
  void samplesWithStepsOfTheirOwnAreThoseOfTheReference() {
    int count = 40;
    Diffuser diffuser =
        new Diffuser(
            new VariancePreserving(0.1, 20, 1e-2, 1e-5), Parameterization.V, new TimeEmbedding.Bare(1),
            Scaling.identity(2));
    Network network = Network.initialize(Mlp.uniform(2, 1, 3, 24, Activation.TANH), 6);
    OwnSteps steps = new OwnSteps(3e-3, FlowFrame.CIRCLE, false, true);
    try (Engine engine = open();
        Engine reference = new ReferenceEngine(1)) {
      OwnSteps.Made expected = steps.make(diffuser, reference, network, 5, 900, count);
      OwnSteps.Made found = steps.make(diffuser, engine, network, 5, 900, count);
      int same = 0;
      for (int i = 0; i < count; i++) {
        boolean equal = found.evaluations()[i] == expected.evaluations()[i];
        same += equal ? 1 : 0;
        for (int d = 2 * i; d < 2 * i + 2; d++) {
          assertThat(found.points()[d]).isCloseTo(expected.points()[d], within(equal ? 1e-4f : 3e-2f));
        }
      }
      assertThat(same).isGreaterThan(count - 4);
    }
  }
}
