package io.leibniz.symbolic.explain;

import java.util.List;

/**
 * One step to a derivative, as one writes it: the derivative of {@code before} is {@code after}, by the rule {@code constant},
 * {@code sum}, {@code product}, {@code quotient}, {@code power} or {@code chain}, or by the table, {@code table:sin}; or, by
 * {@code law:…}, both are equal.
 *
 * @param where the place in the function, as a path of operand indices from its top
 */
public record Step(String rule, String before, String after, List<Integer> where) {}
