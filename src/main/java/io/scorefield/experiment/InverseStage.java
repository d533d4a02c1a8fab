package io.scorefield.experiment;

import io.scorefield.data.DataSet;
import io.scorefield.diffusion.Guidance;
import io.scorefield.engine.Engine;
import io.scorefield.engine.NotFiniteException;
import io.scorefield.engine.PhysicsTerm;
import io.scorefield.engine.SampleRequest;
import io.scorefield.engine.SampleSink;
import io.scorefield.engine.StepProgram;
import io.scorefield.eval.Measurements;
import io.scorefield.eval.MetricValue;
import io.scorefield.eval.PosteriorCase;
import io.scorefield.eval.PosteriorMetrics;
import io.scorefield.eval.PosteriorSamples;
import io.scorefield.experiment.folder.RunFolder;
import io.scorefield.experiment.model.Model;
import io.scorefield.experiment.model.SampleFile;
import io.scorefield.experiment.settings.GuidanceConfig;
import io.scorefield.experiment.settings.InverseConfig;
import io.scorefield.io.FormatException;
import io.scorefield.io.PointWriter;
import io.scorefield.network.Network;
import io.scorefield.physics.Constraint;
import io.scorefield.rng.NoiseSource;
import io.scorefield.rng.NoiseStream;
import io.scorefield.watch.Reporter;
import io.scorefield.watch.StoppedException;
import io.scorefield.watch.Watch;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/// An inverse problem: measurements y = A(x) + noise of truths, posterior samples for each by every guidance of the
/// experiment, and how they compare with the truths and, where it is known, with the exact posterior.
final class InverseStage {
  /// Added to the seed of the training for truths and noise.
  private static final long TRUTHS = 1L << 41;

  /// Added to the seed for exact samples of the posterior.
  private static final long FLOORS = 1L << 42;

  private final Engine engine;
  private final Model model;
  private final Network network;
  private final DataSet data;
  private final Optional<DataSet> heldOut;
  private final Reporter reporter;
  private final InverseConfig config;
  private final InverseProblem problem;
  private final Measurements measurements;
  private final Map<String, List<float[]>> kept = new LinkedHashMap<>();
  private Optional<List<PosteriorCase>> known = Optional.empty();

  /// @param all the data, those that are held out included
  InverseStage(Engine engine, Model model, Network network, DataSet all, Reporter reporter)
      throws IOException {
    this.engine = engine;
    this.model = model;
    this.network = network;
    data = model.training(all);
    heldOut = model.others(all);
    this.reporter = reporter;
    config = model.config().inverse();
    problem = InverseProblem.of(model);
    measurements = new Measurements(problem.operator(), data.origin(), config.noise());
  }

  Measurements measurements() {
    return measurements;
  }

  /// What is measured, and of what.
  List<PosteriorCase> cases() {
    if (known.isEmpty()) {
      known = Optional.of(draw());
    }
    return known.get();
  }

