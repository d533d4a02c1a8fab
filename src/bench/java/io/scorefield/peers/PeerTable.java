package io.scorefield.peers;

import io.scorefield.bench.EngineCheck;
import io.scorefield.bench.Workload;
import io.scorefield.engine.Engine;
import io.scorefield.engine.Engines;
import io.scorefield.engine.SampleRequest;
import io.scorefield.engine.StepProgram;
import io.scorefield.experiment.settings.ExperimentConfig;
import io.scorefield.experiment.settings.ExperimentSource;
import io.scorefield.report.Provenance;
import io.scorefield.report.Summary;
import io.scorefield.rng.Shuffle;
import io.scorefield.train.Trainer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.ToDoubleFunction;
import java.util.stream.IntStream;

/// The native engine against ONNX Runtime and LibTorch, in one run: both sides' answers are compared first,
/// then everything is timed in turn, over and over. Writes bench/peers.json.
public final class PeerTable {
  /// Rounds of the table; in each, every contestant runs once.
  private static final int ROUNDS = 5;

  /// A timing takes about so long: as many rows of the program, or steps, as fit.
  private static final double SECONDS = 1.0;

  /// Steps whose batches are drawn beforehand for a peer.
  private static final int PREPARED = 20;

  private static final int CHECKED = 64;

  /// Something that is timed: how many units a second it does.
  private record Contestant(String name, int threads, ToDoubleFunction<Double> perSecond) {}

  private final List<Map<String, Object>> rows = new ArrayList<>();

  private PeerTable() {}

  /// @param arguments the folder of peers.json; the default is bench
  public static void main(String[] arguments) throws Exception {
    Path folder = Path.of(arguments.length > 0 ? arguments[0] : "bench");
    Files.createDirectories(folder);
    PeerTable table = new PeerTable();
    int most = Runtime.getRuntime().availableProcessors();
    System.out.printf(
        "%-34s %12s %12s %12s %12s %8s%n", "work", "LibTorch", "ONNX Runtime", "native (1)",
        "native (" + most + ")", "ratio");
    table.work("half-moons", "W1", List.of(10_000, 100_000), List.of("plain"));
    table.work("circle", "W2", List.of(10_000), List.of("plain", "literal"));
    Map<String, Object> tree = new LinkedHashMap<>();
    tree.put("benchmark", "peers");
    tree.put("command", "mvn -Ppeers -DskipTests verify");
    tree.put(
        "peers",
        Map.of(
            "LibTorch", System.getProperty("peers.libtorch", "unknown"),
            "ONNX Runtime", System.getProperty("peers.onnxruntime", "unknown")));
    tree.put("rounds", ROUNDS);
    tree.put("results", table.rows);
    tree.put("provenance", new Provenance().machine());
    tree.put("written", Instant.now().truncatedTo(ChronoUnit.SECONDS).toString());
    Summary.write(folder.resolve("peers.json"), tree);
    System.out.println("\nfigures: " + folder.resolve("peers.json"));
    System.exit(0); // LibTorch's threads would keep the program alive
  }

  private void work(String experiment, String label, List<Integer> sizes, List<String> methods)
      throws Exception {
    int most = Runtime.getRuntime().availableProcessors();
    ExperimentConfig config = ExperimentSource.read(experiment).bind();
    try (Engine one = Engines.open("native", 1).engine();
        Engine all = Engines.open("native", most).engine()) {
      Workload work = Workload.of(config, all);
      train(label, work, config, one, all, most);
      for (String method : methods) {
        for (int size : sizes) {
          sample(label, work, method, size, one, all, most);
        }
      }
    }
  }

