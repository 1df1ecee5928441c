package io.leibniz.symbolic.grammar;

import io.leibniz.ir.Node;
import java.util.List;
import org.antlr.v4.runtime.Token;

/** What the phrases of the language become, as the parser comes across them: operands before what is made of them. */
public interface Meaning {
  Node number(Token digits);

  Node name(Token name);

  /** The beginning of a call: whether there is such a function is known before its arguments are read. */
  void function(Token name);

  Node call(Token name, List<Node> args, List<Token> commas, Token close);

  Node prefix(Token op, Node x, Token last);

  /** {@code a op b}, from the word {@code first} to the word {@code last}. */
  Node infix(Token first, Token op, Node a, Node b, Token last);

  Node superscript(Token first, Node a, Token exponent);
}
