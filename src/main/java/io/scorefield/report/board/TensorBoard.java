package io.scorefield.report.board;

import io.scorefield.eval.MetricValue;
import io.scorefield.report.LossHistory;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/// A run as TensorBoard shows it: losses while it trains, metrics and pictures at its end.
public final class TensorBoard implements AutoCloseable {
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
