package io.scorefield.bench;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.OptionalDouble;
import java.util.TreeMap;

/// From which size on one engine is faster than another at the same work.
///
/// @param work as in a figure
/// @param ahead the engine that is faster from the size on; without one, at all sizes that both were measured at
/// @param behind the other
/// @param size where they are equally fast, between two sizes measured, on straight lines between logarithms
/// @param speed items a second there
public record Crossing(String work, String ahead, String behind, OptionalDouble size, double speed) {
  /// All crossings of two engines, in the order of the figures; the reference engine is not for speed. Where lines cross more than once, the last one counts.
  public static List<Crossing> of(List<Bench.Figure> figures) {
    List<Crossing> crossings = new ArrayList<>();
    List<String> engines =
        figures.stream()
            .map(figure -> figure.engine().name())
            .filter(name -> !name.equals("reference"))
            .distinct()
            .toList();
    for (String work : figures.stream().map(Bench.Figure::work).distinct().toList()) {
      for (int i = 0; i < engines.size(); i++) {
        for (int j = i + 1; j < engines.size(); j++) {
          TreeMap<Long, Double> one = speeds(figures, work, engines.get(i));
          TreeMap<Long, Double> other = speeds(figures, work, engines.get(j));
          one.keySet().retainAll(other.keySet());
          if (!one.isEmpty()) {
            crossings.add(last(work, engines.get(i), engines.get(j), one, other));
          }
        }
      }
    }
    return crossings;
  }

  private static TreeMap<Long, Double> speeds(List<Bench.Figure> figures, String work, String engine) {
    TreeMap<Long, Double> speeds = new TreeMap<>();
    for (Bench.Figure figure : figures) {
      if (figure.work().equals(work) && figure.engine().name().equals(engine)) {
        speeds.put(figure.size(), Math.log(figure.itemsPerSecond()));
      }
    }
    return speeds;
  }

  private static Crossing last(
      String work, String a, String b, TreeMap<Long, Double> one, TreeMap<Long, Double> other) {
    long end = one.lastKey();
    boolean firstAhead = one.get(end) >= other.get(end);
    String ahead = firstAhead ? a : b;
    String behind = firstAhead ? b : a;
    for (Long size = end, before = one.lowerKey(end); before != null; size = before, before = one.lowerKey(before)) {
      double after = one.get(size) - other.get(size);
      double sooner = one.get(before) - other.get(before);
      if (sooner >= 0 != after >= 0) {
        double share = sooner / (sooner - after);
        double x = Math.log(before) + share * (Math.log(size) - Math.log(before));
        double y = one.get(before) + share * (one.get(size) - one.get(before));
        return new Crossing(work, ahead, behind, OptionalDouble.of(Math.exp(x)), Math.exp(y));
      }
    }
    return new Crossing(work, ahead, behind, OptionalDouble.empty(), Double.NaN);
  }

  /// In words.
  @Override
  public String toString() {
    return size.isPresent()
        ? String.format(Locale.ROOT, "%s: %s is faster than %s from about %s on", work, ahead, behind, rounded())
        : work + ": " + ahead + " is faster than " + behind + " at all sizes measured";
  }

  /// The size, to two digits.
  String rounded() {
    double unit = Math.pow(10, Math.max(0, Math.floor(Math.log10(size.orElseThrow())) - 1));
    return String.format(Locale.ROOT, "%,.0f", Math.rint(size.orElseThrow() / unit) * unit);
  }
}
