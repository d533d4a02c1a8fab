package io.scorefield.matter.crystal;

import io.scorefield.matter.Element;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// The atoms of a cell, written as `SrTiO3` or `Be2O2`.
public final class ChemicalFormula {
  private static final Pattern PART = Pattern.compile("\\G([A-Z][a-z]?)(\\d{0,4})");

  private ChemicalFormula() {}

  /// The atoms in the order of the formula.
  ///
  /// @throws IllegalArgumentException when it is none, with the reason
  public static List<Element> atoms(String formula) {
    List<Element> atoms = new ArrayList<>();
    Matcher part = PART.matcher(formula);
    int read = 0;
    while (part.find()) {
      String symbol = part.group(1);
      Element element =
          Element.of(symbol).orElseThrow(() -> new IllegalArgumentException("'" + symbol + "' in the formula " + formula + " is no element"));
      int count = part.group(2).isEmpty() ? 1 : Integer.parseInt(part.group(2));
      if (count == 0) {
        throw new IllegalArgumentException("the formula " + formula + " has 0 atoms of " + symbol);
      }
      atoms.addAll(Collections.nCopies(count, element));
      read = part.end();
    }
    if (read < formula.length() || atoms.isEmpty()) {
      throw new IllegalArgumentException("'" + formula + "' is no formula such as SrTiO3");
    }
    return atoms;
  }
}
