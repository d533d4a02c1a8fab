package io.scorefield.simulation;

import io.scorefield.physics.Law;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/// Watches a simulation: an observation a snapshot, and averages over those after it has settled.
///
/// Walkers are independent of each other, snapshots of one walker are not. So averages over time are taken walker by
/// walker, and standard errors are over walkers.
public final class Observables implements Simulation.Observer {
  private final Dynamics dynamics;
  private final List<Law> laws;
  private final Absorption absorption;
  private final int settled;
  private final List<Observation> observations = new ArrayList<>();
  private final Fluctuation energy;
  private final double[] virial;
  private final double[] production;
  private final double[][] inMode;
  private int averaged;

  /// @param settled step from which on snapshots enter the averages over time
  public Observables(Dynamics dynamics, List<Law> laws, Absorption absorption, int walkers, int settled) {
    this.dynamics = dynamics;
    this.laws = List.copyOf(laws);
    this.absorption = absorption;
    this.settled = settled;
    energy = new Fluctuation(walkers);
    virial = new double[walkers];
    production = new double[walkers];
    inMode = new double[dynamics.energy().modes()][walkers];
  }

  @Override
  public void look(int snapshot, int step, float[] states) {
    double temperature = dynamics.temperature(step);
    Evaluation seen = Evaluation.of(dynamics.energy(), laws, temperature, states, absorption);
    observations.add(
        new Observation(
            step, dynamics.time(step), temperature, absorption.alive(), Average.of(seen.energy()),
            Average.of(seen.virial()),
            dynamics.energy().modes() > 0
                ? Average.NONE
                : DifferentialEntropy.of(states, absorption, dynamics.intervals()),
            Average.of(seen.production()), Arrays.stream(seen.residuals()).map(Average::of).toList()));
    if (step >= settled) {
      averaged++;
      energy.add(seen.energy());
      for (int i = 0; i < virial.length; i++) {
        virial[i] += seen.virial()[i];
        production[i] += seen.production()[i];
        if (dynamics.energy().modes() > 0) {
          int mode = (int) states[(i + 1) * dynamics.energy().dimension() - 1];
          inMode[mode][i]++;
        }
      }
    }
  }

  public List<Observation> observations() {
    return List.copyOf(observations);
  }

  /// Snapshots that entered the averages.
  public int averaged() {
    return averaged;
  }

  private Average over(double[] sums) {
    return Average.of(Arrays.stream(sums).map(sum -> sum / averaged).toArray());
  }

  /// <U> over time.
  public Average energy() {
    return energy.energy();
  }

  /// <x . grad U> / D over time.
  public Average virial() {
    return over(virial);
  }

  /// Entropy production over time.
  public Average production() {
    return over(production);
  }

  /// Share of the time that walkers are in a mode.
  public Average inMode(int mode) {
    return over(inMode[mode]);
  }

  /// C = Var(U) / T^2 over time at one temperature.
  public Average heatCapacity() {
    return energy.heatCapacity(dynamics.temperature(0));
  }
}
