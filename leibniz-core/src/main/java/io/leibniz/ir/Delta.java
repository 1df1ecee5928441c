package io.leibniz.ir;

import org.jspecify.annotations.Nullable;

/**
 * A tangent or a cotangent. Where its support (null: everywhere) is false it is structurally zero:
 * what stands in {@code value} there means nothing, or is 0 already ({@code zeroed}), so that nothing
 * need be filled in. A structural zero is not the number 0.0: times ∞ it is still 0, so that the
 * branch which {@code select} did not take cannot spoil the derivative of the one it took. A delta that
 * is absent (null) is zero everywhere.
 */
public record Delta(Node value, @Nullable Node support, boolean zeroed) {

  public static Delta of(Node value) {
    return new Delta(value, null, true);
  }

  public static Delta of(Node value, @Nullable Node support) {
    return new Delta(value, support, support == null);
  }

  /** One whose value is 0 already where it is not supported. */
  public static Delta zeroed(Node value, Node support) {
    return new Delta(value, support, true);
  }

  /** The numbers, with 0.0 for each structural zero. */
  public Node filled() {
    return zeroed || support == null ? value : support.select(value, value.like(0));
  }

  /** The support as a node of the value's own kind. */
  public Node where() {
    Kind kind = value.kind().with(DType.BOOL);
    if (support != null && support.kind().equals(kind)) return support;
    Node all = Node.full(kind, 1);
    return support == null ? all : Node.of(Pointwise.Bitwise.AND, all, support);
  }

  /** Structurally zero where {@code p} is false. */
  public Delta under(Node p) {
    return new Delta(value, support == null ? p : support.and(p), false);
  }

  /** Multiply first, mask last: {@code slope} may be infinite where this is structurally zero. */
  public Delta times(Node slope) {
    return of(value.mul(slope), support);
  }

  public Delta plus(Delta o) {
    return support == o.support
        ? new Delta(value.add(o.value), support, zeroed && o.zeroed)
        : new Delta(filled().add(o.filled()), union(support, o.support), true);
  }

  /** Where either is supported. */
  public static @Nullable Node union(@Nullable Node a, @Nullable Node b) {
    return a == null || b == null ? null : a == b ? a : a.or(b);
  }

  /** The sum of two deltas either of which may be absent. */
  public static @Nullable Delta sum(@Nullable Delta a, @Nullable Delta b) {
    return a == null ? b : b == null ? a : a.plus(b);
  }
}
