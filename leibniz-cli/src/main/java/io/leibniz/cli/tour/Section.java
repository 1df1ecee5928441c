package io.leibniz.cli.tour;

import java.util.List;

/** A section of the lecture as a program. Every number that it shows it computes. */
public sealed interface Section
    permits Rates,
        OneVariable,
        SeveralPaths,
        Curves,
        SecondDerivatives,
        WhyBackwards,
        TheAlgorithm,
        Depth,
        TheProgram,
        Formulas,
        Deeper,
        Jacobians,
        ToKeep,
        Summary {

  /** All, in the order of the lecture. */
  static List<Section> all() {
    return List.of(
        new Rates(),
        new OneVariable(),
        new SeveralPaths(),
        new Curves(),
        new SecondDerivatives(),
        new WhyBackwards(),
        new TheAlgorithm(),
        new Depth(),
        new TheProgram(),
        new Formulas(),
        new Deeper(),
        new Jacobians(),
        new ToKeep(),
        new Summary());
  }

  String title();

  void run(Stage stage);
}
