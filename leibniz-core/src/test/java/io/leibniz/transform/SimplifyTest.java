package io.leibniz.transform;

import static org.assertj.core.api.Assertions.assertThat;

import io.leibniz.eval.Interpreter;
import io.leibniz.eval.Program;
import io.leibniz.ir.Array;
import io.leibniz.ir.DType;
import io.leibniz.ir.Graph;
import io.leibniz.ir.Ints;
import io.leibniz.ir.Movement;
import io.leibniz.ir.Node;
import io.leibniz.ir.Pointwise;
import io.leibniz.ir.Pointwise.Binary;
import io.leibniz.ir.Pointwise.Choice;
import io.leibniz.ir.Pointwise.Compare;
import io.leibniz.ir.Pointwise.Unary;
import io.leibniz.ir.Shape;
import io.leibniz.ir.Type;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Exact laws are exact: rewritten graphs give the same bits, signed zeros, infinities and NaN included. */
class SimplifyTest {
  private static final double[] EDGES = {
    0.0,
    -0.0,
    1,
    -1,
    0.5,
    2,
    1e300,
    -1e300,
    1e-310,
    Double.POSITIVE_INFINITY,
    Double.NEGATIVE_INFINITY,
    Double.NaN
  };
  private static final Shape SHAPE = Shape.of(3, 4);

  /** Laws that count how often they were used. */
  private static List<Law> counted(Map<String, Integer> used) {
    return Simplify.EXACT.stream()
        .map(
            l ->
                new Law(
                    l.name(),
                    l.kind(),
                    l.left(),
                    m -> {
                      used.merge(l.name(), 1, Integer::sum);
                      return l.right().of(m);
                    },
                    l.condition()))
        .toList();
  }

  @Test
  void everyLawIsUsedAndNoneChangesABit() {
    var used = new HashMap<String, Integer>();
    var laws = counted(used);
    int smaller = 0, programs = 3000;
    for (int seed = 0; seed < programs; seed++) {
      var random = new Random(seed);
      var types =
          List.of(
              new Type(DType.F64, SHAPE), new Type(DType.F64, SHAPE), new Type(DType.BOOL, SHAPE));
      var args = List.of(values(random), values(random), Array.of(SHAPE, booleans(random)));
      Graph[] pair =
          Interpreter.scope()
              .in(
                  () -> {
                    Graph g = Graph.close(types, p -> program(random, p)).graph();
                    return new Graph[] {g, Simplify.of(g, laws).verify()};
                  });
      var before = Program.of(pair[0]).run(args);
      var after = Program.of(pair[1]).run(args);
      for (int i = 0; i < before.size(); i++)
        assertThat(((Array) before.get(i)).same((Array) after.get(i)))
            .as("seed " + seed + "\n" + pair[0] + "\nbecame\n" + pair[1])
            .isTrue();
      if (pair[1].order().size() < pair[0].order().size()) smaller++;
    }
    assertThat(smaller).isGreaterThan(programs / 2);
    assertThat(Simplify.EXACT)
        .allMatch(l -> l.kind() == Law.Kind.EXACT)
        .extracting(Law::name)
        .allMatch(used::containsKey);
  }

  private static Array values(Random random) {
    return Array.of(
        SHAPE, random.ints(SHAPE.size(), 0, EDGES.length).mapToDouble(i -> EDGES[i]).toArray());
  }

  private static boolean[] booleans(Random random) {
    boolean[] b = new boolean[SHAPE.size()];
    for (int i = 0; i < b.length; i++) b[i] = random.nextBoolean();
    return b;
  }

