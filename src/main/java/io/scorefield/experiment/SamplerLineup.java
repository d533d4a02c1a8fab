package io.scorefield.experiment;

import io.scorefield.config.ConfigException;
import io.scorefield.diffusion.Diffuser;
import io.scorefield.diffusion.Guidance;
import io.scorefield.diffusion.Sampler;
import io.scorefield.experiment.settings.ExperimentSource;
import io.scorefield.schedule.DiscreteSchedule;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/// Every way of sampling on a fixed grid, with as many steps as some evaluations of a network allow.
///
/// @param source the configuration of a model, of which the sampler is changed
/// @param diffuser of the model
/// @param clip whether x0hat is clipped
public record SamplerLineup(ExperimentSource source, Diffuser diffuser, boolean clip) {
  private static final Map<String, String> ALL = new LinkedHashMap<>();

  static {
    ALL.put("ddpm", "kind: ddpm, steps: %d");
    ALL.put("ddim", "kind: ddim, steps: %d");
    ALL.put("ddim-karras", "kind: ddim, steps: %d, grid: {kind: karras}");
    ALL.put("euler-maruyama", "kind: euler-maruyama, steps: %d");
    ALL.put("predictor-corrector", "kind: predictor-corrector, steps: %d");
    ALL.put("langevin", "kind: langevin, steps: %d, per-level: 5");
    ALL.put("euler", "kind: euler, steps: %d, frame: circle");
    ALL.put("heun", "kind: heun, steps: %d, frame: circle, grid: {kind: karras}, denoise: true");
    ALL.put("runge-kutta", "kind: runge-kutta, steps: %d, frame: circle, grid: {kind: karras}, denoise: true");
    ALL.put("edm", "kind: edm, steps: %d");
    ALL.put("edm-churn", "kind: edm, steps: %d, churn: 10, least: 0.05, most: 50");
    ALL.put("dpm-solver++", "kind: dpm-solver++, steps: %d, grid: {kind: karras}");
    ALL.put("sde-dpm-solver++", "kind: dpm-solver++, steps: %d, grid: {kind: karras}, eta: 1");
    ALL.put("adams-bashforth", "kind: adams-bashforth, steps: %d, grid: {kind: karras}");
    ALL.put("gradient-estimation", "kind: gradient-estimation, steps: %d, grid: {kind: karras}");
  }

  /// The names.
  public static final List<String> NAMES = List.copyOf(ALL.keySet());

  /// Those that are compared where nothing else is said: the steps of Euler's scheme are next to those of DDIM.
  public static final List<String> COMPARED = NAMES.stream().filter(name -> !name.equals("euler")).toList();

  /// A sampler with its number of steps.
  ///
  /// @param evaluations of the network for one sample
  public record Chosen(Sampler sampler, int evaluations) {}

  /// A sampler of the names with as many steps as the evaluations allow; empty where they allow none, or the schedule has not
  /// as many levels.
  ///
  /// @throws IllegalArgumentException when it takes the model in no number of steps, with the reason
  public Optional<Chosen> chosen(String name, int most) {
    try {
      // Evaluations are linear in the steps.
      int one = of(name, 1).evaluations();
      int each = of(name, 2).evaluations() - one;
      int steps = 1 + (most - one) / Math.max(1, each);
      if (most < one || (diffuser.schedule() instanceof DiscreteSchedule discrete && steps > discrete.steps())) {
        return Optional.empty();
      }
      return Optional.of(of(name, steps));
    } catch (ConfigException e) {
      throw new IllegalArgumentException(reason(e), e);
    }
  }

  /// What is wrong, without the place in a file: the user wrote none of these settings.
  private static String reason(Throwable wrong) {
    return wrong.getCause() == null ? String.valueOf(wrong.getMessage()) : reason(wrong.getCause());
  }

  /// A sampler of the names with so many steps.
  ///
  /// @throws ConfigException when it does not take the model, with the reason
  Chosen of(String name, int steps) {
    String text = String.format(Locale.ROOT, ALL.get(name), steps);
    Sampler sampler = source.with("sampler", "{" + text + ", clip: " + clip + "}", name).bind().sampler().sampler();
    return new Chosen(sampler, diffuser.program(sampler, new Guidance.None()).networkEvaluations());
  }
}
