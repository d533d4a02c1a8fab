package io.scorefield.cli;

import io.scorefield.config.ConfigException;
import picocli.CommandLine.Option;

/// The seed of commands that make data.
final class SeedOption {
  @Option(
      names = "--seed",
      converter = CountConverter.class,
      paramLabel = "S",
      defaultValue = "1",
      description = "Seed, a whole number >= 0 (default: ${DEFAULT-VALUE}).")
  private long seed;

  /// @throws ConfigException when it is negative
  long seed() {
    if (seed < 0) {
      throw new ConfigException("--seed must not be negative");
    }
    return seed;
  }
}
