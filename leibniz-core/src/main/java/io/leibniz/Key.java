package io.leibniz;

import io.leibniz.ir.DType;
import io.leibniz.ir.Random;
import io.leibniz.ir.Shape;
import io.leibniz.ir.ShapeException;
import java.util.List;
import java.util.stream.IntStream;

/**
 * Where randomness comes from: a value, not a state. The same key always draws the same numbers; new ones come
 * from a new key, {@code split} off or {@code fold}ed in. A record of one integer tensor, so that it can be an argument, be mapped
 * over and be carried. Counter-based: number i of a draw is {@link Random.Threefry} of the key and i.
 *
 * <p>{@code bits}, {@code uniform}, {@code bernoulli} and {@code permutation} are the same on every machine.
 */
public record Key(Tensor word) {
  /** Draws, splits and folds count in ranges of their own, so that none meets another. */
  private static final long SPLIT = 1L << 62;

  private static final long FOLD = 1L << 61;

  public Key {
    if (word.dtype() != DType.I64 || word.rank() != 0)
      throw new ShapeException(
          "a key is an i64 scalar, got " + word.type() + "; map over a tensor of keys with vmap");
  }

  public static Key of(long seed) {
    return new Key(Tensor.of(seed));
  }

  private static Tensor threefry(Tensor key, Tensor counter) {
    return Tensor.op(new Random.Threefry(), key.broadcastTo(counter.shape()), counter);
  }

  /** {@code n} keys that are independent of each other and of what this one draws. */
  public List<Key> split(int n) {
    Tensor all = keys(n);
    return IntStream.range(0, n).mapToObj(i -> new Key(all.at(i))).toList();
  }

  /** Likewise as one i64 tensor, for {@code vmap((Tensor k) -> new Key(k)…)}. */
  public Tensor keys(int n) {
    return threefry(word, Tensor.arange(n).plus(Tensor.of(SPLIT)));
  }

  /** The key of step {@code i} of this one's sequence. */
  public Key fold(long i) {
    return fold(Tensor.of(i));
  }

  public Key fold(Tensor i) {
    return new Key(threefry(threefry(word, Tensor.of(FOLD)), i.cast(DType.I64)));
  }

  /** 64 random bits in each place, i64. */
  public Tensor bits(int... dims) {
    return threefry(word, Tensor.arange(Shape.of(dims).size())).reshape(Shape.of(dims));
  }

  /** In [0, 1), of all the digits that the dtype has below 1. */
  public Tensor uniform(DType dtype, int... dims) {
    int digits = digits(dtype);
    return bits(dims).ushr(Tensor.of(64L - digits)).cast(dtype).times(Math.scalb(1.0, -digits));
  }

  /** In (0, 1): the middles of 2^(digits − 1) equal parts. */
  private Tensor open(DType dtype, int... dims) {
    int digits = digits(dtype) - 1;
    return bits(dims)
        .ushr(Tensor.of(64L - digits))
        .cast(dtype)
        .plus(0.5)
        .times(Math.scalb(1.0, -digits));
  }

  private static int digits(DType dtype) {
    return switch (dtype) {
      case F64 -> 53;
      case F32 -> 24;
      case I64, I32, BOOL ->
          throw new ShapeException(
              "random numbers need a float dtype, got " + dtype + "; for integers use integers");
    };
  }

  /** Of mean 0 and variance 1: √2 · erfinv of a uniform number in (−1, 1). */
  public Tensor normal(DType dtype, int... dims) {
    return open(dtype, dims).times(2).minus(1).erfinv().times(Math.sqrt(2));
  }

  /** True with probability {@code p}. */
  public Tensor bernoulli(double p, int... dims) {
    return uniform(DType.F64, dims).lt(p);
  }

  /** True with the probability in each place of {@code p}. */
  public Tensor bernoulli(Tensor p) {
    return uniform(p.dtype(), p.shape().dims()).lt(p);
  }

  /** From {@code low} to {@code high}, excluded; i64. The bias is below 2⁻⁵³ · (high − low). */
  public Tensor integers(long low, long high, int... dims) {
    if (high <= low || high - low < 0)
      throw new ShapeException("integers needs low < high, got %d and %d".formatted(low, high));
    return uniform(DType.F64, dims)
        .times((double) (high - low))
        .floor()
        .cast(DType.I64)
        .plus(Tensor.of(low));
  }

  /** 0 … n − 1 in random order, i64: the order of {@code n} draws of 64 bits. */
  public Tensor permutation(int n) {
    return bits(n).argsort(0);
  }

  /** Places along the last axis, i64, with probability ∝ e^logits: the maximum of Gumbel-perturbed logits. */
  public Tensor categorical(Tensor logits) {
    Tensor gumbel = open(logits.dtype(), logits.shape().dims()).log().neg().log().neg();
    return logits.plus(gumbel).argmax(-1);
  }
}
