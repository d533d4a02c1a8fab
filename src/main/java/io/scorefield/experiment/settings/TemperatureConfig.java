package io.scorefield.experiment.settings;

import io.scorefield.config.Checked;
import io.scorefield.config.Kind;
import io.scorefield.config.Setting;
import io.scorefield.simulation.Temperature;

/// The temperature of a simulation over its course.
public sealed interface TemperatureConfig {
  String START = "T at the start.";
  String END = "T at the end.";

  /// The schedule. Of one that is to be learned, the one that it is where the heat capacity does not change.
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

  @Kind(
      value = "learned",
      doc =
          "From start to end at constant thermodynamic speed, sqrt(C(T)) / T |dT/dt|; simulations at single temperatures, the "
              + "pilots, measure the heat capacity C first.")
  record Learned(
      @Setting(doc = START, min = 0, aboveMin = true) double start,
      @Setting(doc = END, min = 0, aboveMin = true) double end,
      @Setting(doc = "Temperatures of pilots, evenly in ln T from start to end.", value = "8", min = 2, max = 1000)
          int pilots,
      @Setting(
              doc = "Steps of a pilot as a share of the simulation's; the first half of them is left out.",
              value = "0.1",
              min = 0,
              aboveMin = true,
              max = 10)
          double pilotShare,
      @Setting(doc = "Walkers of the pilots, at most those of the simulation.", value = "1000", min = 2, max = 1e8)
          int pilotWalkers)
      implements TemperatureConfig, Checked {
    @Override
    public void check() {
      if (start == end) {
        throw new IllegalArgumentException(
            "a learned temperature goes from one temperature to another; start and end are both " + start
                + ", for which the kind is constant");
      }
    }

    @Override
    public Temperature temperature() {
      return new Temperature.Exponential(start, end);
    }

    /// The temperatures of the pilots, from the start to the end.
    public double[] temperatures() {
      Temperature even = temperature();
      double[] temperatures = new double[pilots];
      for (int k = 0; k < pilots; k++) {
        temperatures[k] = k == pilots - 1 ? end : even.at((double) k / (pilots - 1));
      }
      return temperatures;
    }
  }
}
