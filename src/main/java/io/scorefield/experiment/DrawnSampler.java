package io.scorefield.experiment;

import io.scorefield.config.ConfigException;
import io.scorefield.config.ConfigWriter;
import io.scorefield.diffusion.Sampler;
import io.scorefield.experiment.model.Model;
import io.scorefield.experiment.settings.ExperimentSource;
import io.scorefield.experiment.settings.SamplerConfig;
import io.scorefield.schedule.DiscreteSchedule;
import java.util.ArrayList;
import java.util.List;

/// The samplers that a model can be looked at with, in any number of steps.
public final class DrawnSampler {
  /// The sampler of the configuration, with its other settings.
  public static final String OWN = "own";

  private static final int FEW = 10;

  /// Where nothing says how many steps to take.
  private static final int USUAL = 50;

  private final SamplerConfig own;
  private final ExperimentSource source;
  private final SamplerLineup lineup;
  private final List<String> names = new ArrayList<>();
  private final int most;

  public DrawnSampler(Model model) {
    own = model.config().sampler();
    source = ExperimentSource.written("experiment", "experiment", ConfigWriter.yaml(model.config()));
    lineup = new SamplerLineup(source, model.diffuser(), own.clip());
    most = model.diffuser().schedule() instanceof DiscreteSchedule discrete ? discrete.steps() : Integer.MAX_VALUE;
    if (!own.isOpen()) {
      names.add(OWN);
    }
    for (String name : SamplerLineup.NAMES) {
      try {
        lineup.of(name, Math.min(FEW, most));
        names.add(name);
      } catch (IllegalArgumentException | ConfigException e) {
        // It does not take this schedule, or this network: not offered.
        continue;
      }
    }
    if (names.isEmpty()) {
      throw new ConfigException("no sampler takes this model without a choice that follows from the trained network");
    }
  }

  /// Those that take the model, the configuration's own first, where it needs no trained network.
  public List<String> names() {
    return List.copyOf(names);
  }

  /// The largest number of steps that can be asked for.
  public int mostSteps() {
    return most;
  }

  /// The steps of the configuration's own.
  public int ownSteps() {
    int steps = own.isOpen() ? USUAL : own.steps();
    return Math.min(most, steps == 0 ? most : steps);
  }

  /// A sampler of the names.
  ///
  /// @throws ConfigException when it does not take the model in so many steps, with the reason
  public Sampler of(String name, int steps) {
    if (!names.contains(name)) {
      throw new ConfigException("there is no sampler '" + name + "' for this model; there are " + String.join(", ", names));
    }
    if (steps < 1 || steps > most) {
      throw new ConfigException("the number of steps is " + steps + "; it must be 1 to " + most);
    }
    try {
      if (!name.equals(OWN)) {
        return lineup.of(name, steps).sampler();
      }
      return steps == ownSteps() ? own.sampler() : source.with("sampler.steps", Integer.toString(steps), "steps").bind().sampler().sampler();
    } catch (IllegalArgumentException e) {
      throw new ConfigException(e.getMessage(), e);
    }
  }
}
