package io.leibniz.verify.corpus;

import static io.leibniz.Leibniz.stopGradient;

import io.leibniz.Range;
import io.leibniz.Tensor;
import io.leibniz.ir.DType;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.IntStream;

/** The corpus' networks, written as its formulas say: a table from ids, or families of ids, to models. */
final class Models {
  private Models() {}

  /** The loss, and what else the corpus records of a run. */
  record Result(Tensor loss, Map<String, Tensor> outputs) {}

  private interface Model {
    Result of(Values v);
  }

  private record Row(Pattern id, Model model) {}

  private static Row row(String id, Model model) {
    return new Row(Pattern.compile(id), model);
  }

  private static Row loss(String id, Losses.Loss loss) {
    return row(id, v -> new Result(loss.of(v), Map.of()));
  }

  private static final List<Row> TABLE =
      List.of(
          // dense
          row("toy_lecture", Models::lecture),
          row("mlp_.*|dropout.*", Models::mlp),
          row("weight_tying", Models::autoencoder),
          row("residual", Models::residual),
          loss("logistic_regression", Losses::logistic),
          // loss
          loss("mse.*", v -> Losses.reduced(v, Losses.error(v).square())),
          loss("mae.*|l1.*", v -> Losses.reduced(v, Losses.error(v).abs())),
          loss("huber.*", Losses::huber),
          loss("smooth_l1.*", Losses::smoothL1),
          loss("log_?cosh.*", Losses::logCosh),
          loss("quantile.*|pinball.*", Losses::quantile),
          loss("bce_(with_)?logits.*", Losses::binaryOfLogits),
          loss("bce.*", Losses::binary),
          loss("nll.*", Losses::negativeLogLikelihood),
          loss("(ce|cross_entropy|softmax_ce)(_.*)?", Losses::crossEntropy),
          loss("focal.*", Losses::focal),
          loss("kl.*", Losses::divergence),
          loss("hinge_multiclass.*|multi_?margin.*", Losses::multiclassHinge),
          loss("(squared_)?hinge.*", Losses::hinge),
          loss("cosine.*", Losses::cosine),
          loss("triplet.*", Losses::triplet),
          loss("gaussian_nll.*", Losses::gaussian),
          loss("poisson_nll.*", Losses::poisson),
          // norm
          row("batchnorm.*", Models::batchNorm),
          row("layernorm.*", Models::layerNorm),
          row("groupnorm.*", Models::groupNorm),
          row("instancenorm.*", Models::instanceNorm),
          row("rmsnorm.*", Models::rmsNorm),
          // conv2d, pool, cnn
          row("conv.*", v -> end(v, Images.conv(v))),
          row("maxpool.*", v -> end(v, Images.maxPool(v))),
          row("avgpool.*", v -> end(v, Images.meanPool(v))),
          row("adaptive.*", v -> end(v, Images.adaptive(v))),
          row("lenet.*", v -> end(v, Images.lenet(v))),
          row("resblock.*", v -> end(v, Images.residual(v))),
          // embedding, tensor_ops
          row("embedding.*", Models::embedding),
          row("concat_slice", Models::concatSlice),
          row("reductions", Models::reductions),
          row("cumsum_prod", Models::cumsumProd),
          // attention, recurrent
          row("(mha|attention|self_attention|sdpa).*", Models::attention),
          row("rnn.*", v -> recurrent(v, Models::rnnCell)),
          row("gru.*", v -> recurrent(v, Models::gruCell)),
          row("lstm.*", v -> recurrent(v, Models::lstmCell)));

  static Result run(NetCase c, Map<String, Tensor> tensors) {
    for (Row r : TABLE)
      if (r.id.matcher(c.id()).matches()) return r.model.of(new Values(c, tensors));
    throw new NoModel(c, "no row of the table fits");
  }

