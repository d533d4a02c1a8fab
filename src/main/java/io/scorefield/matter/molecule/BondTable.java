package io.scorefield.matter.molecule;

import io.scorefield.matter.Element;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;

/// Bonds from distances alone, for H, C, N, O and F: the rule by which published work judges generated molecules.
///
/// Two atoms have a single bond when they are closer than the usual length of one plus 0.10 angstrom, a double bond when
/// closer than that of a double bond plus 0.05, a triple bond with 0.03. Charges and aromatic bonds are unknown to it.
///
/// Source: lengths and margins of Hoogeboom et al., "Equivariant diffusion for molecule generation in 3D", ICML 2022,
/// appendix; lengths are those of wiredchemist.com. Of NO there is no triple bond, as there.
public final class BondTable {
  private static final String TABLE = "/matter/bond-lengths.csv";
  private static final double[] MARGINS = {0.10, 0.05, 0.03};
  private static final Map<String, double[]> LENGTHS = read();

  private BondTable() {}

  /// Whether the rule knows an element.
  public static boolean knows(Element element) {
    return LENGTHS.containsKey(key(element, element));
  }

  /// The usual length of a bond in angstrom; empty where the table has none.
  public static OptionalDouble length(Element first, Element second, int order) {
    double[] lengths = LENGTHS.get(key(first, second));
    return lengths == null || Double.isNaN(lengths[order - 1]) ? OptionalDouble.empty() : OptionalDouble.of(lengths[order - 1]);
  }

  /// The order of the bond of two atoms by their distance in angstrom; 0: they have none.
  public static int order(Element first, Element second, double distance) {
    double[] lengths = LENGTHS.get(key(first, second));
    int order = 0;
    // An order counts only where all lower ones do.
    while (lengths != null && order < 3 && distance < lengths[order] + MARGINS[order]) {
      order++;
    }
    return order;
  }

  /// The molecule with the bonds that its distances imply, in place of those that it has.
  ///
  /// @throws IllegalArgumentException when an element is unknown to the rule
  public static Molecule perceive(Molecule molecule) {
    List<Element> elements = molecule.elements();
    for (Element element : elements) {
      if (!knows(element)) {
        throw new IllegalArgumentException("bonds are found for H, C, N, O and F, not for " + element.symbol());
      }
    }
    List<Bond> bonds = new ArrayList<>();
    for (int i = 0; i < elements.size(); i++) {
      for (int j = i + 1; j < elements.size(); j++) {
        int order = order(elements.get(i), elements.get(j), molecule.distance(i, j));
        if (order > 0) {
          bonds.add(new Bond(i, j, order));
        }
      }
    }
    return molecule.withBonds(bonds);
  }

  private static String key(Element first, Element second) {
    return first.number() <= second.number() ? first.symbol() + " " + second.symbol() : second.symbol() + " " + first.symbol();
  }

  private static Map<String, double[]> read() {
    Map<String, double[]> lengths = new HashMap<>();
    try (InputStream table = BondTable.class.getResourceAsStream(TABLE)) {
      new String(table.readAllBytes(), StandardCharsets.UTF_8).lines().skip(1).forEach(line -> {
        String[] cells = line.split(",", -1);
        double[] row = new double[3];
        for (int order = 0; order < 3; order++) {
          row[order] = cells[2 + order].isEmpty() ? Double.NaN : Double.parseDouble(cells[2 + order]) / 100;
        }
        lengths.put(cells[0] + " " + cells[1], row);
      });
      return lengths;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
