package io.scorefield.engine.cuda;

import static java.util.stream.Collectors.toSet;
import static org.assertj.core.api.Assertions.assertThat;

import io.scorefield.data.DataRange;
import io.scorefield.data.Scaling;
import io.scorefield.diffusion.ClassifierFree;
import io.scorefield.diffusion.ConditionedLaw;
import io.scorefield.diffusion.Diffuser;
import io.scorefield.diffusion.Guidance;
import io.scorefield.diffusion.Projection;
import io.scorefield.diffusion.Sampler;
import io.scorefield.engine.RowUse;
import io.scorefield.engine.StepProgram;
import io.scorefield.engine.StepRow;
import io.scorefield.experiment.settings.Catalogue;
import io.scorefield.experiment.settings.ExperimentConfig;
import io.scorefield.experiment.settings.ExperimentSource;
import io.scorefield.physics.Tape;
import io.scorefield.physics.Variables;
import io.scorefield.physics.formula.Formula;
import io.scorefield.physics.formula.FormulaLaw;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// The kinds of rows whose cost is counted (bench/rows.json) are those that samplers make, and its laws are what formulas become.
class RowKindsTest {
  private static final JsonNode LIST = JsonMapper.shared().readTree(Path.of("bench/rows.json").toFile());

  /// What comes on top of any kind; what it costs is the difference between kinds of the list.
  private static final Set<RowUse> ADDED =
      EnumSet.of(
          RowUse.NOISE, RowUse.SAVES, RowUse.CLIPS, RowUse.SHIFTS, RowUse.EARLIER, RowUse.REMEMBERS, RowUse.KEEPS, RowUse.COMBINES);

  private static final List<Guidance> GUIDED =
      List.of(
          new ClassifierFree(1), new Guidance.Literal(1, Guidance.At.BEFORE), new Guidance.Literal(1, Guidance.At.CORRECTED),
          new Guidance.Dps(1), new Guidance.Likelihood(0.1, 1), new Guidance.Posterior(0.1, 3), new Projection(false, 1),
          new Projection(false, 1, 100, Projection.Noise.POSTERIOR, 2), new Projection(true, 1),
          new ConditionedLaw(new ClassifierFree(1), new Guidance.Dps(1)),
          new ConditionedLaw(new ClassifierFree(1), new Projection(false, 1)));

  private static Set<Set<RowUse>> listed() {
    return LIST.get("kinds").valueStream()
        .map(kind -> kind.get("uses").valueStream().map(use -> RowUse.valueOf(use.asString())).collect(toSet()))
        .collect(toSet());
  }

  private static Set<Set<RowUse>> uses(StepProgram program) {
    Set<Set<RowUse>> all = new HashSet<>();
    for (StepRow row : program.rows()) {
      Set<RowUse> uses = new HashSet<>(EnumSet.allOf(RowUse.class));
      uses.removeIf(use -> !row.uses(use));
      all.add(uses);
    }
    return all;
  }

  private static Set<RowUse> core(Set<RowUse> uses) {
    Set<RowUse> core = new HashSet<>(uses);
    core.removeAll(ADDED);
    return core;
  }

  private record Model(Sampler sampler, Diffuser diffuser) {
    static Optional<Model> of(String sampler, String schedule, boolean clip) throws IOException {
      boolean noise = schedule.contains("vp");
      String more = noise && sampler.equals("edm") ? ", churn: 3" : noise && sampler.equals("dpm-solver++") ? ", eta: 0.5" : "";
      try {
        ExperimentConfig config =
            ExperimentSource.of(
                    "test", "test",
                    "{data: {kind: half-moons, standardize: true}, schedule: " + schedule + ", sampler: {kind: " + sampler
                        + ", steps: 5, clip: " + clip + more + "}}")
                .bind();
        DataRange range = new DataRange(new double[] {-1, -1}, new double[] {1, 1}, 2);
        return Optional.of(new Model(config.sampler().sampler(), config.diffuser(Scaling.identity(2), Optional.of(range))));
      } catch (RuntimeException e) {
        return Optional.empty(); // refused with a reason, which other tests look at
      }
    }

    Set<Set<RowUse>> uses(Guidance guidance) {
      try {
        return RowKindsTest.uses(diffuser.program(sampler, guidance));
      } catch (IllegalArgumentException e) {
        return Set.of(); // likewise
      }
    }
  }

  @Test
  void everyRowThatASamplerMakesIsOfAListedKind() throws IOException {
    Set<Set<RowUse>> listed = listed();
    Set<Set<RowUse>> cores = listed.stream().map(RowKindsTest::core).collect(toSet());
    Set<Set<RowUse>> made = new HashSet<>();
    for (var choice : Catalogue.subjects().get("samplers").choices()) {
      for (String schedule : List.of("{kind: cosine, steps: 30}", "{kind: vp, start: 0.01}")) {
        for (boolean clip : new boolean[] {false, true}) {
          Optional<Model> model = Model.of(choice.name(), schedule, clip);
          Set<Set<RowUse>> plain = model.map(m -> m.uses(new Guidance.None())).orElse(Set.of());
          if (!clip) {
            assertThat(listed).as(choice.name()).containsAll(plain.stream().filter(RowKindsTest::isWhole).toList());
          }
          made.addAll(plain);
          for (Guidance guidance : model.isPresent() ? GUIDED : List.<Guidance>of()) {
            Set<Set<RowUse>> guided = model.get().uses(guidance);
            assertThat(cores).as(choice.name() + ", " + guidance).containsAll(guided.stream().map(RowKindsTest::core).toList());
            made.addAll(guided);
          }
        }
      }
    }
    assertThat(made).hasSizeGreaterThan(40).containsAll(listed.stream().filter(RowKindsTest::isOfASampler).toList());
  }

  /// All but the first steps of a method with a memory, which have less than its others.
  private static boolean isWhole(Set<RowUse> uses) {
    return uses.contains(RowUse.EARLIER) == uses.contains(RowUse.SHIFTS);
  }

  /// All but those of log-densities and simulations.
  private static boolean isOfASampler(Set<RowUse> uses) {
    boolean energy = uses.contains(RowUse.GRADIENT) && !uses.contains(RowUse.NETWORK) && uses.contains(RowUse.NOISE);
    return !(energy || uses.contains(RowUse.TESTS) || uses.contains(RowUse.DIVERGES));
  }

  @Test
  void theLawsAreWhatTheFormulasBecome() {
    Variables variables = Variables.of(List.of("x", "y"));
    for (Map.Entry<String, JsonNode> law : LIST.get("laws").properties()) {
      Formula formula = Formula.parse(law.getValue().get("formula").asString());
      boolean objective = law.getValue().get("objective").asBoolean();
      Tape tape = objective ? FormulaLaw.objective(formula, variables, Map.of()) : FormulaLaw.equality(formula, variables, Map.of());
      List<Object> rows = new ArrayList<>();
      for (JsonNode row : law.getValue().get("tape")) {
        rows.add(List.of(row.get(0).asString(), row.get(1).asInt(), row.get(2).asInt(), row.get(3).asDouble()));
      }
      assertThat(tape.rows().stream().<Object>map(row -> List.of(row.operation().name(), row.first(), row.second(), row.immediate())))
          .as(law.getKey())
          .containsExactlyElementsOf(rows);
      assertThat(tape.residuals()).isEqualTo(law.getValue().get("residuals").asInt());
    }
  }
}
