package io.scorefield.report;

import io.scorefield.io.AtomicFile;
import io.scorefield.io.FormatException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/// metrics.csv: the mean losses of consecutive stretches of a training. Cells are empty where nothing is known.
public final class LossHistory {
  private static final String OLDER_HEADER = "step,learning-rate,data-loss,physics-loss";
  private static final String HEADER = OLDER_HEADER + ",held-out-loss";

  /// @param step the last step of the stretch
  /// @param dataLoss mean over the steps of the stretch, likewise physicsLoss
  /// @param heldOut the loss on points that are not trained on, at the end of the stretch; not a number where it was not
  ///     taken
  public record Row(
      long step, double learningRate, double dataLoss, double physicsLoss, double heldOut) {
    /// Before the first step: there is no loss of the training yet.
    public static Row ofStart(double heldOut) {
      return new Row(0, Double.NaN, Double.NaN, Double.NaN, heldOut);
    }
  }

  private final List<Row> rows = new ArrayList<>();

  public void add(Row row) {
    rows.add(row);
  }

  /// The row of the least loss on held-out points; empty where none was taken.
  public Optional<Row> best() {
    return rows.stream()
        .filter(row -> !Double.isNaN(row.heldOut()))
        .min(Comparator.comparingDouble(Row::heldOut));
  }

  public List<Row> rows() {
    return List.copyOf(rows);
  }

  /// Reads the rows up to a step, the one a training is resumed at.
  public static LossHistory read(Path file, long upToStep) throws IOException {
    LossHistory history = new LossHistory();
    List<String> lines = Files.readAllLines(file);
    if (lines.isEmpty() || !List.of(HEADER, OLDER_HEADER).contains(lines.getFirst())) {
      throw new FormatException(file + ":1: expected the columns " + HEADER);
    }
    for (int i = 1; i < lines.size(); i++) {
      String[] cells = lines.get(i).split(",", -1);
      try {
        Row row =
            new Row(
                Long.parseLong(cells[0]),
                number(cells[1]),
                number(cells[2]),
                number(cells[3]),
                cells.length > 4 ? number(cells[4]) : Double.NaN);
        if (row.step() <= upToStep) {
          history.add(row);
        }
      } catch (NumberFormatException | ArrayIndexOutOfBoundsException e) {
        throw new FormatException(file + ":" + (i + 1) + ": expected numbers in the columns " + HEADER, e);
      }
    }
    return history;
  }

  private static double number(String cell) {
    return cell.isEmpty() ? Double.NaN : Double.parseDouble(cell);
  }

  private static String cell(double number) {
    return Double.isNaN(number) ? "" : Double.toString(number);
  }

  public void write(Path file) throws IOException {
    StringBuilder text = new StringBuilder(HEADER).append('\n');
    for (Row row : rows) {
      text.append(row.step()).append(',').append(cell(row.learningRate())).append(',');
      text.append(cell(row.dataLoss())).append(',').append(cell(row.physicsLoss())).append(',');
      text.append(cell(row.heldOut())).append('\n');
    }
    AtomicFile.writeString(file, text.toString());
  }
}
