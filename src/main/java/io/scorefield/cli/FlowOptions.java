package io.scorefield.cli;

import io.scorefield.config.ConfigException;
import io.scorefield.diffusion.ProbabilityFlow;
import picocli.CommandLine.Option;

/// The options of how a probability flow is integrated.
final class FlowOptions {
  @Option(
      names = "--steps",
      paramLabel = "N",
      converter = CountConverter.Small.class,
      defaultValue = "100",
      description = "Steps of the integration; a discrete schedule has no more than it has levels (default: ${DEFAULT-VALUE}).")
  private int steps;

  @Option(
      names = "--scheme",
      paramLabel = "SCHEME",
      defaultValue = "runge-kutta",
      description = "runge-kutta, of order 4, or heun, of order 2 (default: ${DEFAULT-VALUE}).")
  private String scheme;

  /// @param probes of the divergence, 0: it is exact
  ProbabilityFlow flow(int probes) {
    if (steps < 1 || steps > ProbabilityFlow.MOST_STEPS) {
      throw new ConfigException("--steps must be from 1 to " + ProbabilityFlow.MOST_STEPS + ", not " + steps);
    }
    return new ProbabilityFlow(
        switch (scheme) {
          case "runge-kutta" -> ProbabilityFlow.Scheme.RUNGE_KUTTA;
          case "heun" -> ProbabilityFlow.Scheme.HEUN;
          default -> throw new ConfigException("--scheme must be runge-kutta or heun, not '" + scheme + "'");
        },
        steps, probes);
  }
}
