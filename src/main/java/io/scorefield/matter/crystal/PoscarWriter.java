package io.scorefield.matter.crystal;

import io.scorefield.matter.Element;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;

/// A crystal as a POSCAR of VASP 5; atoms of one element come together.
final class PoscarWriter {
  private PoscarWriter() {}

  static String text(Crystal crystal) {
    String name = crystal.name().strip().replaceAll("\\s+", " ");
    StringBuilder text = new StringBuilder((name.isEmpty() ? crystal.formula() : name) + "\n1.0\n");
    for (double[] vector : crystal.lattice()) {
      text.append(String.format(Locale.ROOT, "%16.9f %16.9f %16.9f\n", vector[0], vector[1], vector[2]));
    }
    Map<Element, StringBuilder> places = new LinkedHashMap<>();
    Map<Element, Integer> counts = new LinkedHashMap<>();
    for (int atom = 0; atom < crystal.size(); atom++) {
      Element element = crystal.elements().get(atom);
      counts.merge(element, 1, Integer::sum);
      places.computeIfAbsent(element, e -> new StringBuilder()).append(
          String.format(
              Locale.ROOT, "%12.8f %12.8f %12.8f %s\n", CifWriter.inside(crystal.at(atom, 0)),
              CifWriter.inside(crystal.at(atom, 1)), CifWriter.inside(crystal.at(atom, 2)), element.symbol()));
    }
    counts.keySet().forEach(element -> text.append(String.format("%5s", element.symbol())));
    text.append("\n");
    counts.values().forEach(count -> text.append(String.format("%5d", count)));
    text.append("\nDirect\n");
    places.values().forEach(text::append);
    return text.toString();
  }
}
