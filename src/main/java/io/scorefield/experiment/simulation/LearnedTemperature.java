package io.scorefield.experiment.simulation;

import io.scorefield.config.ConfigException;
import io.scorefield.engine.Engine;
import io.scorefield.experiment.settings.SimulationConfig;
import io.scorefield.experiment.settings.TemperatureConfig;
import io.scorefield.simulation.EvenSpeed;
import io.scorefield.simulation.Pilots;
import io.scorefield.watch.Reporter;
import io.scorefield.watch.StoppedException;
import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Collectors;

/// A temperature that pilots have measured the heat capacity for.
///
/// @param pilots in the order in which they ran, from the start to the end
record LearnedTemperature(EvenSpeed schedule, List<Pilots.Pilot> pilots) {
  /// The pilots of a configuration; none where its temperature is not learned.
  ///
  /// @throws ConfigException when its dynamics have no heat capacity to learn from, with the reason
  static Optional<Pilots> pilots(SimulationConfig config, SimulationSetup setup) {
    if (!(config.temperature() instanceof TemperatureConfig.Learned learned)) {
      return Optional.empty();
    }
    try {
      int steps = Math.toIntExact(Math.max(1, Math.round(learned.pilotShare() * config.steps())));
      return Optional.of(new Pilots(setup.dynamics(), learned.temperatures(), steps));
    } catch (IllegalArgumentException e) {
      throw new ConfigException("temperature: " + e.getMessage(), e);
    }
  }

  /// Runs pilots.
  ///
  /// @param start walkers of the simulation, [n, D]
  static LearnedTemperature of(
      Pilots pilots, SimulationConfig config, float[] start, Engine engine, Reporter reporter) throws IOException {
    TemperatureConfig.Learned learned = (TemperatureConfig.Learned) config.temperature();
    int walkers = Math.min(learned.pilotWalkers(), config.walkers());
    int count = learned.pilots();
    reporter.line(
        count + " pilots of " + walkers + " walkers and " + pilots.steps() + " steps, at T = " + (float) learned.start()
            + " to " + (float) learned.end());
    float[] states = Arrays.copyOf(start, start.length / config.walkers() * walkers);
    List<Pilots.Pilot> seen =
        pilots.run(
            engine, states, config.seed(),
            k -> {
              reporter.progress("pilots", k, count, "pilots", "");
              if (reporter.stopRequested()) {
                throw new StoppedException("stopped; the walkers were not written");
              }
            });
    reporter.progress("pilots", count, count, "pilots", "");
    EvenSpeed schedule =
        new EvenSpeed(
            learned.start(), learned.end(), learned.temperatures(),
            seen.stream().mapToDouble(pilot -> pilot.capacity().mean()).toArray());
    LearnedTemperature temperature = new LearnedTemperature(schedule, seen);
    reporter.line(temperature.line());
    return temperature;
  }

  /// What was learned, in a line.
  String line() {
    String capacities =
        pilots.stream()
            .map(
                pilot ->
                    String.format(
                        Locale.ROOT, "%.3g +- %.1g", pilot.capacity().mean(), pilot.capacity().error()))
            .collect(Collectors.joining(", "));
    return String.format(
        Locale.ROOT,
        "heat capacities %s; learned temperature: T = %.3g, %.3g, %.3g, %.3g and %.3g after 0, 1/4, 1/2, 3/4 and all of the steps",
        capacities, schedule.at(0), schedule.at(0.25), schedule.at(0.5), schedule.at(0.75), schedule.at(1));
  }
}