  /** The loss that the case's constants ask for: squares against y, cross-entropy of labels, or a given upstream gradient. */
  private static Result end(Values v, Tensor out, Map<String, Tensor> others) {
    var outputs = new LinkedHashMap<>(Map.of("output", out));
    outputs.putAll(others);
    Tensor loss =
        v.has("upstream")
            ? v.get("upstream").times(out).sum()
            : v.has("labels")
                ? Losses.ofLabels(out, v.get("labels"), -1).neg().mean()
                : out.minus(v.get("y", "target")).square().mean();
    return new Result(loss, outputs);
  }

  private static Result end(Values v, Tensor out) {
    return end(v, out, Map.of());
  }

  // ---- dense

  private static Result lecture(Values v) {
    Tensor a = v.get("W1").matmul(v.get("x")).plus(v.get("b1")).sigmoid();
    Tensor yhat = v.get("W2").matmul(a).plus(v.get("b2")).sigmoid();
    return new Result(yhat.minus(v.get("y")).square().sum().times(0.5), Map.of("yhat", yhat));
  }

  /** a W^T + b, W being [out, in]. */
  private static Tensor dense(Tensor a, Tensor w, Tensor b) {
    return a.matmul(w.transpose()).plus(b);
  }

  /** Layers with one activation, none on the last; after it a dropout mask, if there is one. */
  private static Result mlp(Values v) {
    var activation = Activations.of(v.of());
    Tensor[] w = v.numbered("W"), b = v.numbered("b");
    Tensor a = v.get("x");
    for (int i = 0; i < w.length; i++) {
      a = dense(a, w[i], b[i]);
      if (i == w.length - 1) break;
      a = activation.of(v, a);
      if (v.has("mask")) a = a.times(v.get("mask")).over(1 - v.attr(0.5, "p"));
    }
    return end(v, a);
  }

  private static Result autoencoder(Values v) {
    Tensor h = dense(v.get("x"), v.get("W"), v.get("b")).tanh();
    Tensor out = h.matmul(v.get("W")).plus(v.get("c"));
    return new Result(out.minus(v.get("x")).square().mean(), Map.of("output", out));
  }

  private static Result residual(Values v) {
    Tensor[] w = v.numbered("W"), b = v.numbered("b");
    Tensor h = v.get("x");
    for (int i = 0; i < w.length; i++) h = h.plus(dense(h, w[i], b[i]).tanh());
    return end(v, h);
  }

  // ---- norm

  private static double eps(Values v, double otherwise) {
    return v.attr(otherwise, "eps");
  }

  /** (x − mean) / √(variance + eps) over {@code axes}. */
  private static Tensor normal(Tensor x, int[] axes, double eps) {
    Tensor variance = x.variance(0, axes, true);
    return x.minus(x.mean(axes, true)).over(variance.plus(eps).sqrt());
  }

  /** A number for each channel, of axis 1 of x. */
  private static Tensor channels(Tensor of, Tensor x) {
    int[] dims = new int[x.rank() - 1];
    java.util.Arrays.fill(dims, 1);
    dims[0] = of.size();
    return of.reshape(dims);
  }

  private static Tensor affine(Values v, Tensor x) {
    Tensor y = v.has("gamma") ? x.times(channels(v.get("gamma"), x)) : x;
    return v.has("beta") ? y.plus(channels(v.get("beta"), x)) : y;
  }

  private static Result batchNorm(Values v) {
    Tensor x = v.get("x");
    int[] axes = IntStream.range(0, x.rank()).filter(i -> i != 1).toArray(); // all but channels
    double eps = eps(v, 1e-5), momentum = v.attr(0.1, "momentum");
    if (v.says("eval")) {
      Tensor mean = channels(v.get("running_mean"), x), var = channels(v.get("running_var"), x);
      return end(v, affine(v, x.minus(mean).over(var.plus(eps).sqrt())));
    }
    var running = new LinkedHashMap<String, Tensor>();
    if (v.has("running_mean")) {
      Tensor mean = v.get("running_mean"), var = v.get("running_var");
      running.put("new_running_mean", moved(mean, x.mean(axes), momentum));
      running.put("new_running_var", moved(var, x.variance(1, axes), momentum));
    }
    return end(v, affine(v, normal(x, axes, eps)), running);
  }

