package io.leibniz.symbolic.text;

import java.util.ArrayList;
import java.util.List;

/** How mathematics is written: in the expression language itself, for the screen, or in LaTeX. */
public enum Style {
  /** ASCII that {@link Expression#parse(String)} reads back: {@code 2*x*cos(x^2)}. */
  TEXT(new Plain()),
  /** For the eye: {@code 2x·cos(x²)}. */
  SCREEN(new Screen()),
  /** For KaTeX and its like: {@code 2 x \cdot \cos\left(x^{2}\right)}. */
  LATEX(new Latex());

  private final Layout layout;

  Style(Layout layout) {
    this.layout = layout;
  }

  Layout layout() {
    return layout;
  }

  /** What binds how tightly; what binds less than its place asks for is put in parentheses. */
  static final class Level {
    static final int OR = 1,
        AND = 2,
        RELATION = 3,
        SUM = 4,
        SIGNED = 5,
        PRODUCT = 6,
        POWER = 7,
        ATOM = 8;

    private Level() {}
  }

  /** A phrase laid out: pieces of text, and holes for the phrases inside. */
  record Form(int level, List<Piece> pieces) {
    /** Of strings, phrases that fit anywhere, and {@link Hole}s. */
    static Form of(int level, Object... pieces) {
      var all = new ArrayList<Piece>(pieces.length);
      for (Object p : pieces)
        all.add(
            switch (p) {
              case String s -> new Text(s);
              case Phrase x -> new Hole(x, 0);
              case Piece piece -> piece;
              default -> throw new AssertionError(p);
            });
      return new Form(level, all);
    }
  }

  sealed interface Piece {}

  record Text(String text) implements Piece {}

  /** A place for a phrase that binds at least so tightly. */
  record Hole(Phrase phrase, int least) implements Piece {}

  /** Lays out one phrase; those inside it are asked for by {@link Opener#open} if their look matters. */
  interface Layout {
    Form form(Phrase p, Opener inside);

    String open();

    String close();
  }

  /** Looks into a phrase, and knows what has a name. */
  interface Opener {
    Phrase open(Phrase p);

    /** Whether all variables have one letter, so that xy can be nothing but x·y. */
    boolean letters();
  }
}
