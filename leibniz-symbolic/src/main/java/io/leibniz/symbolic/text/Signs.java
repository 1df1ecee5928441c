package io.leibniz.symbolic.text;

import io.leibniz.symbolic.text.Phrase.Negative;
import io.leibniz.symbolic.text.Phrase.Numeral;
import io.leibniz.symbolic.text.Phrase.Product;
import io.leibniz.symbolic.text.Phrase.Quotient;
import io.leibniz.symbolic.text.Style.Opener;
import org.jspecify.annotations.Nullable;

/** The sign that a term begins with: a + (−2)x is a − 2x. */
final class Signs {
  private static final int FAR = 8; // how far to look for it

  private Signs() {}

  /** {@code p} without the minus that it begins with, one of a number or ({@code all}) any; null if it begins with none. */
  static @Nullable Phrase off(Phrase p, Opener inside, boolean all) {
    return off(p, inside, all, FAR);
  }

  private static @Nullable Phrase off(Phrase p, Opener inside, boolean all, int far) {
    if (far == 0) return null;
    return switch (inside.open(p)) {
      case Negative(var a) when all -> a;
      case Numeral(var k) when k < 0 -> new Numeral(-k);
      case Product(var a, var b) ->
          off(a, inside, all, far - 1) instanceof Phrase x ? new Product(x, b) : null;
      case Quotient(var a, var b) ->
          off(a, inside, all, far - 1) instanceof Phrase x ? new Quotient(x, b) : null;
      case Phrase _ -> null;
    };
  }
}
