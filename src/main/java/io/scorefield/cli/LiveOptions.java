package io.scorefield.cli;

import io.scorefield.config.ConfigException;
import io.scorefield.engine.EngineInfo;
import io.scorefield.live.Live;
import java.io.IOException;
import java.util.Optional;
import picocli.CommandLine.Option;

/// The options of the page that shows work while it goes on.
final class LiveOptions {
  static final int MOST_PORT = 65_535;

  @Option(
      names = "--live",
      description = "Show the work on a page of this machine while it goes on, and print its address; see docs/live.md.")
  private boolean live;

  @Option(
      names = "--live-port",
      converter = CountConverter.Small.class,
      paramLabel = "PORT",
      description = "The port of that page, 1 to 65535 (default: any that is free).")
  private Integer port;

  /// A port that can be asked for.
  static int port(Integer given, String option) {
    if (given != null && (given < 1 || given > MOST_PORT)) {
      throw new ConfigException(option + " is " + given + "; it must be 1 to " + MOST_PORT);
    }
    return given == null ? 0 : given;
  }

  /// @throws ConfigException when they do not go together
  void check() {
    if (port != null && !live) {
      throw new ConfigException("--live-port is for --live; give both");
    }
    port(port, "--live-port");
  }

  /// Opens the page, where it is asked for, and prints its address.
  ///
  /// @param pauses whether the work can be paused
  Optional<Live> open(Console console, String command, String name, EngineInfo engine, boolean pauses) throws IOException {
    if (!live) {
      return Optional.empty();
    }
    Live page = Live.open(port(port, "--live-port"), command, name, engine, pauses, console::requestStop);
    console.line("live: " + page.url());
    return Optional.of(page);
  }
}
