package io.scorefield.matter.molecule;

import io.scorefield.io.FormatException;
import io.scorefield.matter.Element;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.nio.file.Path;
import java.util.Optional;

/// The lines of a file of molecules one by one, and errors that name the file and the line.
final class Lines {
  /// In angstrom; what is larger is no molecule.
  private static final double LARGEST = 1e5;

  private final Path file;
  private final BufferedReader reader;
  private int number;

  Lines(Path file, BufferedReader reader) {
    this.file = file;
    this.reader = reader;
  }

  /// The number of the last line, from 1.
  int number() {
    return number;
  }

  /// The next line without spaces at its end; none at the end of the file.
  Optional<String> next() throws IOException {
    try {
      String line = reader.readLine();
      if (line == null) {
        return Optional.empty();
      }
      number++;
      return Optional.of((number == 1 && line.startsWith("\uFEFF") ? line.substring(1) : line).stripTrailing());
    } catch (CharacterCodingException e) {
      throw new FormatException(file + ":" + (number + 1) + ": this is no text in UTF-8", e);
    }
  }

  /// The next line, which has to be there.
  ///
  /// @param missing what the file ends before, for the message
  String need(String missing) throws IOException {
    return next().orElseThrow(() -> new FormatException(file + ":" + number + ": the file ends here, before " + missing));
  }

  /// An error in the last line.
  FormatException wrong(String what) {
    return wrong(number, what);
  }

  /// An error in a line.
  FormatException wrong(int line, String what) {
    return new FormatException(file + ":" + line + ": " + what);
  }

  /// The element of a symbol, or of an atomic number.
  Element element(String text) throws FormatException {
    if (text.matches("[0-9]{1,3}")) {
      int z = Integer.parseInt(text);
      if (z >= 1 && z <= Element.all().size()) {
        return Element.of(z);
      }
    }
    return Element.of(text).orElseThrow(() -> wrong("there is no element '" + text + "'"));
  }

  /// A coordinate in angstrom.
  double coordinate(String text) throws FormatException {
    double value;
    try {
      value = Double.parseDouble(text);
    } catch (NumberFormatException e) {
      throw wrong("'" + text + "' is no coordinate");
    }
    if (!Double.isFinite(value) || Math.abs(value) > LARGEST) {
      throw wrong("the coordinate " + text + " is " + (Double.isFinite(value) ? "too large" : "not finite"));
    }
    return value;
  }
}
