package io.scorefield.config;

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

  /// The number of edits between two words: a character inserted, removed or replaced, or two
  /// neighbours swapped (Damerau and Levenshtein).
  private static int distance(String a, String b) {
    int[][] edits = new int[a.length() + 1][b.length() + 1];
    for (int i = 0; i <= a.length(); i++) {
      for (int j = 0; j <= b.length(); j++) {
        if (i == 0 || j == 0) {
          edits[i][j] = i + j;
          continue;
        }
        int replaced = edits[i - 1][j - 1] + (a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1);
        edits[i][j] = Math.min(replaced, Math.min(edits[i - 1][j], edits[i][j - 1]) + 1);
        if (i > 1
            && j > 1
            && a.charAt(i - 1) == b.charAt(j - 2)
            && a.charAt(i - 2) == b.charAt(j - 1)) {
          edits[i][j] = Math.min(edits[i][j], edits[i - 2][j - 2] + 1);
        }
      }
    }
    return edits[a.length()][b.length()];
  }
}
