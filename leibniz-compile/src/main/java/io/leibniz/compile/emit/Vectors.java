package io.leibniz.compile.emit;

import static java.lang.constant.ConstantDescs.CD_boolean;
import static java.lang.constant.ConstantDescs.CD_int;
import static java.lang.constant.ConstantDescs.CD_void;

import io.leibniz.compile.lane.Prim;
import io.leibniz.ir.DType;
import java.lang.classfile.CodeBuilder;
import java.lang.classfile.TypeKind;
import java.lang.constant.ClassDesc;
import java.lang.constant.MethodTypeDesc;
import java.util.List;
import java.util.Locale;

/**
 * Vectors of the preferred width, of {@code lane} (F32 or F64), of the integers of its size and of truth values. The
 * Vector API is called directly: a helper that C2 does not inline would box.
 */
record Vectors(DType lane) implements Lanes {
  private static final ClassDesc MASK = of("VectorMask"),
      SPECIES = of("VectorSpecies"),
      ANY = of("Vector"),
      OPERATORS = of("VectorOperators"),
      BINARY = OPERATORS.nested("Binary"),
      COMPARISON = OPERATORS.nested("Comparison");

  private static ClassDesc of(String name) {
    return ClassDesc.of("jdk.incubator.vector", name);
  }

  private static MethodTypeDesc type(ClassDesc result, ClassDesc... xs) {
    return MethodTypeDesc.of(result, xs);
  }

  @Override
  public int width() {
    return Species.width(lane);
  }

  @Override
  public TypeKind kind(DType type) {
    return TypeKind.REFERENCE;
  }

  private static ClassDesc vector(DType type) {
    return switch (type) {
      case F64 -> of("DoubleVector");
      case F32 -> of("FloatVector");
      case I64 -> of("LongVector");
      case I32 -> of("IntVector");
      case BOOL -> MASK;
    };
  }

  private static ClassDesc element(DType type) {
    return Lanes.array(type).componentType();
  }

  private CodeBuilder species(CodeBuilder c, DType type) {
    return c.getstatic(vector(type == DType.BOOL ? lane : type), "SPECIES_PREFERRED", SPECIES);
  }

  @Override
  public void load(CodeBuilder c, DType type, int array, Push index, int mask) {
    ClassDesc v = vector(type), array1 = Lanes.array(type);
    index.accept(species(c, type).aload(array));
    if (mask == ALL) c.invokestatic(v, "fromArray", type(v, SPECIES, array1, CD_int));
    else mask(c, type, mask).invokestatic(v, "fromArray", type(v, SPECIES, array1, CD_int, MASK));
  }

  @Override
  public void store(CodeBuilder c, DType type, int array, Push index, int x, int mask) {
    ClassDesc v = vector(type), array1 = Lanes.array(type);
    index.accept(c.aload(x).aload(array));
    if (mask == ALL) c.invokevirtual(v, "intoArray", type(CD_void, array1, CD_int));
    else mask(c, type, mask).invokevirtual(v, "intoArray", type(CD_void, array1, CD_int, MASK));
  }

  /** Pushes a mask for vectors of {@code type}. All masks are those of {@code lane}; integers of its size need their own. */
  private CodeBuilder mask(CodeBuilder c, DType type, int mask) {
    c.aload(mask);
    return type.isFloat() ? c : cast(c, type);
  }

  private CodeBuilder cast(CodeBuilder c, DType type) {
    return species(c, type).invokevirtual(MASK, "cast", type(MASK, SPECIES));
  }

  @Override
  public void mask(CodeBuilder c, Push from, Push to) {
    species(c, lane);
    from.accept(c);
    to.accept(c);
    c.invokeinterface(SPECIES, "indexInRange", type(MASK, CD_int, CD_int));
  }

