package io.scorefield.peers;

import io.scorefield.bench.EngineCheck;
import io.scorefield.bench.Workload;
import io.scorefield.engine.Engine;
import io.scorefield.engine.SampleRequest;
import io.scorefield.engine.StepProgram;
import io.scorefield.experiment.settings.ExperimentConfig;
import io.scorefield.experiment.settings.ExperimentSource;
import io.scorefield.train.Trainer;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// The rows of an experiment whose network is a perceptron.
///
/// @param one the native engine on one thread
/// @param all that on all threads
record MlpRows(Race race, Engine one, Engine all) {
  private static final int CHECKED = 64;

  /// @param label of the network
  void add(String experiment, String label, List<Integer> sizes, List<String> methods)
      throws Exception {
    ExperimentConfig config = ExperimentSource.read(experiment).bind();
    Workload work = Workload.of(config, all);
    train(label, work, config);
    for (String method : methods) {
      for (int size : sizes) {
        sample(label, work, method, size);
      }
    }
  }

  private void train(String label, Workload work, ExperimentConfig config) {
    String name = label + " training, batch " + work.batch() + ", steps/s";
    if (!race.wants(name)) {
      return;
    }
    LibTorchPeer.threads(1);
    int batch = work.batch();
    List<PreparedStep> steps =
        PreparedStep.first(
            work.diffuser().noiseTable(config.objective().objective()),
            work.diffuser().scaling().toState(work.data().points()), work.architecture().dimension(), batch,
            config.seed());
    double rate = config.train().learningRate();
    double[] ours;
    try (Trainer trainer = work.trainer(all, batch)) {
      ours = trainer.advance(PreparedStep.COUNT).data();
    }
    try (var training = LibTorchPeer.of(work.network()).new Training(steps, rate)) {
      Race.require(name, EngineCheck.losses(training.advance(0, PreparedStep.COUNT), ours));
    }
    List<Race.Contestant> contestants = new ArrayList<>();
    for (int threads : race.threadCounts()) {
      var training = LibTorchPeer.of(work.network()).new Training(steps, rate);
      contestants.add(
          new Race.Contestant(
              "LibTorch", threads,
              seconds -> {
                LibTorchPeer.threads(threads);
                return Speed.repeat(seconds, 10, () -> training.advance(0, 10));
              }));
    }
    for (Engine engine : List.of(one, all)) {
      Trainer trainer = work.trainer(engine, batch);
      contestants.add(
          new Race.Contestant(
              "native", engine.info().threads(),
              seconds -> Speed.repeat(seconds, 200, () -> trainer.advance(200))));
    }
    race.run(name, contestants, work.flopsPerExample() * batch);
  }

  private void sample(String label, Workload work, String method, int size) throws Exception {
    String name = label + " " + method + ", " + size + " samples, samples/s";
    if (!race.wants(name)) {
      return;
    }
    LibTorchPeer.threads(1);
    StepProgram program = work.program(method);
    int dimension = work.architecture().dimension();
    int rowCount = program.rows().size();
    Feed feed = Feed.of(program, dimension, CHECKED, 1);
    float[] ours = new float[CHECKED * dimension];
    all.sample(
        work.network(), program, work.physics(method), SampleRequest.of(1, 0, CHECKED),
        (first, count, block) ->
            System.arraycopy(block, 0, ours, (int) first * dimension, count * dimension));
    LibTorchPeer torch = LibTorchPeer.of(work.network());
    Race.require(
        name,
        EngineCheck.samples(
            torch.sample(program, rowCount, CHECKED, 1.5, Optional.of(feed)), ours));
    List<Race.Contestant> contestants = new ArrayList<>();
    for (int threads : race.threadCounts()) {
      contestants.add(
          new Race.Contestant(
              "LibTorch", threads,
              seconds -> {
                LibTorchPeer.threads(threads);
                return Speed.rows(
                    seconds, rowCount, size,
                    rows -> torch.sample(program, rows, size, 1.5, Optional.empty()));
              }));
    }
    List<OnnxPeer> onnx = new ArrayList<>();
    if (!program.usesPhysics()) {
      for (int threads : race.threadCounts()) {
        OnnxPeer peer = new OnnxPeer(work.network(), threads);
        onnx.add(peer);
        Race.require(
            name,
            EngineCheck.samples(
                peer.sample(program, rowCount, CHECKED, Optional.of(feed)), ours));
        contestants.add(
            new Race.Contestant(
                "ONNX Runtime", threads,
                seconds ->
                    Speed.rows(
                        seconds, rowCount, size,
                        rows -> peer.sample(program, rows, size, Optional.empty()))));
      }
    }
    for (Engine engine : List.of(one, all)) {
      contestants.add(
          new Race.Contestant(
              "native", engine.info().threads(),
              seconds ->
                  Speed.rows(
                      seconds, rowCount, size,
                      rows ->
                          engine.sample(
                              work.network(), Speed.firstRows(program, rows), work.physics(method),
                              SampleRequest.of(1, 0, size), (first, count, block) -> {}))));
    }
    race.run(name, contestants, work.flopsPerSample(method));
    for (OnnxPeer peer : onnx) {
      peer.close();
    }
  }
}
