package io.scorefield.cli;

import io.scorefield.io.Rounded;
import io.scorefield.simulation.Quantity;
import java.io.PrintWriter;
import java.util.List;
import java.util.Locale;

/// Prints the quantities of a simulation as text, one a line.
final class QuantityTable {
  private QuantityTable() {}

  static void print(List<Quantity> quantities, PrintWriter out) {
    int width = Math.max(18, quantities.stream().mapToInt(q -> q.name().length()).max().orElse(0));
    String format = "%-" + width + "s %12s %12s %12s%n";
    out.printf(Locale.ROOT, format, "quantity", "value", "std. error", "exact");
    for (Quantity quantity : quantities) {
      out.printf(
          Locale.ROOT, format, Plain.text(quantity.name()), Rounded.value(quantity.value()),
          Rounded.error(quantity.error()), Rounded.number(quantity.exact()));
    }
  }
}
