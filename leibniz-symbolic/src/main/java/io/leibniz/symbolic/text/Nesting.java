package io.leibniz.symbolic.text;

import static io.leibniz.symbolic.grammar.MathParser.*;

import java.util.Arrays;

/**
 * How deep the parser is inside itself at each word, so that a text which is too deep for its stack is found
 * before it gets there: a step for each open parenthesis, and for each sign, {@code not} or {@code ^} whose operand is not over.
 */
final class Nesting {
  static final int DEEPEST = 500;
  private static final int USUAL = 8;

  // of each open parenthesis, the pending steps inside it
  private int[] nots = new int[USUAL];
  private int[] signs = new int[USUAL]; // before a product
  private int[] factors = new int[USUAL]; // inside one of its factors
  private boolean[] inside = new boolean[USUAL];
  private int level;
  private int depth;
  private int deepest;

  /** Takes the next word; {@code value}: it follows one that ends a value. Gives false if this is too deep. */
  boolean deepEnough(int type, boolean value) {
    switch (type) {
      case OPEN -> {
        if (++level > DEEPEST) return false;
        if (level == nots.length) grow();
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

  private void grow() {
    nots = Arrays.copyOf(nots, 2 * level);
    signs = Arrays.copyOf(signs, 2 * level);
    factors = Arrays.copyOf(factors, 2 * level);
    inside = Arrays.copyOf(inside, 2 * level);
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
