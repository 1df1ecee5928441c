package io.leibniz.symbolic.explain;

import io.leibniz.Fn;
import io.leibniz.Fn2;
import io.leibniz.Tensor;
import io.leibniz.Tree;
import io.leibniz.eval.Interpreter;
import io.leibniz.ir.DType;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Back-propagation, shown: what one reverse pass through a network computed, layer by layer. The network is any function with a scalar
 * result. Every number here is one that the pass computed: δ is the cotangent that reached z, the gradients are those of
 * {@code valueAndGrad}, bit for bit; every equation is read off the nodes that the pass emitted, so that a transpose stands where this network,
 * as it was written, has one.
 *
 * @param loss the function's value
 * @param layers first to last
 * @param others parameters that belong to no layer, in the order of the tree
 * @param inputs ∂L/∂x of the inputs
 */
public record Backprop(
    Tensor loss, List<Layer> layers, List<Parameter> others, List<Parameter> inputs) {
  public Backprop {
    layers = List.copyOf(layers);
    others = List.copyOf(others);
    inputs = List.copyOf(inputs);
  }

  /** Something computed: {@code symbol = formula}, in the notation of networks. The formula may be empty: it has none that can be read. */
  public record Quantity(String symbol, String formula, Tensor value) {

    /** The square root of the sum of all squares. */
    public double norm() {
      Tensor all = value.cast(DType.F64).flatten();
      return all.size() == 0 ? 0 : all.norm().item();
    }

    @Override
    public String toString() {
      return formula.isEmpty() ? symbol : symbol + " = " + formula;
    }
  }

  /**
   * What is learnt, or fed in.
   *
   * @param path of the leaf, as in {@code layers[0].w}
   * @param symbol as in {@code W¹}
   */
  public record Parameter(String path, String symbol, Tensor value, Quantity gradient) {}

  /**
   * A layer: parameters meet data, a bias is added, z; a function of z alone, a.
   *
   * @param what {@code dense}, {@code convolution}, {@code contraction}, {@code scale} or {@code lookup}
   * @param activation its name; empty if a is z
   * @param via the ops through which the data come from layers before, if they do not come straight
   * @param slope σ′(z), where the activation is one op that acts on each element
   * @param upstream ∂L/∂a
   * @param delta ∂L/∂z
   */
  public record Layer(
      int number,
      String what,
      String activation,
      String via,
      Quantity z,
      Quantity a,
      @Nullable Quantity slope,
      Quantity upstream,
      Quantity delta,
      List<Parameter> weights,
      List<Parameter> biases) {
    public Layer {
      weights = List.copyOf(weights);
      biases = List.copyOf(biases);
    }
  }

  /** The story of {@code loss} at {@code params}; what else it needs it has from where it was written. */
  public static <P> Backprop of(Fn<P, Tensor> loss, P params) {
    return of((P p, List<Tensor> _) -> loss.of(p), params, List.of());
  }

  /** Likewise, of a function of parameters and inputs; the gradient with respect to inputs of floats comes out as well. */
  @SuppressWarnings("unchecked") // the walk of a tree keeps its classes
  public static <P, X> Backprop of(Fn2<P, X, Tensor> loss, P params, X inputs) {
    int learnt = Tree.leaves(params).size();
    return Interpreter.scope()
        .in(
            () -> {
              var traced =
                  Traced.of(
                      "Backprop",
                      (List<Object> both) -> loss.of((P) both.get(0), (X) both.get(1)),
                      List.of(params, inputs));
              return Interpreter.scope().in(() -> Narration.of(traced, learnt));
            });
  }
}