  private static Tensor moved(Tensor from, Tensor to, double momentum) {
    return from.times(1 - momentum).plus(to.times(momentum));
  }

  /** Over as many trailing axes as gamma has. */
  private static Result layerNorm(Values v) {
    Tensor y = normal(v.get("x"), trailing(v), eps(v, 1e-5));
    if (v.has("gamma")) y = y.times(v.get("gamma"));
    return end(v, v.has("beta") ? y.plus(v.get("beta")) : y);
  }

  private static int[] trailing(Values v) {
    int n = v.has("gamma") ? v.get("gamma").rank() : 1, rank = v.get("x").rank();
    return IntStream.range(rank - n, rank).toArray();
  }

  private static Result groupNorm(Values v) {
    Tensor x = v.get("x");
    int groups = (int) v.attr(1, "groups", "num_groups", "G");
    Tensor y = normal(x.reshape(x.dim(0), groups, -1), new int[] {2}, eps(v, 1e-5));
    return end(v, affine(v, y.reshape(x.shape())));
  }

  private static Result instanceNorm(Values v) {
    Tensor x = v.get("x");
    return end(v, affine(v, normal(x, IntStream.range(2, x.rank()).toArray(), eps(v, 1e-5))));
  }

  private static Result rmsNorm(Values v) {
    Tensor x = v.get("x");
    Tensor y = x.over(x.square().mean(trailing(v), true).plus(eps(v, 1e-6)).sqrt());
    return end(v, v.has("gamma") ? y.times(v.get("gamma")) : y);
  }

  // ---- embedding

  /** Rows of E; the padding row counts as a constant. */
  private static Result embedding(Values v) {
    Tensor idx = v.get("idx", "indices"), rows = v.get("E", "W").take(idx, 0);
    if (v.hasAttr("padding_idx", "padding"))
      rows =
          idx.eq(v.attr(0, "padding_idx", "padding")).expand(-1).select(stopGradient(rows), rows);
    return end(v, rows);
  }

  // ---- tensor_ops

  private static Result concatSlice(Values v) {
    Tensor y = Tensor.concat(1, v.get("x"), v.get("w"));
    Tensor left = y.slice(Range.all(), Range.of(1, 5, 2)).square();
    return end(v, left.plus(y.slice(Range.every(-1), Range.of(0, 2))));
  }

  private static Result reductions(Values v) {
    Tensor a = v.get("A"), b = v.get("b");
    Tensor loss =
        a.max(1).sum().plus(a.mean().times(b.prod())).plus(a.variance(1, 0).sum()).plus(b.norm());
    return new Result(loss, Map.of());
  }

  private static Result cumsumProd(Values v) {
    return end(v, v.get("x").cumsum(0).times(v.get("w").cumprod(0)));
  }

  // ---- attention

  /** Queries from x, keys and values from m, or from x as well. */
  private static Result attention(Values v) {
    Tensor x = v.get("x"), m = v.has("m") ? v.get("m") : x;
    int e = x.dim(2), heads = (int) v.attr(1, "heads", "num_heads");
    Tensor q = projected(v, x, 0, heads), k = projected(v, m, 1, heads);
    Tensor scores = Tensor.einsum("nhte,nhse->nhts", q, k).over(Math.sqrt(e / (double) heads));
    int t = x.dim(1), s = m.dim(1);
    if (v.says("causal")) {
      Tensor past = Tensor.ones(DType.F64, t, s).tril(0).gt(0);
      scores = past.select(scores, Tensor.of(Double.NEGATIVE_INFINITY));
    }
    if (v.has("key_mask")) {
      Tensor keys = v.get("key_mask").reshape(x.dim(0), 1, 1, s);
      scores = keys.select(scores, Tensor.of(Double.NEGATIVE_INFINITY));
    }
    Tensor weights = scores.softmax(-1);
    Tensor mixed = Tensor.einsum("nhts,nhse->nthe", weights, projected(v, m, 2, heads));
    Tensor out = dense(mixed.reshape(x.dim(0), t, e), v.get("Wo"), v.get("bo"));
    return end(v, out, Map.of("weights", weights));
  }