  private void train(
      String label, Workload work, ExperimentConfig config, Engine one, Engine all, int most) {
    int batch = work.batch();
    List<PreparedStep> steps = new ArrayList<>();
    for (int k = 0; k < PREPARED; k++) {
      int[] examples = new int[batch];
      for (int j = 0; j < batch; j++) {
        long e = (long) k * batch + j;
        int[] order = Shuffle.order(config.seed(), e / work.data().size(), work.data().size());
        examples[j] = order[(int) (e % work.data().size())];
      }
      steps.add(
          PreparedStep.of(work, config.objective().objective(), examples, k, config.seed()));
    }
    double rate = config.train().learningRate();
    double[] ours;
    try (Trainer trainer = work.trainer(all, batch)) {
      ours = trainer.advance(PREPARED).data();
    }
    try (var training = new LibTorchPeer(work.network()).new Training(steps, rate)) {
      require(label + " training", EngineCheck.losses(training.advance(0, PREPARED), ours));
    }
    List<Contestant> contestants = new ArrayList<>();
    for (int threads : threadCounts(most)) {
      int count = threads;
      var training = new LibTorchPeer(work.network()).new Training(steps, rate);
      contestants.add(
          new Contestant(
              "LibTorch", threads,
              seconds -> {
                LibTorchPeer.threads(count);
                return repeat(seconds, 10, () -> training.advance(0, 10));
              }));
    }
    for (Engine engine : List.of(one, all)) {
      Trainer trainer = work.trainer(engine, batch);
      contestants.add(
          new Contestant(
              "native", engine.info().threads(),
              seconds -> repeat(seconds, 200, () -> trainer.advance(200))));
    }
    race(label + " training, batch " + batch + ", steps/s", contestants, most);
  }

  private void sample(
      String label, Workload work, String method, int size, Engine one, Engine all, int most)
      throws Exception {
    StepProgram program = work.program(method);
    int dimension = work.architecture().dimension();
    int rowCount = program.rows().size();
    Feed feed = Feed.of(program, dimension, CHECKED, 1);
    float[] ours = new float[CHECKED * dimension];
    all.sample(
        work.network(), program, work.physics(method), SampleRequest.of(1, 0, CHECKED),
        (first, count, block) ->
            System.arraycopy(block, 0, ours, (int) first * dimension, count * dimension));
    LibTorchPeer torch = new LibTorchPeer(work.network());
    String name = label + " " + method + ", " + size + " samples, samples/s";
    require(
        name,
        EngineCheck.samples(
            torch.sample(program, rowCount, CHECKED, 1.5, Optional.of(feed)), ours));
    List<Contestant> contestants = new ArrayList<>();
    for (int threads : threadCounts(most)) {
      int count = threads;
      contestants.add(
          new Contestant(
              "LibTorch", threads,
              seconds -> {
                LibTorchPeer.threads(count);
                return rows(
                    seconds, rowCount, size,
                    rows -> torch.sample(program, rows, size, 1.5, Optional.empty()));
              }));
    }
    List<OnnxPeer> onnx = new ArrayList<>();
    if (!program.usesPhysics()) {
      for (int threads : threadCounts(most)) {
        OnnxPeer peer = new OnnxPeer(work.network(), threads);
        onnx.add(peer);
        require(
            name,
            EngineCheck.samples(
                peer.sample(program, rowCount, CHECKED, Optional.of(feed)), ours));
        contestants.add(
            new Contestant(
                "ONNX Runtime", threads,
                seconds ->
                    rows(
                        seconds, rowCount, size,
                        rows -> peer.sample(program, rows, size, Optional.empty()))));
      }
    }
    for (Engine engine : List.of(one, all)) {
      contestants.add(
          new Contestant(
              "native", engine.info().threads(),
              seconds ->
                  rows(
                      seconds, rowCount, size,
                      rows ->
                          engine.sample(
                              work.network(), firstRows(program, rows), work.physics(method),
                              SampleRequest.of(1, 0, size), (first, count, block) -> {}))));
    }
    race(name, contestants, most);
    for (OnnxPeer peer : onnx) {
      peer.close();
    }
  }

  /// 1, 2, 4, ... and all of them.
  private static int[] threadCounts(int most) {
    return IntStream.concat(IntStream.iterate(1, n -> n < most, n -> 2 * n), IntStream.of(most))
        .toArray();
  }

  /// Units a second of a task that does `units` each time.
  private static double repeat(double seconds, double units, Runnable task) {
    long start = System.nanoTime();
    double done = 0;
    double elapsed;
    do {
      task.run();
      done += units;
      elapsed = (System.nanoTime() - start) / 1e9;
    } while (elapsed < seconds);
    return done / elapsed;
  }

