package io.scorefield.experiment.config;

import io.scorefield.physics.Constraint;
import java.util.Optional;

/// The law that samples are measured against and guided to.
public sealed interface PhysicsConfig {
  Optional<Constraint> constraint(int dimension);

  @Kind(value = "none", doc = "No law.")
  record None() implements PhysicsConfig {
    @Override
    public Optional<Constraint> constraint(int dimension) {
      return Optional.empty();
    }
  }

  @Kind(value = "circle", doc = "The circle (in D dimensions, the sphere) |x| = radius.")
  record Circle(@Setting(doc = "Radius.", value = "1.5", min = 0, aboveMin = true) double radius)
      implements PhysicsConfig {
    @Override
    public Optional<Constraint> constraint(int dimension) {
      return Optional.of(Constraint.sphere(dimension, radius));
    }
  }
}
