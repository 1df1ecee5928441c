package io.leibniz.cli.tour;

import static io.leibniz.Leibniz.jacobian;
import static io.leibniz.Leibniz.jvp;
import static io.leibniz.Leibniz.linearize;
import static io.leibniz.Leibniz.vjp;

import io.leibniz.Dual;
import io.leibniz.Fn;
import io.leibniz.Tensor;

/** Vectors through Jacobians, without the Jacobians. */
record Jacobians() implements Section {

  @Override
  public String title() {
    return "Jacobians without the matrix";
  }

  @Override
  public void run(Stage stage) {
    Fn<Tensor, Tensor> f = x -> SeveralPaths.outer(SeveralPaths.inner(x));
    Tensor at = SeveralPaths.AT, up = Tensor.vector(2, -3), along = Tensor.vector(1, 4);
    Tensor j = jacobian(f).of(at).matrix();
    stage.say(
        "Each op knows two things: to push a tangent forward, J·v, and to pull a cotangent back, Jᵀ·u. y(u(a, b)) of section 3 at (%s):",
        Stage.six(at.doubles()));
    stage.blank();
    SeveralPaths.matrix(stage, "J", j);
    Tensor pulled = vjp(f).of(at).pull().of(up);
    Tensor pushed = jvp(f).of(new Dual<>(at, along)).tangent();
    stage.row("Jᵀ·u by the matrix", j.transpose().matmul(up).doubles());
    stage.row("pulled", pulled.doubles());
    stage.row("J·v by the matrix", j.matmul(along).doubles());
    stage.row("pushed", pushed.doubles());
    stage.row("u·(J·v), (Jᵀ·u)·v", up.dot(pushed).item(), pulled.dot(along).item());
    stage.blank();
    var inner = linearize(SeveralPaths::inner).of(at);
    var outer = linearize(SeveralPaths::outer).of(inner.value());
    Tensor twice = inner.pull().of(outer.pull().of(up));
    stage.say(
        "Modular: the pull of the outer function, then that of the inner one, is the pull of both: (%s). That line is all of back-propagation.",
        Stage.six(twice.doubles()));
    int n = 100_000;
    Fn<Tensor, Tensor> wave = x -> x.sin().times(x);
    Tensor ones = Tensor.ones(at.dtype(), n), x = Tensor.linspace(0, 1, n);
    Tensor slope = vjp(wave).of(x).pull().of(ones);
    stage.say(
        "And no matrix is made: pulling through x·sin x of %,d numbers, whose Jacobian would take %,d GB, gives %s in the last entry.",
        n, 8L * n * n / 1_000_000_000L, Stage.six(slope.at(n - 1).item()));
  }
}
