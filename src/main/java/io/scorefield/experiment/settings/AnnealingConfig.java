package io.scorefield.experiment.settings;

import io.scorefield.config.Kind;
import io.scorefield.config.Setting;
import io.scorefield.diffusion.Annealing;
import io.scorefield.matter.HeatCapacities;
import io.scorefield.simulation.EvenSpeed;
import io.scorefield.simulation.Temperature;
import java.util.Optional;

/// The temperature that a network is told in the course of sampling; it ends with that of the samples.
public sealed interface AnnealingConfig {
  String START = "T of the first step.";

  /// The schedule; empty: the temperature is that of the samples all along.
  ///
  /// @param data that the network is trained on
  /// @param seed of the data
  Optional<Annealing> annealing(DataConfig data, long seed);

  @Kind(value = "none", doc = "Every step is told the temperature of the samples.", usual = true)
  record None() implements AnnealingConfig {
    @Override
    public Optional<Annealing> annealing(DataConfig data, long seed) {
      return Optional.empty();
    }
  }

  @Kind(value = "linear", doc = "T = start + (end - start) s, with s the share of the steps and end the samples' temperature.")
  record Linear(@Setting(doc = START, min = 0, aboveMin = true) double start) implements AnnealingConfig {
    @Override
    public Optional<Annealing> annealing(DataConfig data, long seed) {
      return Optional.of((share, end) -> new Temperature.Linear(start, end).at(share));
    }
  }

  @Kind(value = "exponential", doc = "T = start (end / start)^s.")
  record Exponential(@Setting(doc = START, min = 0, aboveMin = true) double start) implements AnnealingConfig {
    @Override
    public Optional<Annealing> annealing(DataConfig data, long seed) {
      return Optional.of((share, end) -> new Temperature.Exponential(start, end).at(share));
    }
  }

  @Kind(value = "cosine", doc = "T = end + (start - end) (1 + cos(pi s)) / 2.")
  record Cosine(@Setting(doc = START, min = 0, aboveMin = true) double start) implements AnnealingConfig {
    @Override
    public Optional<Annealing> annealing(DataConfig data, long seed) {
      return Optional.of((share, end) -> new Temperature.Cosine(start, end).at(share));
    }
  }

  @Kind(
      value = "learned",
      doc = "At constant thermodynamic speed, sqrt(C(T)) / T |dT/ds|, with the heat capacity C of the training data.")
  record Learned(@Setting(doc = START, min = 0, aboveMin = true) double start) implements AnnealingConfig {
    @Override
    public Optional<Annealing> annealing(DataConfig data, long seed) {
      if (!(data instanceof ParticlesConfig particles)) {
        throw new IllegalArgumentException("sample.annealing: learned needs data of particles, whose energy is known");
      }
      return Optional.of(new ByCapacity(particles, seed));
    }

    /// Capacities are computed once a schedule is asked for: configurations are sampled for them.
    private final class ByCapacity implements Annealing {
      private final ParticlesConfig data;
      private final long seed;
      private HeatCapacities capacities;

      ByCapacity(ParticlesConfig data, long seed) {
        this.data = data;
        this.seed = seed;
      }

      @Override
      public synchronized double at(double share, double end) {
        if (capacities == null) {
          capacities = data.heatCapacities(seed);
        }
        return new EvenSpeed(start, end, capacities.temperatures(), capacities.capacities()).at(share);
      }
    }
  }
}
