package io.leibniz.verify.corpus;

import io.leibniz.Flow;
import io.leibniz.Range;
import io.leibniz.Step;
import io.leibniz.Tensor;
import io.leibniz.ir.DType;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * The four objectives of ADBench (Šrajer, Kukelova and Fitzgibbon, <em>A benchmark of selected algorithmic differentiation tools
 * on some problems in computer vision and machine learning</em>, 2018), written for whole arrays.
 */
final class Objectives {
  private Objectives() {}

  // ---- Gaussian mixture

  /** Mixture weights [k], means [k, d], inverse covariance factors [k, d(d+1)/2]; points x [n, d]. ADBench adds the prior to the likelihood. */
  static Tensor gmm(List<Tensor> p, Tensor x, double gamma, int m) {
    Tensor prior = prior(p, gamma, m);
    return likelihood(p, x).plus(prior);
  }

  /** A log posterior: the prior with its right sign. */
  static Tensor corrected(List<Tensor> p, Tensor x, double gamma, int m) {
    return likelihood(p, x).minus(prior(p, gamma, m));
  }

  private static Tensor likelihood(List<Tensor> p, Tensor x) {
    Tensor alpha = p.get(0), means = p.get(1), icf = p.get(2);
    int n = x.dim(0), d = x.dim(1), k = alpha.dim(0);
    Tensor q = icf.slice(Range.all(), Range.to(d)), l = icf.slice(Range.all(), Range.from(d));
    // [exp q | l | 0], gathered into a lower triangle, column by column
    long[] place = new long[d * d];
    Arrays.fill(place, (long) d * (d + 1) / 2);
    int next = d;
    for (int j = 0; j < d; j++) {
      place[j * d + j] = j;
      for (int i = j + 1; i < d; i++) place[i * d + j] = next++;
    }
    Tensor entries = Tensor.concat(1, q.exp(), l, Tensor.zeros(DType.F64, k, 1));
    Tensor factors = entries.take(Tensor.of(place), 1).reshape(k, d, d);
    Tensor apart = x.reshape(n, 1, d).minus(means);
    Tensor turned = Tensor.einsum("kij,nkj->nki", factors, apart);
    Tensor inner = alpha.plus(q.sum(1)).minus(turned.square().sum(2).times(0.5));
    return inner
        .logSumExp(1)
        .sum()
        .minus(alpha.logSumExp(0).times(n))
        .plus(-n * d * 0.5 * Math.log(2 * Math.PI));
  }

  private static Tensor prior(List<Tensor> p, double gamma, int m) {
    Tensor icf = p.get(2);
    int k = icf.dim(0), d = p.get(1).dim(1), nu = d + m + 1;
    Tensor q = icf.slice(Range.all(), Range.to(d)), l = icf.slice(Range.all(), Range.from(d));
    double c = nu * d * (Math.log(gamma) - 0.5 * Math.log(2)) - logGamma(d, 0.5 * nu);
    return q.exp()
        .square()
        .sum()
        .plus(l.square().sum())
        .times(0.5 * gamma * gamma)
        .minus(q.sum().times(m))
        .minus(k * c);
  }

  private static double logGamma(int d, double a) {
    double sum = d * (d - 1) / 4.0 * Math.log(Math.PI);
    for (int j = 1; j <= d; j++) sum += Tensor.of(a + (1 - j) / 2.0).lgamma().item();
    return sum;
  }

  // ---- bundle adjustment

  /**
   * Cameras [n, 11], points [m, 3], weights [p]; which camera and point each observation is of, and where it was seen, [p, 2].
   * Reprojection errors [p, 2] and weight errors [p].
   */
  static List<Tensor> ba(List<Tensor> q, Tensor camera, Tensor point, Tensor seen) {
    Tensor cam = q.get(0).take(camera, 0), x = q.get(1).take(point, 0), w = q.get(2);
    Tensor r = part(cam, 0, 3), v = x.minus(part(cam, 3, 6));
    Tensor y = rotated(r, v);
    Tensor u = part(y, 0, 2).over(part(y, 2, 3));
    Tensor rho = u.square().sum(new int[] {1}, true);
    Tensor k1 = part(cam, 9, 10), k2 = part(cam, 10, 11);
    Tensor bent = rho.times(k1).plus(rho.square().times(k2)).plus(1);
    Tensor pixel = u.times(bent).times(part(cam, 6, 7)).plus(part(cam, 7, 9));
    return List.of(pixel.minus(seen).times(w.expand(1)), w.square().neg().plus(1));
  }

  private static Tensor part(Tensor x, int from, int to) {
    return x.slice(Range.all(), Range.of(from, to));
  }

  /** v turned about the axis r by its length, row by row: Rodrigues' formula, and its limit where r is 0. */
  private static Tensor rotated(Tensor r, Tensor v) {
    Tensor square = r.square().sum(new int[] {1}, true);
    Tensor angle = square.sqrt(), n = r.over(angle);
    Tensor cos = angle.cos(), sin = angle.sin();
    Tensor along = n.times(n.times(v).sum(new int[] {1}, true));
    Tensor versine = angle.times(0.5).sin().square().times(2); // 1 − cos
    Tensor turned = v.times(cos).plus(cross(n, v).times(sin)).plus(along.times(versine));
    return square.gt(0).select(turned, v.plus(cross(r, v)));
  }