  private List<PosteriorCase> draw() {
    if (problem.measured().isPresent()) {
      return List.of(new PosteriorCase(Optional.empty(), problem.measured().get()));
    }
    long seed = model.config().seed() + TRUTHS;
    int dimension = data.dimension();
    // Without a distribution to draw from, the truths are points that the training has not seen; a run from before points
    // were held out has none, and measures those it was trained on.
    DataSet points = heldOut.orElse(data);
    int count = data.source().isPresent() ? config.truths() : Math.min(config.truths(), points.size());
    float[] truths =
        data.source().isPresent()
            ? data.source().get().draw(seed, count)
            : Arrays.copyOf(points.points(), count * dimension);
    NoiseSource noise = new NoiseSource(seed);
    float[] z = new float[problem.operator().residuals()];
    List<PosteriorCase> cases = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      double[] truth = new double[dimension];
      int from = i * dimension;
      Arrays.setAll(truth, d -> truths[from + d]);
      double[] y = measurements.predicted(truth);
      noise.normals(NoiseStream.PRIOR, i, 0, z, 0, z.length);
      for (int j = 0; j < y.length; j++) {
        y[j] += config.noise() * z[j];
      }
      cases.add(new PosteriorCase(Optional.of(truth), y));
    }
    return cases;
  }

  /// Samples the posterior of every case with a method, and writes posterior-METHOD.npy.
  void sample(GuidanceConfig method, RunFolder folder) throws IOException {
    List<PosteriorCase> cases = cases();
    List<float[]> all = new ArrayList<>();
    long total = (long) cases.size() * config.samples();
    SampleWatch watch = new SampleWatch(model);
    try (PointWriter writer =
        PointWriter.open(folder.posterior(method.name()), total, model.layout())) {
      for (int i = 0; i < cases.size(); i++) {
        float[] samples = posterior(method.guidance(config), cases.get(i), i, watch);
        writer.write(samples, config.samples());
        all.add(asRead(samples));
        reporter.progress(
            "posterior " + method.name(), (i + 1L) * config.samples(), total, "samples", "");
        if (reporter.stopRequested()) {
          throw new StoppedException("stopped; the posterior samples were not written");
        }
      }
      writer.commit();
      kept.put(method.name(), all);
      StepProgram program = sampling().program(method.guidance(config));
      watch.findings("posterior by " + method.name(), program.guidedRows()).forEach(reporter::line);
    }
  }

  private float[] asRead(float[] samples) {
    float[] read = new float[samples.length];
    for (int i = 0; i < read.length; i++) {
      read[i] = model.layout().asRead(samples[i], i % data.dimension());
    }
    return read;
  }

  /// The samples of every method.
  ///
  /// @param failed names, with "posterior " before them, of methods that have none
  List<PosteriorSamples> samples(RunFolder folder, Set<String> failed) throws IOException {
    List<PosteriorSamples> outcomes = new ArrayList<>();
    for (GuidanceConfig method : model.config().guidance()) {
      if (!failed.contains("posterior " + method.name())) {
        if (!kept.containsKey(method.name())) {
          kept.put(method.name(), read(folder.posterior(method.name())));
        }
        outcomes.add(new PosteriorSamples(method.name(), kept.get(method.name())));
      }
    }
    return outcomes;
  }

  /// What {@link #sample} of an earlier process wrote.
  private List<float[]> read(Path file) throws IOException {
    float[] all = SampleFile.read(file, model, Integer.MAX_VALUE);
    int block = config.samples() * data.dimension();
    if (all.length != block * cases().size()) {
      throw new FormatException(file + ": is not of this problem; sample again");
    }
    List<float[]> samples = new ArrayList<>();
    for (int i = 0; i < cases().size(); i++) {
      samples.add(Arrays.copyOfRange(all, i * block, (i + 1) * block));
    }
    return samples;
  }

  private Sampling sampling() {
    return new Sampling(engine, model, network);
  }

  private float[] posterior(Guidance guidance, PosteriorCase one, int number, SampleWatch watch)
      throws IOException {
    Constraint law = problem.law(one.measured());
    float[] samples = new float[Math.multiplyExact(config.samples(), data.dimension())];
    long first = (long) number * config.samples();
    StepProgram program = sampling().program(guidance);
    PhysicsTerm physics = sampling().physics(guidance, Optional.of(law));
    long seed = model.config().seed();
    try {
      sampling().sample(
          guidance, program, physics, SampleRequest.of(seed, first, config.samples()),
          new SampleSink() {
            @Override
            public void accept(long from, int size, float[] block) {
              Watch.current().check();
              watch.look(from, size, block);
              System.arraycopy(
                  block, 0, samples, (int) (from - first) * data.dimension(),
                  size * data.dimension());
            }

            @Override
            public void fellBack(long times) {
              watch.fellBack(times);
            }
          });
    } catch (NotFiniteException e) {
      if (model.latent().isPresent()) {
        throw e;
      }
      throw new LawAtFault(engine, model.diffuser(), network, Optional.of(law))
          .of(e, program, physics, seed);
    }
    return samples;
  }

  /// How good the samples of every method are: means over the cases with their standard errors.
  Map<String, Map<String, MetricValue>> evaluate(List<PosteriorSamples> outcomes) {
    return new PosteriorMetrics(
            data, model.scaling(), measurements, model.constraint(),
            new PosteriorMetrics.Floors(
                model.config().evaluate().floorRepeats(), model.config().seed() + FLOORS))
        .of(cases(), outcomes);
  }
}
