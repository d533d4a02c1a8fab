package io.scorefield.matter.molecule;

import io.scorefield.io.FormatException;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// Where the element and the coordinates of an atom are in a line of an XYZ file.
///
/// @param element number of the element's column from 0
/// @param position that of x; y and z follow
/// @param named whether the line of text says so, as that of extended XYZ does
record XyzColumns(int element, int position, boolean named) {
  private static final Pattern PROPERTIES = Pattern.compile("(?i)\\bProperties=\"?([^\\s\"]+)\"?");
  /// A name may have an = of its own, as that of C=O.
  private static final Pattern EXTENDED = Pattern.compile("(?i)\\b(Lattice|pbc|energy)=|\\w=\"");

  /// How many columns an atom has at least.
  int least() {
    return Math.max(element + 1, position + 3);
  }

  /// The columns that a line of text names, for example `Properties=species:S:1:pos:R:3`; else the usual ones.
  ///
  /// @param lines for errors
  static XyzColumns of(String comment, Lines lines) throws FormatException {
    Matcher properties = PROPERTIES.matcher(comment);
    if (!properties.find()) {
      return new XyzColumns(0, 1, EXTENDED.matcher(comment).find());
    }
    String[] parts = properties.group(1).split(":");
    int element = -1;
    int position = -1;
    int column = 0;
    for (int part = 0; part + 2 < parts.length; part += 3) {
      if (!parts[part + 2].matches("[0-9]{1,4}")) {
        throw lines.wrong("'" + parts[part + 2] + "' in Properties is not a number of columns");
      }
      int width = Integer.parseInt(parts[part + 2]);
      if (parts[part].equals("species") || element < 0 && parts[part].equals("Z")) {
        element = column;
      } else if (parts[part].equals("pos") && width == 3) {
        position = column;
      }
      column += width;
    }
    if (element < 0 || position < 0) {
      throw lines.wrong("Properties do not name the columns species and pos: " + properties.group(1));
    }
    return new XyzColumns(element, position, true);
  }
}
