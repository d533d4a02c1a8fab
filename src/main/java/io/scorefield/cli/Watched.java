package io.scorefield.cli;

import io.scorefield.bench.Bench;
import io.scorefield.engine.EngineInfo;
import io.scorefield.experiment.Onlooker;
import io.scorefield.experiment.simulation.SimulationRunner;
import io.scorefield.live.Live;
import io.scorefield.live.LiveFigures;
import io.scorefield.live.LiveSimulation;
import io.scorefield.live.LiveTraining;
import io.scorefield.watch.Reporter;
import io.scorefield.watch.Watch;
import java.io.IOException;
import java.util.Optional;

/// The work of a command, with the page that shows it where one is asked for. Without a page everything is as if there were
/// none.
///
/// @param reporter of the console, and of the page where there is one
record Watched(Console console, Optional<Live> live, Reporter reporter) implements AutoCloseable {
  /// Opens what the options ask for.
  ///
  /// @param command "run", "train", "simulate" or "bench"; a benchmark cannot be paused, its times would be wrong
  static Watched of(LiveOptions options, Console console, String command, String name, EngineInfo engine) throws IOException {
    Optional<Live> live = options.open(console, command, name, engine, !command.equals("bench"));
    return new Watched(console, live, live.<Reporter>map(page -> page.reporter(console)).orElse(console));
  }

  /// Who looks on at a training.
  Onlooker training() {
    return live.<Onlooker>map(page -> new LiveTraining(page, console::stopRequested)).orElse(new Onlooker() {});
  }

  /// Who looks on at a simulation.
  SimulationRunner.Onlooker simulation() {
    return live.<SimulationRunner.Onlooker>map(LiveSimulation::new).orElse(new SimulationRunner.Onlooker() {});
  }

  /// Who is told of the figures of a benchmark.
  Bench.Printer figures() {
    return live.<Bench.Printer>map(LiveFigures::new).orElse(figure -> {});
  }

  /// Does the work; the progress of its long loops is shown on the page too.
  <T, X extends Throwable> T during(ScopedValue.CallableOp<? extends T, X> work) throws X {
    Watch around = Watch.current();
    return live.isPresent() ? live.get().watch(around, reporter).during(work) : work.call();
  }

  /// What the page is told when it ends.
  void ended(String... lines) {
    live.ifPresent(page -> page.ended(lines));
  }

  @Override
  public void close() {
    live.ifPresent(Live::close);
  }
}