  /** A program of the kind of ops that laws are about, with many 0, −0, 1 and −1 in it. */
  private static List<Node> program(Random r, List<Node> params) {
    var floats = new ArrayList<Node>(params.subList(0, 2));
    var bools = new ArrayList<Node>(params.subList(2, 3));
    for (double k : new double[] {0.0, -0.0, 1, -1}) floats.add(params.getFirst().like(k));
    bools.add(Node.full(new Type(DType.BOOL, SHAPE), 1));
    bools.add(Node.full(new Type(DType.BOOL, SHAPE), 0));
    for (int i = 0; i < 14; i++) {
      Node x = pick(r, floats), y = pick(r, floats), p = pick(r, bools), q = pick(r, bools);
      switch (r.nextInt(22)) {
        case 0, 1 -> floats.add(x.neg());
        case 2 -> floats.add(Node.of(Unary.ABS, x));
        case 3 -> floats.add(x.add(y));
        case 4 -> floats.add(x.sub(y));
        case 5 -> floats.add(r.nextBoolean() ? x.mul(y) : x.neg().mul(y.neg()));
        case 6 -> floats.add(x.div(y));
        case 7 ->
            floats.add(
                Node.of(r.nextBoolean() ? Binary.MAX : Binary.MIN, x, r.nextBoolean() ? x : y));
        case 8 -> floats.add(Node.of(Binary.POW, x, y));
        case 9 -> floats.add(Node.of(Choice.SELECT, p, x, y));
        case 10 ->
            floats.add(Node.of(Choice.SELECT, p, Node.of(Choice.SELECT, p, x, y), pick(r, floats)));
        case 11 ->
            floats.add(Node.of(Choice.SELECT, p, pick(r, floats), Node.of(Choice.SELECT, p, x, y)));
        case 12 ->
            floats.add(Node.of(r.nextBoolean() ? Choice.CONVENTION : Choice.SELECT, p, x, x));
        case 13 -> floats.add(Node.of(Choice.CONVENTION, p, x, y));
        case 14 -> floats.add(Node.of(new Pointwise.Domain(), p, x));
        case 15 -> bools.add(Node.of(new Pointwise.Not(), p));
        case 16 -> bools.add(Node.of(Pointwise.Bitwise.AND, p, r.nextBoolean() ? p : q));
        case 17 -> bools.add(Node.of(Pointwise.Bitwise.OR, p, r.nextBoolean() ? p : q));
        case 18 -> bools.add(Node.of(Choice.SELECT, p, q, pick(r, bools)));
        case 19 -> bools.add(Node.of(Compare.values()[r.nextInt(6)], x, y));
        case 20 -> floats.add(Node.of(new Pointwise.Cast(DType.F64), x));
        case 21 -> floats.add(moved(r, x));
        default -> throw new AssertionError();
      }
    }
    return List.of(floats.getLast(), pick(r, floats), bools.getLast());
  }

  /** There and back by movements. */
  private static Node moved(Random r, Node x) {
    return switch (r.nextInt(9)) {
      case 0 ->
          Node.of(new Movement.Reshape(SHAPE), Node.of(new Movement.Reshape(Shape.of(12)), x));
      case 1 ->
          Node.of(
              new Movement.Permute(List.of(1, 0)), Node.of(new Movement.Permute(List.of(1, 0)), x));
      case 2 ->
          Node.of(
              new Movement.Flip(List.of(1)), Node.of(new Movement.Flip(List.of(r.nextInt(2))), x));
      case 3 -> Node.of(new Movement.Broadcast(SHAPE, List.of()), x);
      case 4 -> Node.of(new Movement.Slice(Ints.list(0, 0), SHAPE.list(), Ints.list(1, 1)), x);
      case 5 -> Node.of(new Movement.Pad(Ints.list(0, 0), Ints.list(0, 0), Ints.list(0, 0)), x);
      case 6 -> Node.of(new Movement.Reshape(SHAPE), x);
      case 7 -> Node.of(new Movement.Permute(List.of(0, 1)), x);
      default -> Node.of(new Movement.Concat(0), x);
    };
  }

  private static Node pick(Random r, List<Node> from) {
    return from.get(r.nextInt(from.size()));
  }

  @Test
  void writtenNumbersAreWorkedOut() {
    Graph g =
        Interpreter.scope()
            .in(
                () ->
                    Simplify.of(
                        Graph.close(
                                List.of(Type.of(DType.F64, 3)),
                                p ->
                                    List.of(
                                        p.getFirst()
                                            .mul(Node.full(p.getFirst().type(), 3).plus(4).sin())))
                            .graph(),
                        Simplify.EXACT));
    // the parameter, the number, its broadcast, the product
    assertThat(g.order()).hasSize(4);
    assertThat(g.toString()).contains(Double.toString(StrictMath.sin(7)));
  }

  @Test
  void whatNothingNeedsIsDropped() {
    Graph g =
        Interpreter.scope()
            .in(
                () ->
                    Simplify.of(
                        Graph.close(
                                List.of(Type.of(DType.F64), Type.of(DType.F64)),
                                p -> List.of(p.get(0).mul(p.get(1)).sub(p.get(0).like(0))))
                            .graph(),
                        Simplify.EXACT));
    assertThat(g.order()).hasSize(3);
    assertThat(g.params()).hasSize(2);
  }
}
