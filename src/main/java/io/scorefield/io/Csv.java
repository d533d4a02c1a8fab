package io.scorefield.io;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;

/// Comma-separated numbers, one point a line, with an optional line of column names first.
public final class Csv {
  private Csv() {}

  /// Reads points [N, D]. Empty lines and lines that start with # are passed over.
  ///
  /// @throws FormatException with the line number for ragged rows and for what is not a number
  public static Points read(Path file) throws IOException {
    float[] values = new float[1024];
    int count = 0;
    int columns = 0;
    int lineNumber = 0;
    boolean first = true;
    try (BufferedReader reader = Files.newBufferedReader(file)) {
      for (String line = reader.readLine(); line != null; line = reader.readLine()) {
        lineNumber++;
        String text = line.strip();
        if (text.isEmpty() || text.startsWith("#")) {
          continue;
        }
        String[] cells = text.split(",", -1);
        if (first) {
          first = false;
          columns = cells.length;
          if (isNames(cells)) {
            continue;
          }
        }
        if (cells.length != columns) {
          throw new FormatException(
              file + ":" + lineNumber + ": " + cells.length + " columns where " + columns
                  + " were expected");
        }
        for (String cell : cells) {
          if (count == values.length) {
            if (count >= Points.MAX_NUMBERS) {
              throw new FormatException(
                  file + ": more than " + Points.MAX_NUMBERS + " numbers are too many");
            }
            values = Arrays.copyOf(values, 2 * count);
          }
          values[count++] = number(file, lineNumber, cell.strip());
        }
      }
    } catch (CharacterCodingException e) {
      throw new FormatException(file + ": not a text file in UTF-8", e);
    }
    if (count == 0) {
      throw new FormatException(file + ": there are no numbers in this file");
    }
    return new Points(columns, Arrays.copyOf(values, count));
  }

  private static boolean isNames(String[] cells) {
    for (String cell : cells) {
      try {
        Float.parseFloat(cell.strip());
        return false;
      } catch (NumberFormatException e) {
        // a name; go on
      }
    }
    return true;
  }

  private static float number(Path file, int line, String cell) throws FormatException {
    try {
      return Float.parseFloat(cell);
    } catch (NumberFormatException e) {
      String hint = cell.matches(".*[\\s;].*") ? "; columns are separated by commas" : "";
      throw new FormatException(
          file + ":" + line + ": '" + cell + "' is not a number" + hint, e);
    }
  }
}
