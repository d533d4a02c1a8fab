package io.scorefield.io;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/// One number a line in double precision, with where each stands, so that what is wrong with a number can be said with its
/// line. Empty lines and lines that start with # are passed over, and so is a name in the first line.
///
/// @param file that was read
/// @param values `[n]`
/// @param lines the line of each, from 1, `[n]`
public record NumberColumn(Path file, List<Double> values, List<Integer> lines) {
  /// Reads the file, of at most `most` numbers.
  ///
  /// @throws FormatException with the line for several columns and for what is no finite number; also for too many or none
  public static NumberColumn read(Path file, int most) throws IOException {
    List<Double> values = new ArrayList<>();
    List<Integer> at = new ArrayList<>();
    try (BufferedReader reader = Files.newBufferedReader(file)) {
      CsvLines lines = new CsvLines(file, reader);
      boolean first = true;
      for (List<String> cells = lines.next(); !cells.isEmpty(); cells = lines.next()) {
        String cell = cells.getFirst();
        if (cells.size() != 1) {
          throw new FormatException(file + ":" + lines.number() + ": " + cells.size() + " columns where one was expected");
        }
        if (!(first && Decimal.isText(cell))) {
          values.add(number(file, lines.number(), cell));
          at.add(lines.number());
        }
        first = false;
        if (values.size() > most) {
          throw new FormatException(file + ":" + lines.number() + ": more than " + most + " numbers are too many");
        }
      }
    } catch (CharacterCodingException e) {
      throw new FormatException(file + ": not a text file in UTF-8", e);
    }
    if (values.isEmpty()) {
      throw new FormatException(file + ": there are no numbers in this file");
    }
    return new NumberColumn(file, values, at);
  }

  private static double number(Path file, int line, String cell) throws FormatException {
    double value = Decimal.isPlain(cell) ? Double.parseDouble(cell) : Double.NaN;
    if (!Double.isFinite(value)) {
      throw new FormatException(
          file + ":" + line + ": '" + (cell.length() > 40 ? cell.substring(0, 40) + "..." : cell) + "' is not a finite number");
    }
    return value;
  }

  /// Where number i stands, as `file:line`.
  public String place(int i) {
    return file + ":" + lines.get(i);
  }
}
