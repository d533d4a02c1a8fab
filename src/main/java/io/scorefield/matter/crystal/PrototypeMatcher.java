package io.scorefield.matter.crystal;

import io.scorefield.matter.Element;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;

/// Whether a crystal has the structure of a known one, whatever its elements and its size: the same number of atoms, the same
/// counts of its elements, the cell and the places of it, with every exchange of elements tried that leaves the counts as they are.
///
/// Distances are those of {@link CrystalMatcher}, which are free of the size of cells.
public final class PrototypeMatcher {
  /// What counts as the same structure.
  public static final double SAME = 0.1;

  private final List<Crystal> prototypes = new ArrayList<>();

  /// The structures among known crystals: of those that are the same, the first.
  public PrototypeMatcher(List<Crystal> known) {
    for (Crystal crystal : known) {
      if (distance(crystal).orElse(Double.POSITIVE_INFINITY) >= SAME) {
        prototypes.add(crystal);
      }
    }
  }

  /// One of each.
  public List<Crystal> prototypes() {
    return List.copyOf(prototypes);
  }

  /// The least distance from any of them; empty where there is none of such counts and such a cell.
  public OptionalDouble distance(Crystal crystal) {
    return prototypes.stream().flatMapToDouble(prototype -> distance(crystal, prototype).stream()).min();
  }

  private static OptionalDouble distance(Crystal crystal, Crystal prototype) {
    Map<Element, Integer> own = counts(crystal);
    Map<Element, Integer> others = counts(prototype);
    if (!own.values().stream().sorted().toList().equals(others.values().stream().sorted().toList())) {
      return OptionalDouble.empty();
    }
    double best = Double.POSITIVE_INFINITY;
    for (Map<Element, Element> names : namings(List.copyOf(others.keySet()), others, own, Map.of())) {
      List<Element> elements = prototype.elements().stream().map(names::get).toList();
      Crystal renamed = new Crystal(prototype.name(), prototype.lattice(), elements, prototype.fractional());
      best = Math.min(best, CrystalMatcher.STRICT.distance(crystal, renamed).orElse(Double.POSITIVE_INFINITY));
    }
    return Double.isFinite(best) ? OptionalDouble.of(best) : OptionalDouble.empty();
  }

  private static Map<Element, Integer> counts(Crystal crystal) {
    Map<Element, Integer> counts = new LinkedHashMap<>();
    crystal.elements().stream().sorted(Comparator.comparingInt(Element::number)).forEach(element -> counts.merge(element, 1, Integer::sum));
    return counts;
  }

  /// All ways to give the elements others of the same counts.
  private static List<Map<Element, Element>> namings(
      List<Element> open, Map<Element, Integer> counts, Map<Element, Integer> own, Map<Element, Element> given) {
    if (open.isEmpty()) {
      return List.of(given);
    }
    Element first = open.getFirst();
    List<Map<Element, Element>> all = new ArrayList<>();
    for (Element other : own.keySet()) {
      if (own.get(other).equals(counts.get(first)) && !given.containsValue(other)) {
        Map<Element, Element> more = new LinkedHashMap<>(given);
        more.put(first, other);
        all.addAll(namings(open.subList(1, open.size()), counts, own, more));
      }
    }
    return all;
  }
}
