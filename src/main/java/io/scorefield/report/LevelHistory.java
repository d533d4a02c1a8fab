package io.scorefield.report;

import io.scorefield.eval.NoiseLevels.Level;
import io.scorefield.io.AtomicFile;
import io.scorefield.io.FormatException;
import io.scorefield.plot.Figure;
import io.scorefield.plot.Figures;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.ToDoubleFunction;

/// levels.csv: how well the averaged network did at every noise level, at some moments of a training.
public final class LevelHistory {
  private static final String HEADER = "step,noise-level,x0hat-error,residual";

  private final List<Level> rows = new ArrayList<>();

  public void add(List<Level> moment) {
    rows.addAll(moment);
  }

  /// What was noted at every moment, in the order of the moments.
  public List<List<Level>> moments() {
    return rows.stream().mapToLong(Level::step).distinct()
        .mapToObj(step -> rows.stream().filter(row -> row.step() == step).toList())
        .toList();
  }

  public boolean has(long step) {
    return rows.stream().anyMatch(row -> row.step() == step);
  }

  /// Reads the rows up to a step, the one a training is resumed at.
  public static LevelHistory read(Path file, long upToStep) throws IOException {
    LevelHistory history = new LevelHistory();
    List<String> lines = Files.readAllLines(file);
    if (lines.isEmpty() || !lines.getFirst().equals(HEADER)) {
      throw new FormatException(
          file + ":1: expected the columns " + HEADER + "; delete the file to go on without it");
    }
    for (int i = 1; i < lines.size(); i++) {
      String[] cells = lines.get(i).split(",", -1);
      try {
        Level row =
            new Level(
                Long.parseLong(cells[0]),
                Double.parseDouble(cells[1]),
                Double.parseDouble(cells[2]),
                Double.parseDouble(cells[3]));
        if (row.step() <= upToStep) {
          history.rows.add(row);
        }
      } catch (NumberFormatException | ArrayIndexOutOfBoundsException e) {
        throw new FormatException(file + ":" + (i + 1) + ": expected four numbers", e);
      }
    }
    return history;
  }

  public void write(Path file) throws IOException {
    StringBuilder text = new StringBuilder(HEADER).append('\n');
    for (Level row : rows) {
      text.append(
          String.format(
              Locale.ROOT, "%d,%.6g,%.6g,%.6g\n", row.step(), row.time(), row.error(),
              row.residual()));
    }
    AtomicFile.writeString(file, text.toString());
  }

  /// A panel for the error and, with laws, one for the residual; a curve a moment. Empty where nothing is finite.
  public Optional<Figure> figure() {
    List<Figures.Levels> panels = new ArrayList<>();
    panel("error of x0hat (root mean square)", Level::error).ifPresent(panels::add);
    panel("residual of the laws at x0hat", Level::residual).ifPresent(panels::add);
    return panels.isEmpty() ? Optional.empty() : Optional.of(Figures.levels(panels));
  }

  private Optional<Figures.Levels> panel(String title, ToDoubleFunction<Level> value) {
    List<Figures.Curve> curves = new ArrayList<>();
    for (long step : rows.stream().mapToLong(Level::step).distinct().sorted().toArray()) {
      List<Level> finite =
          rows.stream()
              .filter(row -> row.step() == step && Double.isFinite(value.applyAsDouble(row)))
              .toList();
      if (finite.size() > 1) {
        curves.add(
            new Figures.Curve(
                String.format(Locale.ROOT, "step %,d", step),
                finite.stream().mapToDouble(Level::time).toArray(),
                finite.stream().mapToDouble(value).toArray()));
      }
    }
    return curves.isEmpty() ? Optional.empty() : Optional.of(new Figures.Levels(title, curves));
  }
}