  private static Tensor cross(Tensor a, Tensor b) {
    Tensor a1 = part(a, 0, 1), a2 = part(a, 1, 2), a3 = part(a, 2, 3);
    Tensor b1 = part(b, 0, 1), b2 = part(b, 1, 2), b3 = part(b, 2, 3);
    return Tensor.concat(
        1,
        a2.times(b3).minus(a3.times(b2)),
        a3.times(b1).minus(a1.times(b3)),
        a1.times(b2).minus(a2.times(b1)));
  }

  // ---- LSTM

  /**
   * Weights and biases of each layer [2l, 4b] and the extra ones [3, b]; the first state [2l, b]; the sequence [c, b]. {@code slip} is
   * the 2 that ADBench's logarithm has too much.
   */
  static Tensor lstm(List<Tensor> p, Tensor state, Tensor sequence, double slip) {
    Tensor main = p.get(0), extra = p.get(1);
    int layers = main.dim(0) / 2, b = extra.dim(1), c = sequence.dim(0);
    var rows = List.of(sequence.slice(Range.to(c - 1)), sequence.slice(Range.from(1)));
    var s =
        Flow.scan(
            state,
            rows,
            (Tensor at, List<Tensor> row) -> {
              Tensor x = row.get(0).times(extra.at(0));
              var next = new ArrayList<Tensor>();
              for (int i = 0; i < layers; i++) {
                Tensor w = main.at(2 * i), bias = main.at(2 * i + 1);
                Tensor h = at.at(2 * i), cell = at.at(2 * i + 1);
                Tensor forget = gate(x, w, bias, 0, b).sigmoid();
                Tensor in = gate(h, w, bias, 1, b).sigmoid();
                Tensor out = gate(x, w, bias, 2, b).sigmoid();
                Tensor change = gate(h, w, bias, 3, b).tanh();
                cell = cell.times(forget).plus(in.times(change));
                x = out.times(cell.tanh());
                next.add(x);
                next.add(cell);
              }
              Tensor y = x.times(extra.at(1)).plus(extra.at(2));
              Tensor likely = y.minus(y.exp().sum().plus(slip).log());
              return new Step<>(
                  Tensor.stack(0, next.toArray(Tensor[]::new)), row.get(1).times(likely).sum());
            });
    return s.out().sum().neg().over((double) (c - 1) * b);
  }

  private static Tensor gate(Tensor x, Tensor w, Tensor bias, int block, int b) {
    Range r = Range.of(block * b, block * b + b);
    return x.times(w.slice(r)).plus(bias.slice(r));
  }

  // ---- hand tracking

  /** A skeleton: each bone's parent (−1: none), and its matrices; vertices [v, 4] and the weights of the bones [v, bones]. */
  record Hand(
      int[] parents, List<Tensor> relative, List<Tensor> inverse, Tensor vertices, Tensor weights) {

    /** Where the vertices are under 26 parameters: rotation, translation, and four angles for each finger. */
    Tensor positions(Tensor theta) {
      var absolute = new ArrayList<Tensor>();
      var transforms = new ArrayList<Tensor>();
      for (int i = 0; i < parents.length; i++) {
        Tensor own = relative.get(i);
        int finger = (i - 2) / 4, joint = (i - 2) % 4;
        if (i >= 2 && finger < 5 && joint < 3) {
          Tensor angles = theta.slice(Range.of(6 + 4 * finger, 10 + 4 * finger));
          Tensor flexed = aboutX(angles.at(joint == 0 ? 0 : joint + 1));
          own = own.matmul(joint == 0 ? aboutZ(angles.at(1)).matmul(flexed) : flexed);
        }
        absolute.add(parents[i] < 0 ? own : absolute.get(parents[i]).matmul(own));
        transforms.add(absolute.get(i).matmul(inverse.get(i)));
      }
      Tensor all = Tensor.stack(0, transforms.toArray(Tensor[]::new)); // [bones, 4, 4]
      Tensor moved = Tensor.einsum("bij,vj->vbi", all, vertices);
      Tensor skinned = Tensor.einsum("vb,vbi->vi", weights, moved).slice(Range.all(), Range.to(3));
      Tensor r = theta.slice(Range.to(3)).reshape(1, 3);
      Tensor axis = r.plus(skinned.times(0));
      return rotated(axis, skinned).plus(theta.slice(Range.of(3, 6)));
    }

    private static Tensor aboutX(Tensor a) {
      Tensor c = a.cos(), s = a.sin(), o = c.times(0), i = o.plus(1);
      return matrix(i, o, o, o, o, c, s.neg(), o, o, s, c, o, o, o, o, i);
    }

    private static Tensor aboutZ(Tensor a) {
      Tensor c = a.cos(), s = a.sin(), o = c.times(0), i = o.plus(1);
      return matrix(c, s.neg(), o, o, s, c, o, o, o, o, i, o, o, o, o, i);
    }

    private static Tensor matrix(Tensor... entries) {
      return Tensor.stack(0, entries).reshape(4, 4);
    }

    /** Points [n, 3] less the vertices that they correspond to. */
    Tensor simple(Tensor theta, Tensor points, Tensor vertex) {
      return points.minus(positions(theta).take(vertex, 0));
    }

    /** Points less a place in a triangle, by two of its coordinates [n, 2]. */
    Tensor complicated(Tensor theta, Tensor us, Tensor points, Tensor corners) {
      Tensor all = positions(theta).take(corners, 0); // [n, 3, 3]
      Tensor a = us.slice(Range.all(), Range.of(0, 1)), b = us.slice(Range.all(), Range.of(1, 2));
      Tensor share = Tensor.concat(1, a, b, a.plus(b).neg().plus(1));
      return points.minus(Tensor.einsum("nc,nci->ni", share, all));
    }
  }
}
