package io.scorefield.experiment;

import io.scorefield.config.ConfigException;
import io.scorefield.diffusion.Guidance;
import io.scorefield.engine.Engine;
import io.scorefield.engine.NotFiniteException;
import io.scorefield.engine.PhysicsTerm;
import io.scorefield.engine.SampleRequest;
import io.scorefield.engine.SampleSink;
import io.scorefield.engine.StepProgram;
import io.scorefield.experiment.folder.RunFolder;
import io.scorefield.experiment.model.Model;
import io.scorefield.experiment.settings.GuidanceConfig;
import io.scorefield.io.PointWriter;
import io.scorefield.network.Network;
import io.scorefield.physics.Constraint;
import io.scorefield.watch.Reporter;
import io.scorefield.watch.StoppedException;
import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/// Samples a trained network, plain and guided.
public final class SampleStage {
  private final Engine engine;
  private final Model model;
  private final Network network;
  private final Reporter reporter;
  private final Optional<Constraint> laws;
  private final boolean guides;
  private final Map<String, Guidance> own;

  public SampleStage(Engine engine, Model model, Network network, Reporter reporter) {
    // In an inverse problem guidance leads to the measurements, of which there may be many (InverseStage).
    this(engine, model, network, reporter, model.constraint(), !model.config().inverse().present(), Map.of());
  }

  private SampleStage(
      Engine engine, Model model, Network network, Reporter reporter, Optional<Constraint> laws, boolean guides,
      Map<String, Guidance> own) {
    this.engine = engine;
    this.model = model;
    this.network = network;
    this.reporter = reporter;
    this.laws = laws;
    this.guides = guides;
    this.own = own;
  }

  /// A stage with one method of its own beside plain samples, a guidance that knows no laws.
  public static SampleStage of(
      Engine engine, Model model, Network network, Reporter reporter, String method, Guidance guidance) {
    return new SampleStage(engine, model, network, reporter, Optional.empty(), false, Map.of(method, guidance));
  }

  /// A stage whose guidance leads to the laws, or in an inverse problem to its measurements.
  ///
  /// @throws ConfigException when the measurements are not given
  public static SampleStage withMeasurements(
      Engine engine, Model model, Network network, Reporter reporter) throws IOException {
    if (!model.config().inverse().present()) {
      return new SampleStage(engine, model, network, reporter);
    }
    InverseProblem problem = InverseProblem.of(model);
    if (problem.measured().isEmpty()) {
      throw new ConfigException(
          "to sample a posterior its measurements are needed: --set inverse.measured=FILE, with "
              + problem.operator().residuals() + " numbers");
    }
    return new SampleStage(
        engine, model, network, reporter, Optional.of(problem.law(problem.measured().get())), true,
        Map.of());
  }

  /// The guidance of every method of the experiment by name, "plain" first.
  public Map<String, Guidance> methods() {
    Map<String, Guidance> methods = new LinkedHashMap<>();
    methods.put(RunFolder.PLAIN, model.plain());
    methods.putAll(own);
    if (guides) {
      for (GuidanceConfig guidance : model.config().guidance()) {
        methods.put(guidance.name(), guidance.guidance(model.config().inverse(), model.config().guidance()));
      }
    }
    return methods;
  }

  /// Streams samples to a .npy or .csv file, in data units.
  ///
  /// @throws StoppedException when the user stops; the file is not written
  public void write(Path file, String method, long seed, long first, long count) throws IOException {
    write(file, method, seed, first, count, new FirstSamples(model.layout(), 0));
  }

  /// The same, keeping the first of them.
  void write(Path file, String method, long seed, long first, long count, FirstSamples kept)
      throws IOException {
    reporter.keeps("the samples being made are not written", () -> {});
    reporter.progress("sample " + method, 0, count, "samples", "");
    SampleWatch watch = new SampleWatch(model);
    try (PointWriter writer = PointWriter.open(file, count, model.layout().startingAt(first))) {
      sample(
          method, seed, first, count,
          new SampleSink() {
            @Override
            public void accept(long from, int size, float[] block) throws IOException {
              watch.look(from, size, block);
              writer.write(block, size);
              kept.add(block, size * model.dimension());
              long done = from + size - first;
              reporter.progress("sample " + method, done, count, "samples", "");
              if (reporter.stopRequested() && done < count) {
                throw new StoppedException("stopped; the samples of " + method + " were not written");
              }
            }

            @Override
            public void fellBack(long times) {
              watch.fellBack(times);
            }
          });
      writer.commit();
      watch.findings(method, program(method).guidedRows()).forEach(reporter::line);
    }
  }

  /// Hands samples first .. first + count - 1 of a seed to a sink, block by block. Every block of them is the same whatever else is
  /// asked for.
  ///
  /// @param sink takes [.., D] in data units, less the origin of the model's layout
  /// @throws io.scorefield.engine.EngineException when a sample is not finite, with the law that is to blame where one is
  /// @throws IOException what the sink throws
  public void sample(String method, long seed, long first, long count, SampleSink sink) throws IOException {
    StepProgram program = program(method);
    PhysicsTerm physics = physics(method);
    try {
      sampling().sample(guidance(method), program, physics, SampleRequest.of(seed, first, count), sink);
    } catch (NotFiniteException e) {
      if (model.latent().isPresent()) {
        throw e;
      }
      throw new LawAtFault(engine, model.diffuser(), network, laws).of(e, program, physics, seed);
    }
  }

  private Sampling sampling() {
    return new Sampling(engine, model, network);
  }

  /// The table of a method.
  public StepProgram program(String method) {
    return sampling().program(guidance(method));
  }

  /// The physics that a method's table uses, in state units.
  public PhysicsTerm physics(String method) {
    return sampling().physics(guidance(method), laws);
  }

  private Guidance guidance(String method) {
    Guidance guidance = methods().get(method);
    if (guidance == null) {
      throw new IllegalArgumentException(
          "the experiment has no method '" + method + "'; it has "
              + String.join(", ", methods().keySet()));
    }
    return guidance;
  }
}
