package io.scorefield.experiment.config;

import java.util.Collection;
import java.util.Locale;

/// "did you mean ...?" for misspelt names.
public final class Suggestion {
  private Suggestion() {}

  /// The text to append to an error message: the closest known name, or all of them.
  public static String of(String wrong, Collection<String> known) {
    String best = "";
    int least = Integer.MAX_VALUE;
    String given = wrong.length() > 64 ? wrong.substring(0, 64) : wrong;
    for (String candidate : known) {
      int distance = distance(given.toLowerCase(Locale.ROOT), candidate);
      if (distance < least) {
        least = distance;
        best = candidate;
      }
    }
    if (least <= Math.max(1, Math.min(best.length(), given.length()) / 3)) {
      return "; did you mean '" + best + "'?";
    }
    return known.isEmpty() ? "" : "; known are " + String.join(", ", known);
  }

  /// The number of single-character edits between two words (Levenshtein).
  private static int distance(String a, String b) {
    int[] previous = new int[b.length() + 1];
    for (int j = 0; j <= b.length(); j++) {
      previous[j] = j;
    }
    for (int i = 1; i <= a.length(); i++) {
      int[] current = new int[b.length() + 1];
      current[0] = i;
      for (int j = 1; j <= b.length(); j++) {
        int replaced = previous[j - 1] + (a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1);
        current[j] = Math.min(replaced, Math.min(previous[j], current[j - 1]) + 1);
      }
      previous = current;
    }
    return previous[b.length()];
  }
}
