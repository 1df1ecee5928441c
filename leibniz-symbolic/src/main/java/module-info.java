/** Graphs as mathematics: parsing, formulas, laws applied step by step, tree diagrams, LaTeX. */
module io.leibniz.symbolic {
  requires transitive io.leibniz.core;
  requires static transitive org.jspecify;
  requires org.antlr.antlr4.runtime;

  exports io.leibniz.symbolic.algebra;
  exports io.leibniz.symbolic.explain;
  exports io.leibniz.symbolic.text;
}
