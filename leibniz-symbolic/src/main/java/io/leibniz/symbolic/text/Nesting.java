package io.leibniz.symbolic.text;

import static io.leibniz.symbolic.grammar.MathParser.*;

/**
 * How deep the parser is inside itself at each word, so that a text which is too deep for its stack is found
 * before it gets there: a step for each open parenthesis, and for each sign, {@code not} or {@code ^} whose operand is not over.
 */
final class Nesting {
  static final int DEEPEST = 500;

  // of each open parenthesis, the pending steps inside it
  private final int[] nots = new int[DEEPEST + 2];
  private final int[] signs = new int[DEEPEST + 2]; // before a product
  private final int[] factors = new int[DEEPEST + 2]; // inside one of its factors
  private final boolean[] inside = new boolean[DEEPEST + 2];
  private int level;
  private int depth;
  private int deepest;

  /** Takes the next word; {@code value}: it follows one that ends a value. Gives false if this is too deep. */
  boolean deepEnough(int type, boolean value) {
    switch (type) {
      case OPEN -> {
        if (++level > DEEPEST) return false;
        nots[level] = signs[level] = factors[level] = 0;
        inside[level] = false;
        depth++;
      }
      case CLOSE -> {
        if (level > 0) {
          depth -= 1 + nots[level] + signs[level] + factors[level];
          level--;
        }
      }
      case NOT -> step(nots);
      case ROOT -> step(factors);
      case TO -> {
        inside[level] = true;
        step(factors);
      }
      case PLUS, MINUS -> {
        if (value) endProduct();
        else step(inside[level] ? factors : signs);
      }
      case TIMES, OVER -> {
        end(factors);
        inside[level] = true;
      }
      case RELATION -> endProduct();
      case AND, OR, COMMA, EQUALS -> {
        endProduct();
        end(nots);
      }
      default -> {}
    }
    deepest = Math.max(deepest, depth);
    return depth <= DEEPEST;
  }

  /** The depth of the deepest word so far. */
  int deepest() {
    return deepest;
  }

  private void endProduct() {
    end(factors);
    end(signs);
    inside[level] = false;
  }

  private void step(int[] kind) {
    kind[level]++;
    depth++;
  }

  private void end(int[] kind) {
    depth -= kind[level];
    kind[level] = 0;
  }
}