  /** The queries (part 0), keys or values, [n, heads, time, e / heads]. */
  private static Tensor projected(Values v, Tensor x, int part, int heads) {
    int e = x.dim(2);
    Range rows = Range.of(part * e, (part + 1) * e);
    Tensor y = dense(x, v.get("Wqkv").slice(rows), v.get("bqkv").slice(rows));
    return y.reshape(x.dim(0), x.dim(1), heads, e / heads).transpose(0, 2, 1, 3);
  }

  // ---- recurrent

  /** The hidden state, and the cell's own where there is one. */
  private record State(Tensor h, Tensor c) {}

  /** One step, from the input's share and the state's of all gates, [n, gates · h]. */
  private interface Cell {
    State step(Values v, Tensor x, Tensor h, State before);
  }

  private static State rnnCell(Values v, Tensor x, Tensor h, State before) {
    Tensor z = x.plus(h);
    Tensor y = v.says("relu") ? z.relu() : z.tanh();
    return new State(y, y);
  }

  private static State gruCell(Values v, Tensor x, Tensor h, State before) {
    Tensor r = gate(x, 0, 3).plus(gate(h, 0, 3)).sigmoid();
    Tensor z = gate(x, 1, 3).plus(gate(h, 1, 3)).sigmoid();
    Tensor n = gate(x, 2, 3).plus(r.times(gate(h, 2, 3))).tanh();
    Tensor y = z.neg().plus(1).times(n).plus(z.times(before.h));
    return new State(y, y);
  }

  private static State lstmCell(Values v, Tensor x, Tensor h, State before) {
    Tensor all = x.plus(h);
    Tensor i = gate(all, 0, 4).sigmoid(), f = gate(all, 1, 4).sigmoid();
    Tensor g = gate(all, 2, 4).tanh(), o = gate(all, 3, 4).sigmoid();
    Tensor c = f.times(before.c).plus(i.times(g));
    return new State(o.times(c.tanh()), c);
  }

  private static Tensor gate(Tensor all, int i, int of) {
    int n = all.dim(-1) / of;
    return all.slice(Range.all(), Range.of(i * n, (i + 1) * n));
  }

  /** Unrolled over x, [time, n, in], layer by layer: Wih, Whh, …, or Wih1, Wih2, … */
  private static Result recurrent(Values v, Cell cell) {
    var layers = new TreeSet<String>();
    for (String name : v.names()) if (name.startsWith("Wih")) layers.add(name.substring(3));
    Tensor xs = v.get("x");
    int layer = 0;
    State s = new State(xs, xs);
    for (String l : layers) {
      s = new State(initial(v, "h0", l, layer), initial(v, "c0", l, layer));
      var hs = new Tensor[xs.dim(0)];
      for (int t = 0; t < hs.length; t++) {
        Tensor x = dense(xs.at(t), v.get("Wih" + l), v.get("bih" + l));
        s = cell.step(v, x, dense(s.h, v.get("Whh" + l), v.get("bhh" + l)), s);
        hs[t] = s.h;
      }
      xs = Tensor.stack(0, hs);
      layer++;
    }
    var last = Map.of("hn", s.h, "h_n", s.h, "cn", s.c, "c_n", s.c);
    return end(v, v.has("Wy") ? dense(xs, v.get("Wy"), v.get("by")) : xs, last);
  }

  /** What layer {@code i}, of suffix {@code l}, starts from: a tensor of its own, its row of one for all layers, or zeros. */
  private static Tensor initial(Values v, String name, String l, int i) {
    if (v.has(name + l))
      return v.get(name + l).rank() == 3 ? v.get(name + l).at(i) : v.get(name + l);
    if (v.has(name)) return v.get(name).rank() == 3 ? v.get(name).at(i) : v.get(name);
    return Tensor.zeros(DType.F64, v.get("x").dim(1), v.get("Whh" + l).dim(1));
  }
}