  @Override
  public void spread(CodeBuilder c, DType type, Push x) {
    ClassDesc v = vector(type);
    x.accept(species(c, type));
    if (type == DType.BOOL) c.invokeinterface(SPECIES, "maskAll", type(MASK, CD_boolean));
    else c.invokestatic(v, "broadcast", type(v, SPECIES, element(type)));
  }

  @Override
  public void step(CodeBuilder c, Prim.Step step, DType type, int... x) {
    ClassDesc v = vector(type);
    boolean truth = type == DType.BOOL;
    switch (step) {
      case ADD, SUB, MUL, DIV ->
          c.aload(x[0]).aload(x[1]).invokevirtual(v, name(step), type(v, ANY));
      case NEG, ABS, SQRT -> c.aload(x[0]).invokevirtual(v, name(step), type(v));
      case FMA -> c.aload(x[0]).aload(x[1]).aload(x[2]).invokevirtual(v, "fma", type(v, ANY, ANY));
      case LT, LE, GT, GE, EQ, NE -> {
        c.aload(x[0])
            .getstatic(OPERATORS, step.name(), COMPARISON)
            .aload(x[1])
            .invokevirtual(v, "compare", type(MASK, COMPARISON, ANY));
        if (!type.isFloat()) cast(c, lane);
      }
      case SELECT -> {
        if (truth) // p ∧ a ∨ ¬p ∧ b
        c.aload(x[0])
              .aload(x[1])
              .invokevirtual(MASK, "and", type(MASK, MASK))
              .aload(x[2])
              .aload(x[0])
              .invokevirtual(MASK, "andNot", type(MASK, MASK))
              .invokevirtual(MASK, "or", type(MASK, MASK));
        else
          mask(c.aload(x[2]).aload(x[1]), type, x[0]).invokevirtual(v, "blend", type(v, ANY, MASK));
      }
      case AND, OR -> {
        c.aload(x[0]).aload(x[1]);
        c.invokevirtual(v, name(step), truth ? type(MASK, MASK) : type(v, ANY));
      }
      case XOR -> {
        if (truth) c.aload(x[0]).aload(x[1]).invokevirtual(MASK, "xor", type(MASK, MASK));
        else
          c.aload(x[0])
              .getstatic(OPERATORS, "XOR", OPERATORS.nested("Associative"))
              .aload(x[1])
              .invokevirtual(v, "lanewise", type(v, BINARY, ANY));
      }
      case NOT -> c.aload(x[0]).invokevirtual(v, "not", type(v));
      case BITS ->
          c.aload(x[0])
              .invokevirtual(
                  v,
                  type == DType.F32 ? "reinterpretAsInts" : "reinterpretAsLongs",
                  type(vector(type == DType.F32 ? DType.I32 : DType.I64)));
      case FLOAT ->
          c.aload(x[0])
              .invokevirtual(
                  v,
                  type == DType.I32 ? "reinterpretAsFloats" : "reinterpretAsDoubles",
                  type(vector(type == DType.I32 ? DType.F32 : DType.F64)));
    }
  }

  private static String name(Prim.Step step) {
    return step.name().toLowerCase(Locale.ROOT);
  }

  /** Pushes whether all of some masks are on in every lane. */
  static void all(CodeBuilder c, List<Integer> masks) {
    c.aload(masks.getFirst());
    for (int m : masks.subList(1, masks.size()))
      c.aload(m).invokevirtual(MASK, "and", type(MASK, MASK));
    c.invokevirtual(MASK, "allTrue", type(CD_boolean));
  }

  @Override
  public void shift(CodeBuilder c, Prim.Shift shift, DType type, int x) {
    String op =
        switch (shift.direction()) {
          case UP -> "LSHL";
          case DOWN -> "LSHR";
        };
    ClassDesc v = vector(type);
    c.aload(x).getstatic(OPERATORS, op, BINARY);
    if (type == DType.I64) c.loadConstant((long) shift.by());
    else c.loadConstant(shift.by());
    c.invokevirtual(v, "lanewise", type(v, BINARY, element(type)));
  }
}
