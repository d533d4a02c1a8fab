package io.scorefield.experiment;

import io.scorefield.io.AtomicFile;
import io.scorefield.io.FormatException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/// metrics.csv: the mean losses of consecutive stretches of a training.
public final class LossHistory {
  private static final String HEADER = "step,learning-rate,data-loss,physics-loss";

  /// @param step the last step of the stretch
  /// @param dataLoss mean over the steps of the stretch, likewise physicsLoss
  public record Row(long step, double learningRate, double dataLoss, double physicsLoss) {}

  private final List<Row> rows = new ArrayList<>();

  public void add(Row row) {
    rows.add(row);
  }

  public List<Row> rows() {
    return List.copyOf(rows);
  }

  /// Reads the rows up to a step, the one a training is resumed at.
  public static LossHistory read(Path file, long upToStep) throws IOException {
    LossHistory history = new LossHistory();
    List<String> lines = Files.readAllLines(file);
    if (lines.isEmpty() || !lines.getFirst().equals(HEADER)) {
      throw new FormatException(file + ":1: expected the columns " + HEADER);
    }
    for (int i = 1; i < lines.size(); i++) {
      String[] cells = lines.get(i).split(",", -1);
      try {
        Row row =
            new Row(
                Long.parseLong(cells[0]),
                Double.parseDouble(cells[1]),
                Double.parseDouble(cells[2]),
                Double.parseDouble(cells[3]));
        if (row.step() <= upToStep) {
          history.add(row);
        }
      } catch (NumberFormatException | ArrayIndexOutOfBoundsException e) {
        throw new FormatException(file + ":" + (i + 1) + ": expected four numbers", e);
      }
    }
    return history;
  }

  public void write(Path file) throws IOException {
    StringBuilder text = new StringBuilder(HEADER).append('\n');
    for (Row row : rows) {
      text.append(row.step()).append(',').append(row.learningRate()).append(',');
      text.append(row.dataLoss()).append(',').append(row.physicsLoss()).append('\n');
    }
    AtomicFile.writeString(file, text.toString());
  }
}
