package io.scorefield.report;

import io.scorefield.config.ConfigException;
import io.scorefield.config.Suggestion;
import io.scorefield.eval.MetricValue;
import io.scorefield.experiment.folder.RunFolder;
import io.scorefield.experiment.settings.SweepGrid;
import io.scorefield.io.AtomicFile;
import io.scorefield.plot.Figure;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;

/// The files of a sweep over keys that its experiment does not have otherwise: sweep.csv and sweep.png.
///
/// @param failed messages by combination, or combination/seed-S
public record GridFiles(
    SweepGrid grid, Map<SweepTable.Key, Map<String, MetricValue>> means, Map<String, String> failed, RunFolder folder) {
  /// Writes them.
  ///
  /// @param by the metric to sort by; null: the usual one
  /// @param note is told when no run has it
  /// @return the table and the names of the files, for the user
  /// @throws ConfigException when no combination has a metric
  public List<String> write(String by, boolean descending, Consumer<String> note) throws IOException {
    List<String> metrics = GridTable.metrics(means);
    if (metrics.isEmpty()) {
      throw new ConfigException("no combination has a metric; the first: " + failed.values().iterator().next());
    }
    String sorted = by == null ? GridTable.usual(means) : by;
    if (!metrics.contains(sorted)) {
      note.accept("--by: no run has the metric '" + sorted + "'" + Suggestion.of(sorted, metrics));
      sorted = GridTable.usual(means);
    }
    GridTable table = new GridTable(grid, means, failed, sorted, descending);
    Path csv = folder.root().resolve("sweep.csv");
    AtomicFile.writeString(csv, table.csv());
    Optional<Figure> figure = new GridPlot(grid, means, sorted).figure();
    if (figure.isPresent()) {
      figure.get().write(folder.plots(), "sweep");
    }
    List<String> lines = new ArrayList<>(table.lines());
    lines.add("");
    lines.add(
        "table: " + csv + (figure.isPresent() ? ", picture: " + folder.plots().resolve("sweep.png") : "")
            + ", report: " + folder.report());
    return lines;
  }
}
