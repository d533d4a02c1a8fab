package io.scorefield.matter;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;

/// A chemical element, hydrogen to curium.
///
/// Sources: covalent radii of Cordero et al. 2008, ionic radii of Shannon 1976 (sixfold coordination where there is one,
/// of the first of the usual oxidation states), electronegativities of Pauling, van der Waals radii of Bondi 1964 and
/// Alvarez 2013, colours as Jmol has them.
///
/// @param number Z
/// @param symbol such as `Na`
/// @param mass in u
/// @param period 1 to 7
/// @param group 1 to 18; lanthanides and actinides are in 3
/// @param electronegativity where there is one
/// @param covalentRadius in angstrom
/// @param vanDerWaalsRadius in angstrom; empty where unknown
/// @param ionicRadius in angstrom; empty where unknown
/// @param oxidationStates the usual ones
/// @param colour 0xRRGGBB
public record Element(
    int number,
    String symbol,
    String name,
    double mass,
    int period,
    int group,
    OptionalDouble electronegativity,
    double covalentRadius,
    OptionalDouble vanDerWaalsRadius,
    OptionalDouble ionicRadius,
    List<Integer> oxidationStates,
    int colour) {
  private static final String TABLE = "/matter/elements.csv";

  private static final List<Element> ALL = read();
  private static final Map<String, Element> BY_SYMBOL = bySymbol();

  /// All that are known, in the order of their numbers.
  public static List<Element> all() {
    return ALL;
  }

  /// The element with Z protons.
  ///
  /// @throws IllegalArgumentException where there is none, or none that is known
  public static Element of(int number) {
    if (number < 1 || number > ALL.size()) {
      throw new IllegalArgumentException("there is no element with the atomic number " + number + " in the table, which ends with "
          + ALL.getLast().symbol + ", " + ALL.size());
    }
    return ALL.get(number - 1);
  }

  /// The element of a symbol; `D` and `T` are hydrogen. Case does not matter.
  public static Optional<Element> of(String symbol) {
    String usual = symbol.isEmpty() ? symbol : Character.toUpperCase(symbol.charAt(0)) + symbol.substring(1).toLowerCase(Locale.ROOT);
    return Optional.ofNullable(BY_SYMBOL.get(usual.equals("D") || usual.equals("T") ? "H" : usual));
  }

  private static Map<String, Element> bySymbol() {
    Map<String, Element> all = new LinkedHashMap<>();
    ALL.forEach(element -> all.put(element.symbol, element));
    return all;
  }

  private static List<Element> read() {
    try (InputStream table = Element.class.getResourceAsStream(TABLE)) {
      return new String(table.readAllBytes(), StandardCharsets.UTF_8).lines().skip(1).map(Element::line).toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static Element line(String line) {
    String[] cells = line.split(",", -1);
    return new Element(
        Integer.parseInt(cells[0]),
        cells[1],
        cells[2],
        Double.parseDouble(cells[3]),
        Integer.parseInt(cells[4]),
        Integer.parseInt(cells[5]),
        number(cells[6]),
        Double.parseDouble(cells[7]),
        number(cells[8]),
        number(cells[10]),
        cells[11].isEmpty() ? List.of() : Arrays.stream(cells[11].split(" ")).map(Integer::valueOf).toList(),
        Integer.parseInt(cells[12], 16));
  }

  private static OptionalDouble number(String cell) {
    return cell.isEmpty() ? OptionalDouble.empty() : OptionalDouble.of(Double.parseDouble(cell));
  }
}
