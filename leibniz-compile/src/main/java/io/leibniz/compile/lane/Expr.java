package io.leibniz.compile.lane;

import static io.leibniz.compile.lane.Prim.Step.*;

import io.leibniz.ir.DType;
import java.util.ArrayDeque;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;

/**
 * One step on operands of the same block. Equal steps on equal operands are one expression, so that exponentials are
 * shared without a pass for it.
 */
public final class Expr {
  private final Block block;
  private final Prim op;
  private final List<Expr> operands;
  private final DType type;
  private final int number;

  private Expr(Block block, Prim op, List<Expr> operands, int number) {
    this.block = block;
    this.op = op;
    this.operands = operands;
    this.type = op.type(operands);
    this.number = number;
  }

  /** Where expressions are made, each only once. */
  public static final class Block {
    private record Key(Prim op, List<Expr> operands) {}

    private final Map<Key, Expr> made = new HashMap<>();

    public Block() {}

    public Expr of(Prim op, Expr... operands) {
      return of(op, List.of(operands));
    }

    public Expr of(Prim op, List<Expr> operands) {
      if (commutes(op) && operands.get(0).number > operands.get(1).number)
        operands = swapped(operands);
      Expr known = made.get(new Key(op, operands));
      if (known != null) return known;
      var e = new Expr(this, op, operands, made.size());
      made.put(new Key(op, operands), e);
      return e;
    }

    /** Whether the first two operands may change places, bit for bit. */
    private static boolean commutes(Prim op) {
      return op == ADD || op == MUL || op == FMA || op == EQ || op == NE || op == AND || op == OR
          || op == XOR;
    }

    private static List<Expr> swapped(List<Expr> xs) {
      return xs.size() == 2
          ? List.of(xs.get(1), xs.get(0))
          : List.of(xs.get(1), xs.get(0), xs.get(2));
    }

    public Expr load(DType type, int ref) {
      return of(new Prim.Load(type, ref));
    }

    /** The number nearest to {@code k} in {@code type}; of truth values, whether it is not 0. */
    public Expr constant(DType type, double k) {
      return switch (type) {
        case F64 -> of(new Prim.Const(type, Double.doubleToRawLongBits(k)));
        case F32 -> of(new Prim.Const(type, Float.floatToRawIntBits((float) k)));
        case I64, I32 -> integer(type, (long) k);
        case BOOL -> integer(type, k != 0 ? 1 : 0);
      };
    }

    public Expr integer(DType type, long k) {
      return of(new Prim.Const(type, k));
    }
  }

  public Block block() {
    return block;
  }

  public Prim op() {
    return op;
  }

  public List<Expr> operands() {
    return operands;
  }

  public Expr x(int i) {
    return operands.get(i);
  }

  public DType type() {
    return type;
  }

  /** Its place in the order in which its block made expressions: operands come first. */
  public int number() {
    return number;
  }

  /** The constant {@code k} of this type. */
  public Expr like(double k) {
    return block.constant(type, k);
  }

  public Expr plus(Expr b) {
    return block.of(ADD, this, b);
  }

  public Expr plus(double b) {
    return plus(like(b));
  }

  public Expr minus(Expr b) {
    return block.of(SUB, this, b);
  }

  public Expr times(Expr b) {
    return block.of(MUL, this, b);
  }

  public Expr times(double b) {
    return times(like(b));
  }

  public Expr over(Expr b) {
    return block.of(DIV, this, b);
  }

  public Expr negate() {
    if (op == NEG) return x(0);
    return block.of(NEG, this);
  }

  public Expr abs() {
    if (op == NEG && type.isFloat()) return x(0).abs();
    return block.of(ABS, this);
  }

  public Expr sqrt() {
    return block.of(SQRT, this);
  }

  /** this · b + c, rounded once. */
  public Expr fma(Expr b, Expr c) {
    return block.of(FMA, this, b, c);
  }

  public Expr fma(double b, Expr c) {
    return fma(like(b), c);
  }

  public Expr fma(Expr b, double c) {
    return fma(b, like(c));
  }

  public Expr less(Expr b) {
    return block.of(LT, this, b);
  }

  public Expr less(double b) {
    return less(like(b));
  }

  public Expr atMost(Expr b) {
    return block.of(LE, this, b);
  }

  public Expr more(Expr b) {
    return block.of(GT, this, b);
  }

  public Expr more(double b) {
    return more(like(b));
  }

  public Expr equal(Expr b) {
    return block.of(EQ, this, b);
  }

  public Expr equal(double b) {
    return equal(like(b));
  }

  public Expr unequal(Expr b) {
    return block.of(NE, this, b);
  }

  /** Where this truth value holds {@code a}, elsewhere {@code b}. */
  public Expr choose(Expr a, Expr b) {
    return a == b ? a : block.of(SELECT, this, a, b);
  }

  public Expr and(Expr b) {
    return block.of(AND, this, b);
  }

  public Expr or(Expr b) {
    return block.of(OR, this, b);
  }

  public Expr xor(Expr b) {
    return block.of(XOR, this, b);
  }

  public Expr not() {
    return block.of(NOT, this);
  }

  /** The bits of this float as an integer of its size. */
  public Expr bits() {
    return block.of(BITS, this);
  }

  /** The float that has this integer's bits. */
  public Expr asFloat() {
    return block.of(FLOAT, this);
  }

  public Expr up(int by) {
    return block.of(new Prim.Shift(Prim.Direction.UP, by), this);
  }

  /** Bits moved down, zeros brought in. */
  public Expr down(int by) {
    return block.of(new Prim.Shift(Prim.Direction.DOWN, by), this);
  }

  /** |this| with the sign of {@code sign}; this must not be negative. */
  public Expr copySign(Expr sign) {
    long only = type == DType.F32 ? Integer.MIN_VALUE : Long.MIN_VALUE;
    Expr bits = sign.bits();
    return bits.and(block.integer(bits.type(), only)).or(this.bits()).asFloat();
  }

  /** Everything {@code results} need, operands first, in the order in which it was made. */
  public static List<Expr> order(Collection<Expr> results) {
    var seen = new LinkedHashSet<Expr>();
    var pending = new ArrayDeque<>(results);
    while (!pending.isEmpty()) {
      Expr e = pending.pop();
      if (seen.add(e)) e.operands.forEach(pending::push);
    }
    return seen.stream().sorted(Comparator.comparingInt(Expr::number)).toList();
  }

  @Override
  public String toString() {
    return op + " " + type;
  }
}
