package io.scorefield.matter;

import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;

/// Chemical formulas of lists of atoms.
public final class Formula {
  private Formula() {}

  /// In Hill's order: carbon, hydrogen, then the others by their symbols; without carbon all by their symbols. `C2H6O`.
  ///
  /// Source: Hill 1900, On a system of indexing chemical literature.
  public static String hill(List<Element> atoms) {
    Map<String, Integer> counts = counts(atoms);
    StringBuilder formula = new StringBuilder();
    if (counts.containsKey("C")) {
      for (String first : List.of("C", "H")) {
        append(formula, first, counts.getOrDefault(first, 0));
        counts.remove(first);
      }
    }
    counts.forEach((symbol, count) -> append(formula, symbol, count));
    return formula.toString();
  }

  /// As compounds are written: counts without a common divisor, the least electronegative element first. `SrTiO3`.
  public static String compound(List<Element> atoms) {
    Map<String, Integer> counts = counts(atoms);
    int divisor = counts.values().stream().reduce(0, Formula::divisor);
    StringBuilder formula = new StringBuilder();
    counts.keySet().stream()
        .sorted(Comparator.comparingDouble(Formula::electronegativity))
        .forEach(symbol -> append(formula, symbol, counts.get(symbol) / divisor));
    return formula.toString();
  }

  /// A formula as it is printed, with its counts below the line: `C₂H₆O`.
  public static String printed(String formula) {
    return formula.chars()
        .mapToObj(c -> Character.toString(c >= '0' && c <= '9' ? '₀' + (c - '0') : c))
        .collect(Collectors.joining());
  }

  /// Noble gases have no electronegativity and come first.
  private static double electronegativity(String symbol) {
    return Element.of(symbol).orElseThrow().electronegativity().orElse(0);
  }

  private static Map<String, Integer> counts(List<Element> atoms) {
    Map<String, Integer> counts = new TreeMap<>();
    atoms.forEach(atom -> counts.merge(atom.symbol(), 1, Integer::sum));
    return counts;
  }

  private static int divisor(int a, int b) {
    return b == 0 ? a : divisor(b, a % b);
  }

  private static void append(StringBuilder formula, String symbol, int count) {
    if (count > 0) {
      formula.append(symbol).append(count == 1 ? "" : Integer.toString(count));
    }
  }
}
