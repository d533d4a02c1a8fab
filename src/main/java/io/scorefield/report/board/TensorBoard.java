package io.scorefield.report.board;

import io.scorefield.engine.TrainingState;
import io.scorefield.eval.MetricValue;
import io.scorefield.network.Architecture;
import io.scorefield.report.LossHistory;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/// A run as TensorBoard shows it: losses, weights and gradients while it trains, metrics, samples and pictures at its end.
public final class TensorBoard implements AutoCloseable {
  private static final int MOST_COMPONENTS = 16;

  private final EventFile events;

  private TensorBoard(EventFile events) {
    this.events = events;
  }

  /// @param folder the run's name in TensorBoard is that of the folder
  public static TensorBoard in(Path folder) throws IOException {
    return new TensorBoard(EventFile.create(folder));
  }

  /// A row of metrics.csv. What is not known is not shown.
  public void add(LossHistory.Row row) throws IOException {
    add("train/data-loss", row.step(), row.dataLoss());
    // 0 where no law has a part in the loss.
    add("train/physics-loss", row.step(), row.physicsLoss() == 0 ? Double.NaN : row.physicsLoss());
    add("train/learning-rate", row.step(), row.learningRate());
    add("train/held-out-loss", row.step(), row.heldOut());
  }

  /// The weights by tensor, and the size of the gradient, which Adam's second moment tells: v / (1 - beta2^k) is the mean of the
  /// squared gradient over about the last 1 / (1 - beta2) steps, so the root of its sum is the root mean square of the
  /// gradient's norm, as the optimiser took it.
  public void add(TrainingState state, Architecture architecture, double beta2) throws IOException {
    for (Architecture.Block block : architecture.blocks()) {
      events.histogram("weights/" + block.name(), state.step(), Histogram.of(state.parameters(), block.offset(), 1, block.size()));
    }
    if (state.step() > 0) {
      double sum = 0;
      for (float v : state.secondMoment()) {
        sum += v;
      }
      add("train/gradient-norm", state.step(), Math.sqrt(sum / (1 - Math.pow(beta2, state.step()))));
    }
  }

  /// Samples by component; where these are many, all in one.
  ///
  /// @param components their names, `[D]`
  /// @param samples [n, D], all finite, n at least 1
  public void addSamples(long step, String method, List<String> components, float[] samples) throws IOException {
    int dimension = components.size();
    if (dimension > MOST_COMPONENTS) {
      events.histogram("samples/" + method, step, Histogram.of(samples, 0, 1, samples.length));
      return;
    }
    for (int d = 0; d < dimension; d++) {
      events.histogram(
          "samples/" + method + "/" + components.get(d), step, Histogram.of(samples, d, dimension, samples.length / dimension));
    }
  }

  /// The metrics by method.
  ///
  /// @param step of the network that was sampled
  public void add(long step, Map<String, Map<String, MetricValue>> metrics) throws IOException {
    for (Map.Entry<String, Map<String, MetricValue>> method : metrics.entrySet()) {
      for (Map.Entry<String, MetricValue> metric : method.getValue().entrySet()) {
        add("metrics/" + method.getKey() + "/" + metric.getKey(), step, metric.getValue().value());
      }
    }
  }

  /// The .png files of a folder.
  public void addPictures(long step, Path plots) throws IOException {
    try (Stream<Path> all = Files.list(plots)) {
      List<Path> pictures = all.filter(file -> file.toString().endsWith(".png")).sorted().toList();
      for (Path picture : pictures) {
        String name = picture.getFileName().toString();
        events.picture("plots/" + name.substring(0, name.length() - 4), step, Files.readAllBytes(picture));
      }
    }
  }

  private void add(String tag, long step, double value) throws IOException {
    if (!Double.isNaN(value)) {
      events.scalar(tag, step, value);
    }
  }

  @Override
  public void close() throws IOException {
    events.close();
  }
}