  /// A task that runs so many rows of a program.
  @FunctionalInterface
  private interface Rows {
    void run(int rows) throws Exception;
  }

  /// Samples a second, from as many rows of the program as fit into the time: every row costs the same.
  private static double rows(double seconds, int rowCount, int size, Rows task) {
    try {
      int rows = Math.min(2, rowCount);
      while (true) {
        long start = System.nanoTime();
        task.run(rows);
        double elapsed = (System.nanoTime() - start) / 1e9;
        if (elapsed > 0.5 * seconds || rows == rowCount) {
          return size * (double) rows / rowCount / elapsed;
        }
        int wanted = (int) (rows * Math.min(8, seconds / elapsed)) / 2 * 2 + 2;
        rows = Math.min(rowCount, Math.max(rows + 2, wanted));
      }
    } catch (Exception e) {
      throw new IllegalStateException(e);
    }
  }

  private static StepProgram firstRows(StepProgram program, int rows) {
    return new StepProgram(
        program.featureCount(), program.priorScale(), program.rows().subList(0, rows));
  }

  private static void require(String what, Optional<String> wrong) throws IllegalStateException {
    if (wrong.isPresent()) {
      throw new IllegalStateException(what + ": the peer's answers differ: " + wrong.get());
    }
  }

  /// Times all contestants in turn and keeps their medians.
  private void race(String work, List<Contestant> contestants, int most) {
    double[][] speeds = new double[contestants.size()][ROUNDS];
    for (Contestant contestant : contestants) {
      contestant.perSecond().applyAsDouble(SECONDS / 3);
    }
    for (int round = 0; round < ROUNDS; round++) {
      for (int i = 0; i < speeds.length; i++) {
        speeds[i][round] = contestants.get(i).perSecond().applyAsDouble(SECONDS);
      }
    }
    Map<String, Object> row = new LinkedHashMap<>();
    row.put("work", work);
    Map<String, Double> best = new LinkedHashMap<>();
    List<Map<String, Object>> entries = new ArrayList<>();
    double[] bestRounds = new double[ROUNDS];
    double[] ownRounds = new double[ROUNDS];
    for (int i = 0; i < speeds.length; i++) {
      Contestant contestant = contestants.get(i);
      double median = median(speeds[i]);
      Map<String, Object> entry = new LinkedHashMap<>();
      entry.put("name", contestant.name());
      entry.put("threads", contestant.threads());
      entry.put("per-second", median);
      entry.put("rounds", speeds[i]);
      entries.add(entry);
      boolean own = contestant.name().equals("native");
      best.merge(own ? "native " + contestant.threads() : contestant.name(), median, Math::max);
      if (own && contestant.threads() == most) {
        ownRounds = speeds[i];
      } else if (!own) {
        for (int round = 0; round < ROUNDS; round++) {
          bestRounds[round] = Math.max(bestRounds[round], speeds[i][round]);
        }
      }
    }
    // The ratio within each round, against the best peer of that round: what other work on the machine
    // slows down, it slows down on both sides.
    double[] ratios = new double[ROUNDS];
    for (int round = 0; round < ROUNDS; round++) {
      ratios[round] = ownRounds[round] / bestRounds[round];
    }
    row.put("contestants", entries);
    row.put("ratio-to-best-peer", median(ratios));
    row.put("all-threads-to-one", best.get("native " + most) / best.get("native 1"));
    rows.add(row);
    System.out.printf(
        Locale.ROOT, "%-34s %,12.0f %12s %,12.0f %,12.0f %8.1f%n", work, best.get("LibTorch"),
        best.containsKey("ONNX Runtime")
            ? String.format(Locale.ROOT, "%,.0f", best.get("ONNX Runtime"))
            : "-",
        best.get("native 1"), best.get("native " + most), median(ratios));
  }

  private static double median(double[] values) {
    double[] sorted = values.clone();
    Arrays.sort(sorted);
    return sorted[sorted.length / 2];
  }
}
