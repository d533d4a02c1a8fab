package io.scorefield.peers;

import io.scorefield.bench.EngineCheck;
import io.scorefield.engine.Engine;
import io.scorefield.engine.PhysicsTerm;
import io.scorefield.engine.SampleRequest;
import io.scorefield.engine.TrainingSession;
import io.scorefield.peers.PaddedWork.Padded;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/// The rows of networks on molecules and crystals. LibTorch samples in small and large batches; the better counts.
///
/// @param one the native engine on one thread
/// @param all that on all threads
record PaddedRows(Race race, Engine one, Engine all) {
  private static final int CHECKED = 64;

  /// Rows of the program whose samples are compared: small differences grow.
  private static final int CHECKED_ROWS = 20;

  private static final int BATCH = 100;
  private static final int STEPS = 5;
  private static final double OUTPUT_TOLERANCE = 1e-4;

  /// @param samples made at once
  void add(String label, PaddedWork work, int samples) {
    String training = label + " training, batch " + work.batch() + ", steps/s";
    String sampling = label + " sampling, " + samples + " samples, samples/s";
    if (race.wants(training) || race.wants(sampling)) {
      compareOutputs(label, work);
    }
    if (race.wants(training)) {
      train(training, work);
    }
    if (race.wants(sampling)) {
      sample(sampling, work, samples);
    }
  }

  private void compareOutputs(String label, PaddedWork work) {
    double[] time = Arrays.copyOf(work.table().timeFeatures(), work.table().featureCount());
    float[] states = work.initial(CHECKED);
    float[] expected = new float[states.length];
    all.evaluate(work.network(), states, time, expected);
    float[] features = new float[time.length];
    for (int e = 0; e < time.length; e++) {
      features[e] = (float) time[e];
    }
    float[] actual = new PaddedTorch(work).output(work.padded(states, states), features);
    Race.require(label + " output", outputs(actual, work.padded(expected, states).numbers()));
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

  private void train(String name, PaddedWork work) {
    LibTorchPeer.threads(1);
    int points = work.data().length / work.width();
    int[] drawn = PreparedStep.examples(points, work.batch(), PreparedStep.COUNT, work.seed());
    List<PaddedWork.Step> steps = new ArrayList<>();
    for (int k = 0; k < PreparedStep.COUNT; k++) {
      steps.add(work.step(Arrays.copyOfRange(drawn, k * work.batch(), (k + 1) * work.batch()), k));
    }
    double[] ours;
    try (TrainingSession session = work.train(all)) {
      ours = session.advance(drawn, rates(work, PreparedStep.COUNT)).data();
    }
    try (var training = new PaddedTorch(work).new Training(steps)) {
      Race.require(name, EngineCheck.losses(training.advance(0, PreparedStep.COUNT), ours));
    }
    List<Race.Contestant> contestants = new ArrayList<>();
    for (int threads : race.threadCounts()) {
      var training = new PaddedTorch(work).new Training(steps);
      contestants.add(
          new Race.Contestant(
              "LibTorch", threads,
              seconds -> {
                LibTorchPeer.threads(threads);
                return Speed.repeat(seconds, 1, () -> training.advance(0, 1));
              }));
    }
    int[] examples = PreparedStep.examples(points, work.batch(), STEPS, work.seed());
    double[] rates = rates(work, STEPS);
    for (Engine engine : List.of(one, all)) {
      TrainingSession session = work.train(engine);
      contestants.add(
          new Race.Contestant(
              "native", engine.info().threads(), seconds -> Speed.repeat(seconds, STEPS, () -> session.advance(examples, rates))));
    }
    race.run(name, contestants, 2.0 * work.network().architecture().gradientMultiplyAdds() * work.batch());
  }

  private static double[] rates(PaddedWork work, int steps) {
    double[] rates = new double[steps];
    Arrays.fill(rates, work.rate());
    return rates;
  }

  private static void sample(Engine engine, PaddedWork work, float[] initial, int rows, float[] into) throws Exception {
    int width = work.width();
    engine.sample(
        work.network(), Speed.firstRows(work.program(), rows), PhysicsTerm.none(),
        SampleRequest.of(work.seed(), 0, initial.length / width).withInitial(initial),
        (first, count, block) -> System.arraycopy(block, 0, into, (int) first * width, count * width));
  }

  private void sample(String name, PaddedWork work, int samples) {
    int rowCount = work.program().rows().size();
    float[] checked = work.initial(CHECKED);
    float[] ours = new float[checked.length];
    try {
      sample(all, work, checked, CHECKED_ROWS, ours);
    } catch (Exception e) {
      throw new IllegalStateException(e);
    }
    PaddedTorch torch = new PaddedTorch(work);
    LibTorchPeer.threads(1);
    float[] theirs = torch.sample(work.padded(checked, checked), CHECKED_ROWS, Optional.of(checked));
    Race.require(name, EngineCheck.samples(theirs, work.padded(ours, checked).numbers()));
    List<Race.Contestant> contestants = new ArrayList<>();
    for (int threads : race.threadCounts()) {
      for (int batch : new int[] {Math.min(BATCH, samples), samples}) {
        float[] initial = work.initial(batch);
        Padded start = work.padded(initial, initial);
        contestants.add(
            new Race.Contestant(
                "LibTorch", threads,
                seconds -> {
                  LibTorchPeer.threads(threads);
                  return Speed.rows(seconds, rowCount, batch, rows -> torch.sample(start, rows, Optional.empty()));
                }));
      }
    }
    float[] initial = work.initial(samples);
    float[] made = new float[initial.length];
    for (Engine engine : List.of(one, all)) {
      contestants.add(
          new Race.Contestant(
              "native", engine.info().threads(),
              seconds -> Speed.rows(seconds, rowCount, samples, rows -> sample(engine, work, initial, rows, made))));
    }
    double flops = (double) work.program().networkEvaluations() * work.network().architecture().flopsPerEvaluation();
    race.run(name, contestants, flops);
  }
}
