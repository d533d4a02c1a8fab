package io.scorefield.matter.crystal;

import io.scorefield.matter.Element;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/// Whether the charges of a composition may add up to 0, with one of its usual oxidation states for each element: the same for
/// all its atoms.
///
/// The rule is that of SMACT (Davies et al. 2019, JOSS 4, 1361), which takes longer lists of states and also asks that
/// anions be the more electronegative. A crystal of a single element is neutral.
public final class ChargeNeutrality {
  private ChargeNeutrality() {}

  /// @param atoms of a cell
  public static boolean of(List<Element> atoms) {
    Map<Element, Integer> counts = new HashMap<>();
    atoms.forEach(element -> counts.merge(element, 1, Integer::sum));
    if (counts.size() == 1) {
      return true;
    }
    Set<Integer> sums = new HashSet<>(Set.of(0));
    for (Map.Entry<Element, Integer> one : counts.entrySet()) {
      Set<Integer> next = new HashSet<>();
      for (int state : one.getKey().oxidationStates()) {
        sums.forEach(sum -> next.add(sum + state * one.getValue()));
      }
      sums = next;
    }
    return sums.contains(0);
  }
}
