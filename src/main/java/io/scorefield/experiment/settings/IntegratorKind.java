package io.scorefield.experiment.settings;

import io.scorefield.simulation.EulerMaruyama;
import io.scorefield.simulation.Integrator;
import io.scorefield.simulation.LeimkuhlerMatthews;
import io.scorefield.simulation.MetropolisAdjusted;
import io.scorefield.simulation.StochasticHeun;

/// The integrators of a simulation.
public enum IntegratorKind {
  EULER_MARUYAMA(new EulerMaruyama()),
  HEUN(new StochasticHeun()),
  LEIMKUHLER_MATTHEWS(new LeimkuhlerMatthews()),
  MALA(new MetropolisAdjusted());

  private final Integrator integrator;

  IntegratorKind(Integrator integrator) {
    this.integrator = integrator;
  }

  public Integrator integrator() {
    return integrator;
  }
}
