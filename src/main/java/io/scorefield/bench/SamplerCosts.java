package io.scorefield.bench;

import io.scorefield.diffusion.ClassifierFree;
import io.scorefield.diffusion.Guidance;
import io.scorefield.diffusion.Sampler;
import io.scorefield.engine.Engine;
import io.scorefield.engine.EngineInfo;
import io.scorefield.engine.NotFiniteException;
import io.scorefield.engine.PhysicsTerm;
import io.scorefield.engine.SampleRequest;
import io.scorefield.engine.StepProgram;
import io.scorefield.experiment.SamplerLineup;
import io.scorefield.watch.Watch;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/// What one evaluation of the network costs in every sampler on a fixed grid, relative to one of Euler-Maruyama's, and what
/// two of them cost that are combined as classifier-free guidance does.
///
/// All are timed in turns, in many short runs, and each is compared with a run of Euler-Maruyama's just before it, so that what
/// else the machine does meets both alike.
public final class SamplerCosts {
  /// The work's name.
  public static final String WORK = "samplers";

  private static final String PAIR = "classifier-free pair";

  /// Evaluations of one sample, at most.
  private static final int EVALUATIONS = 48;

  private static final int LEAST_ROUNDS = 3;
  private static final int MOST_ROUNDS = 41;
  private static final double MOST_SECONDS_A_RUN = 0.1;
  private static final long FEWEST_SAMPLES = 64;
  private static final long MOST_SAMPLES = 1 << 22;

  /// What a sampler costs.
  ///
  /// @param reference the sampler whose evaluation is the unit
  /// @param evaluations of one sample; of the pair, how many pairs
  /// @param samples of one run
  /// @param relative the median of the rounds, in evaluations of the unit
  /// @param least of the rounds, likewise most
  public record Cost(
      EngineInfo engine, String sampler, String reference, int evaluations, long samples, int rounds, double relative,
      double least, double most) {
    /// As a line of a table.
    public String line() {
      return String.format(
          Locale.ROOT, "%-10s %-22s %,12d %14d %12.3f   %.3f to %.3f", engine.name(), sampler, samples, evaluations, relative,
          least, most);
    }

    /// As a tree of a report.
    public Map<String, Object> tree() {
      Map<String, Object> tree = new LinkedHashMap<>();
      tree.put("engine", engine.name());
      tree.put("device", engine.device());
      tree.put("threads", engine.threads());
      tree.put("sampler", sampler);
      tree.put("relative-to", reference);
      tree.put("evaluations", evaluations);
      tree.put("samples", samples);
      tree.put("rounds", rounds);
      tree.put("relative", relative);
      tree.put("least", least);
      tree.put("most", most);
      return tree;
    }
  }

  /// The heading of the lines.
  public static String heading(String reference) {
    return String.format(
        Locale.ROOT, "%-10s %-22s %12s %14s %12s   %s", "engine", "sampler", "samples", "evaluations", "relative",
        "spread, in evaluations of " + reference);
  }

  /// A table to be timed.
  private record Timed(StepProgram program, int evaluations) {}

  private final Workload work;
  private final Map<String, Timed> programs = new LinkedHashMap<>();
  private final List<String> refused = new ArrayList<>();
  private final String reference;

  public SamplerCosts(Workload work, SamplerLineup lineup) {
    this.work = work;
    for (String name : SamplerLineup.NAMES) {
      try {
        Optional<SamplerLineup.Chosen> chosen = lineup.chosen(name, EVALUATIONS);
        if (chosen.isPresent()) {
          programs.put(name, timed(chosen.get().sampler(), new Guidance.None(), chosen.get().evaluations()));
        } else {
          refused.add("cost of " + name + ": the schedule has too few levels for " + EVALUATIONS + " evaluations");
        }
      } catch (IllegalArgumentException e) {
        refused.add("cost of " + name + ": " + e.getMessage());
      }
    }
    if (programs.isEmpty()) {
      reference = "";
      return;
    }
    // A schedule in steps has no differential equation.
    reference = programs.containsKey("euler-maruyama") ? "euler-maruyama" : programs.keySet().iterator().next();
    SamplerLineup.Chosen chosen = lineup.chosen(reference, EVALUATIONS).orElseThrow();
    programs.put(PAIR, timed(chosen.sampler(), new ClassifierFree(1), chosen.evaluations()));
  }

  private Timed timed(Sampler sampler, Guidance guidance, int evaluations) {
    return new Timed(work.diffuser().program(sampler, guidance), evaluations);
  }

  /// The sampler whose evaluation is the unit; empty where no sampler takes the model.
  public String reference() {
    return reference;
  }

  /// Samplers that do not fit the model, with the reason.
  public List<String> refused() {
    return refused;
  }

  /// Times all on an engine.
  ///
  /// @param seconds for one sampler, with all its rounds
  /// @param left takes what is not timed, with the reason
  public List<Cost> of(Engine engine, double seconds, List<String> left) {
    String name = engine.info().name() + ", cost of ";
    Map<String, Timed> programs = finite(engine, name, left);
    Timed unit = programs.get(reference);
    if (unit == null) {
      return List.of();
    }
    long samples = FEWEST_SAMPLES;
    double once = run(engine, unit, samples);
    double wanted = Math.min(MOST_SECONDS_A_RUN, seconds / (LEAST_ROUNDS + 2));
    if (once > wanted) {
      left.add(
          String.format(
              Locale.ROOT, "%ssamplers: %d samples take %.2g s; --seconds %.0f allows it", name, samples, once,
              Math.ceil(once * (LEAST_ROUNDS + 3))));
      return List.of();
    }
    while (2 * once <= wanted && samples < MOST_SAMPLES) {
      samples *= 2;
      once = run(engine, unit, samples);
    }
    int rounds = Math.clamp((long) (seconds / once), LEAST_ROUNDS, MOST_ROUNDS);
    double[][] relative = new double[programs.size()][rounds];
    for (int round = 0; round < rounds; round++) {
      int at = 0;
      for (Timed timed : programs.values()) {
        double each = run(engine, unit, samples) / unit.evaluations();
        relative[at++][round] = run(engine, timed, samples) / timed.evaluations() / each;
      }
    }
    List<Cost> costs = new ArrayList<>();
    for (Map.Entry<String, Timed> entry : programs.entrySet()) {
      double[] own = relative[costs.size()];
      Arrays.sort(own);
      double median = (own[rounds / 2] + own[(rounds - 1) / 2]) / 2;
      costs.add(
          new Cost(
              engine.info(), entry.getKey(), reference, entry.getValue().evaluations(), samples, rounds, median, own[0],
              own[rounds - 1]));
    }
    return costs;
  }

  /// The programs whose samples are finite: the weights are the initial ones, which no sampler is made for. This is their
  /// warm-up as well.
  private Map<String, Timed> finite(Engine engine, String name, List<String> left) {
    Map<String, Timed> finite = new LinkedHashMap<>();
    programs.forEach(
        (sampler, timed) -> {
          try {
            run(engine, timed, FEWEST_SAMPLES);
            finite.put(sampler, timed);
          } catch (NotFiniteException e) {
            left.add(name + sampler + ": not finite with initial weights");
          }
        });
    return finite;
  }

  private double run(Engine engine, Timed timed, long samples) {
    Watch.current().check();
    long start = System.nanoTime();
    try {
      engine.sample(
          work.network(), timed.program(), PhysicsTerm.none(), work.diffuser().started(SampleRequest.of(1, 0, samples)),
          (first, count, block) -> Watch.current().check());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return (System.nanoTime() - start) / 1e9;
  }
}
