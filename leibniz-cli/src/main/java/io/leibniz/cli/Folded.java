package io.leibniz.cli;

import java.util.ArrayList;
import java.util.List;

/**
 * Formulas on a screen of 80 columns: a line that is longer is broken before a sign, one that stands in as few parentheses as possible,
 * and goes on below, indented.
 */
final class Folded {
  static final int WIDTH = 80;
  private static final int LEAST = 24;
  private static final List<String> SIGNS =
      List.of(" where ", " = ", " + ", " − ", "·", "/", ", ", " ");

  private Folded() {}

  /** The lines; those after the first begin with {@code indent}. */
  static List<String> lines(String text, String indent) {
    var out = new ArrayList<String>();
    String rest = text;
    while (rest.length() > WIDTH) {
      int at = best(rest, out.isEmpty() ? LEAST / 2 : indent.length() + LEAST);
      if (at < 0) break;
      out.add(rest.substring(0, at).stripTrailing());
      rest = indent + rest.substring(at).stripLeading();
    }
    out.add(rest);
    return out;
  }

  /** Where to break: at the least depth of parentheses, there at the weakest sign, there as far to the right as possible; −1 if nowhere. */
  private static int best(String text, int from) {
    int best = -1, least = Integer.MAX_VALUE, depth = 0;
    for (int i = 0; i < Math.min(WIDTH, text.length()); i++) {
      char c = text.charAt(i);
      if (c == '(') depth++;
      if (c == ')') depth--;
      if (i < from) continue;
      int sign = sign(text, i);
      boolean fraction = sign >= 0 && SIGNS.get(sign).equals("/");
      int cost = depth * SIGNS.size() + (fraction ? sign - 1 : sign);
      if (sign >= 0 && cost <= least) {
        least = cost;
        best = SIGNS.get(sign).equals(", ") ? i + 1 : i;
      }
    }
    return best;
  }

  /** How tightly the sign that begins at i binds; −1 if none does. */
  private static int sign(String text, int i) {
    for (int k = 0; k < SIGNS.size(); k++) if (text.startsWith(SIGNS.get(k), i)) return k;
    return -1;
  }
}
