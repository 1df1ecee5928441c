package io.leibniz.symbolic.text;

import java.util.Collection;
import java.util.Comparator;
import java.util.Optional;

/** What somebody may have meant: the known word that takes the fewest changed letters, if they are few. */
public final class Nearest {
  private Nearest() {}

  public static Optional<String> to(String word, Collection<String> known) {
    return known.stream()
        .filter(k -> k.length() >= word.length() / 3) // no word of thousands of letters is compared
        .filter(k -> near(distance(word, k), Math.min(word.length(), k.length())))
        .min(Comparator.comparingInt(k -> distance(word, k)));
  }

  /** At most half of the letters are others, and not all of them: x is not nearly y. */
  private static boolean near(int distance, int letters) {
    return distance < letters && distance <= Math.max(1, letters / 2);
  }

  /** Levenshtein's: letters inserted, left out or exchanged. */
  private static int distance(String a, String b) {
    int[] row = new int[b.length() + 1];
    for (int j = 0; j < row.length; j++) row[j] = j;
    for (int i = 1; i <= a.length(); i++) {
      int diagonal = row[0];
      row[0] = i;
      for (int j = 1; j < row.length; j++) {
        int change = diagonal + (a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1);
        diagonal = row[j];
        row[j] = Math.min(change, Math.min(row[j], row[j - 1]) + 1);
      }
    }
    return row[b.length()];
  }
}
