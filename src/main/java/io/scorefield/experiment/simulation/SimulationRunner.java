package io.scorefield.experiment.simulation;

import io.scorefield.config.ConfigWriter;
import io.scorefield.engine.Engine;
import io.scorefield.experiment.folder.RunFolder;
import io.scorefield.experiment.settings.SimulationConfig;
import io.scorefield.io.AtomicFile;
import io.scorefield.io.Layout;
import io.scorefield.io.PointWriter;
import io.scorefield.report.SimulationReport;
import io.scorefield.simulation.Absorption;
import io.scorefield.simulation.Observables;
import io.scorefield.simulation.Pilots;
import io.scorefield.simulation.Simulation;
import io.scorefield.watch.Reporter;
import io.scorefield.watch.StoppedException;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/// Runs a simulation and writes what it gives.
public final class SimulationRunner {
  private final String name;
  private final SimulationConfig config;
  private final Engine engine;
  private final Reporter reporter;
  private final SimulationSetup given;
  private final Optional<Pilots> pilots;
  private Onlooker onlooker = new Onlooker() {};

  /// Looks on while walkers move, on the thread that moves them.
  public interface Onlooker {
    /// @param components the names of the first of D numbers, those of a place
    /// @param dimension D
    /// @param states where the walkers start, [n, D]; used again after the call
    /// @param steps in all
    /// @param step its length
    default void begins(List<String> components, int dimension, float[] states, int steps, double step) {}

    /// @param done of the steps
    /// @param time of the simulation
    /// @param states where the walkers are, [n, D]; used again after the call
    default void look(int done, int steps, double time, float[] states) {}
  }

  public SimulationRunner(String name, SimulationConfig config, Engine engine, Reporter reporter) throws IOException {
    this.name = name;
    this.config = config;
    this.engine = engine;
    this.reporter = reporter;
    given = SimulationSetup.of(config);
    pilots = LearnedTemperature.pilots(config, given);
  }

  /// Is looked at while it goes on.
  public SimulationRunner seenBy(Onlooker other) {
    onlooker = other;
    return this;
  }

  /// Moves the walkers from their start to the end, and measures them on the way.
  public SimulationResults run() throws IOException {
    float[] states = given.start(config);
    float[] start = states.clone();
    int[] snapshots = SimulationSetup.snapshots(config);
    reporter.line(
        config.walkers() + " walkers in " + String.join(", ", config.components()) + ", " + config.steps()
            + " steps of " + config.step() + " with " + given.dynamics().integrator().name() + ", seed " + config.seed());
    reporter.keeps("the walkers are not written", () -> {});
    onlooker.begins(
        given.variables().elements().subList(0, given.dynamics().energy().coordinates()), given.dynamics().energy().dimension(),
        start, config.steps(), config.step());
    Optional<LearnedTemperature> learned = Optional.empty();
    if (pilots.isPresent()) {
      learned = Optional.of(LearnedTemperature.of(pilots.get(), config, start, engine, reporter));
    }
    SimulationSetup setup = learned.map(LearnedTemperature::schedule).map(given::with).orElse(given);
    int settled = setup.settled(config);
    Absorption absorption = new Absorption(config.walkers(), setup.dynamics().intervals());
    Observables observables =
        new Observables(
            setup.dynamics(), setup.laws(), absorption, config.walkers(),
            setup.dynamics().temperature().isConstant() ? settled : config.steps());
    long rejected =
        new Simulation(engine, setup.dynamics(), config.seed())
            .run(
                states, snapshots, absorption,
                (snapshot, step, seen) -> {
                  observables.look(snapshot, step, seen);
                  onlooker.look(step, config.steps(), step * config.step(), seen);
                  reporter.progress("simulate", step, config.steps(), "steps", "");
                  if (reporter.stopRequested() && step < config.steps()) {
                    throw new StoppedException("stopped; the walkers were not written");
                  }
                });
    if (!setup.dynamics().temperature().isConstant()) {
      reporter.line(
          "the temperature changes: values are those of the last moment, exact ones of equilibrium at T = "
              + (float) setup.dynamics().temperature(config.steps()));
    }
    if (setup.dynamics().absorbs() && absorption.alive() > 0) {
      reporter.line(
          absorption.alive() + " walkers have not been absorbed: a mean passage time needs all of them; take more steps");
    }
    return new SimulationResults(config, setup, start, states, observables, absorption, rejected,
        learned.map(LearnedTemperature::pilots).orElse(List.of()));
  }

  /// Writes walkers as `sample` does.
  public void write(SimulationResults results, Path file) throws IOException {
    int dimension = given.variables().dimension();
    Layout layout = new Layout(given.variables().elements(), new double[dimension]);
    try (PointWriter writer = PointWriter.open(file, config.walkers(), layout)) {
      writer.write(results.states(), config.walkers());
      writer.commit();
    }
  }

  /// Writes the folder of a run: config.yaml, samples.npy, observables.csv, summary.json, pictures and report.html; where
  /// walkers are absorbed passage-times.npy too.
  public void write(SimulationResults results, RunFolder folder) throws IOException {
    folder.create().discardResults();
    AtomicFile.writeString(folder.config(), ConfigWriter.yaml(config));
    write(results, folder.samples(RunFolder.PLAIN));
    if (given.dynamics().absorbs()) {
      double[] times = results.passageTimes();
      float[] narrow = new float[times.length];
      for (int i = 0; i < times.length; i++) {
        narrow[i] = (float) times[i];
      }
      try (PointWriter writer =
          PointWriter.open(folder.root().resolve("passage-times.npy"), times.length, 1)) {
        writer.write(narrow, times.length);
        writer.commit();
      }
    }
    new SimulationReport(
            name, config, engine.info(), given.variables().elements().subList(0, given.dynamics().energy().coordinates()),
            given.laws(), results.quantities(),
            results.observations(), results.pilots(), results.pictured())
        .write(folder);
  }
}
