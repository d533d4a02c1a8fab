package io.scorefield.peers;

import io.scorefield.bench.EngineCheck;
import io.scorefield.engine.Engine;
import io.scorefield.engine.PhysicsTerm;
import io.scorefield.engine.SampleRequest;
import io.scorefield.engine.TrainingSession;
import io.scorefield.network.Architecture;
import io.scorefield.rng.NoiseSource;
import io.scorefield.rng.NoiseStream;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.bytedeco.pytorch.Tensor;

/// The rows of an equivariant graph network of particles. LibTorch runs with either kind of edges and, in sampling, with
/// small and large batches; the best counts.
///
/// @param one the native engine on one thread
/// @param all that on all threads
record EgnnRows(Race race, Engine one, Engine all) {
  private static final int CHECKED = 64;

  /// LibTorch samples so many at once, or all: what fits into caches may be faster.
  private static final int BATCH = 200;

  /// Steps of a timing before the clock is read.
  private static final int STEPS = 10;

  /// The largest difference of an output, relative to the largest output.
  private static final double OUTPUT_TOLERANCE = 1e-4;

  /// @param samples made at once
  void add(ParticleWork work, int samples) throws Exception {
    String training = "egnn " + work.name() + " training, batch " + work.batch() + ", steps/s";
    String sampling = "egnn " + work.name() + " sampling, " + samples + " samples, samples/s";
    if (race.wants(training) || race.wants(sampling)) {
      compareOutputs(work);
    }
    if (race.wants(training)) {
      train(training, work);
    }
    if (race.wants(sampling)) {
      sample(sampling, work, samples);
    }
  }

  private void compareOutputs(ParticleWork work) {
    int dimension = work.dimension();
    int features = work.table().featureCount();
    double[] time = Arrays.copyOf(work.table().timeFeatures(), features);
    float[] x = new float[CHECKED * dimension];
    new NoiseSource(1).normals(NoiseStream.PRIOR, 0, 0, x, 0, x.length);
    float[] expected = new float[x.length];
    all.evaluate(work.network(), x, time, expected);
    float[] input = new float[CHECKED * (dimension + features)];
    for (int i = 0; i < CHECKED; i++) {
      int at = i * (dimension + features);
      System.arraycopy(x, i * dimension, input, at, dimension);
      for (int e = 0; e < features; e++) {
        input[at + dimension + e] = (float) time[e];
      }
    }
    for (EgnnPeer.Edges edges : EgnnPeer.Edges.values()) {
      Tensor output = new EgnnPeer(work, edges).forward(Tensors.of(input, 0, CHECKED, dimension + features));
      Race.require("egnn " + work.name() + " output", outputs(Tensors.numbers(output), expected));
    }
  }

  private static Optional<String> outputs(float[] actual, float[] expected) {
    double largest = 0;
    double difference = 0;
    for (int i = 0; i < expected.length; i++) {
      largest = Math.max(largest, Math.abs(expected[i]));
      difference = Math.max(difference, Math.abs(actual[i] - (double) expected[i]));
    }
    return difference <= OUTPUT_TOLERANCE * largest
        ? Optional.empty()
        : Optional.of("outputs up to " + (float) largest + " differ by up to " + (float) difference);
  }

  private void train(String name, ParticleWork work) {
    LibTorchPeer.threads(1);
    List<PreparedStep> steps =
        PreparedStep.first(work.table(), work.data(), work.dimension(), work.batch(), work.seed());
    double[] ours;
    try (TrainingSession session = work.train(all)) {
      ours = session.advance(examples(work, PreparedStep.COUNT), rates(work, PreparedStep.COUNT)).data();
    }
    List<Race.Contestant> contestants = new ArrayList<>();
    for (EgnnPeer.Edges edges : EgnnPeer.Edges.values()) {
      try (var training = new LibTorchPeer(new EgnnPeer(work, edges)).new Training(steps, work.rate())) {
        Race.require(name, EngineCheck.losses(training.advance(0, PreparedStep.COUNT), ours));
      }
      for (int threads : race.threadCounts()) {
        var training = new LibTorchPeer(new EgnnPeer(work, edges)).new Training(steps, work.rate());
        contestants.add(
            new Race.Contestant(
                "LibTorch", threads,
                seconds -> {
                  LibTorchPeer.threads(threads);
                  return Speed.repeat(seconds, 1, () -> training.advance(0, 1));
                }));
      }
    }
    int[] examples = examples(work, STEPS);
    double[] rates = rates(work, STEPS);
    for (Engine engine : List.of(one, all)) {
      TrainingSession session = work.train(engine);
      contestants.add(
          new Race.Contestant(
              "native", engine.info().threads(),
              seconds -> Speed.repeat(seconds, STEPS, () -> session.advance(examples, rates))));
    }
    Architecture architecture = work.network().architecture();
    race.run(name, contestants, 2.0 * architecture.gradientMultiplyAdds() * work.batch());
  }

  private static int[] examples(ParticleWork work, int steps) {
    return PreparedStep.examples(work.data().length / work.dimension(), work.batch(), steps, work.seed());
  }

  private static double[] rates(ParticleWork work, int steps) {
    double[] rates = new double[steps];
    Arrays.fill(rates, work.rate());
    return rates;
  }

  private void sample(String name, ParticleWork work, int samples) throws Exception {
    int dimension = work.dimension();
    int rowCount = work.program().rows().size();
    Feed feed = Feed.of(work.program(), dimension, CHECKED, 1);
    float[] ours = new float[CHECKED * dimension];
    all.sample(
        work.network(), work.program(), PhysicsTerm.none(), SampleRequest.of(1, 0, CHECKED),
        (first, count, block) ->
            System.arraycopy(block, 0, ours, (int) first * dimension, count * dimension));
    List<Race.Contestant> contestants = new ArrayList<>();
    for (EgnnPeer.Edges edges : EgnnPeer.Edges.values()) {
      LibTorchPeer torch = new LibTorchPeer(new EgnnPeer(work, edges));
      LibTorchPeer.threads(1);
      Race.require(
          name, EngineCheck.samples(torch.sample(work.program(), rowCount, CHECKED, 0, Optional.of(feed)), ours));
      for (int threads : race.threadCounts()) {
        for (int batch : new int[] {Math.min(BATCH, samples), samples}) {
          contestants.add(
              new Race.Contestant(
                  "LibTorch", threads,
                  seconds -> {
                    LibTorchPeer.threads(threads);
                    return Speed.rows(
                        seconds, rowCount, batch,
                        rows -> torch.sample(work.program(), rows, batch, 0, Optional.empty()));
                  }));
        }
      }
    }
    for (Engine engine : List.of(one, all)) {
      contestants.add(
          new Race.Contestant(
              "native", engine.info().threads(),
              seconds ->
                  Speed.rows(
                      seconds, rowCount, samples,
                      rows ->
                          engine.sample(
                              work.network(), Speed.firstRows(work.program(), rows), PhysicsTerm.none(),
                              SampleRequest.of(1, 0, samples), (first, count, block) -> {}))));
    }
    double flops = (double) work.program().networkEvaluations() * work.network().architecture().flopsPerEvaluation();
    race.run(name, contestants, flops);
  }
}
