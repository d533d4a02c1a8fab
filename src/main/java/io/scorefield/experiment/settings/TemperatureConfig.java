package io.scorefield.experiment.settings;

import io.scorefield.config.Kind;
import io.scorefield.config.Setting;
import io.scorefield.simulation.Temperature;

/// The temperature of a simulation over its course.
public sealed interface TemperatureConfig {
  String START = "T at the start.";
  String END = "T at the end.";

  Temperature temperature();

  @Kind(value = "constant", doc = "One temperature.")
  record Constant(@Setting(doc = "T, in units of the energy.", min = 0, aboveMin = true) double value)
      implements TemperatureConfig {
    @Override
    public Temperature temperature() {
      return new Temperature.Constant(value);
    }
  }

  @Kind(value = "linear", doc = "T = start + (end - start) t / tau.")
  record Linear(
      @Setting(doc = START, min = 0, aboveMin = true) double start,
      @Setting(doc = END, min = 0, aboveMin = true) double end)
      implements TemperatureConfig {
    @Override
    public Temperature temperature() {
      return new Temperature.Linear(start, end);
    }
  }

  @Kind(value = "exponential", doc = "T = start (end / start)^(t / tau).")
  record Exponential(
      @Setting(doc = START, min = 0, aboveMin = true) double start,
      @Setting(doc = END, min = 0, aboveMin = true) double end)
      implements TemperatureConfig {
    @Override
    public Temperature temperature() {
      return new Temperature.Exponential(start, end);
    }
  }

  @Kind(value = "cosine", doc = "T = end + (start - end) (1 + cos(pi t / tau)) / 2.")
  record Cosine(
      @Setting(doc = START, min = 0, aboveMin = true) double start,
      @Setting(doc = END, min = 0, aboveMin = true) double end)
      implements TemperatureConfig {
    @Override
    public Temperature temperature() {
      return new Temperature.Cosine(start, end);
    }
  }
}
