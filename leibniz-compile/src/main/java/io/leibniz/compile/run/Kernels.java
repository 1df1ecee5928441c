package io.leibniz.compile.run;

import io.leibniz.compile.emit.Loop;
import io.leibniz.compile.emit.Tile;
import io.leibniz.ir.DType;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * Emitted code, made once for equal kernels. Each begins as its scalar twin; its vector twin takes over when it has been
 * warmed.
 */
public final class Kernels {
  private static final System.Logger LOG = System.getLogger("io.leibniz.compile");

  private final AtomicBoolean told = new AtomicBoolean();
  private final Shared<LoopCode> loops = new Shared<>();
  private final Shared<ProductCode> products = new Shared<>();
  private final Twins twins;
  private final Warmup warmup = new Warmup();
  private final Pool pool;

  /** Which code runs. */
  public enum Twins {
    /** Scalar code only: without the vector module. */
    SCALAR,
    /** Scalar code until vector code has been warmed. */
    WARMED,
    /** Vector code from the first call on, slow until the JIT has compiled it: for tests. */
    VECTOR
  }

  public Kernels(Twins twins, Pool pool) {
    this.twins = twins;
    this.pool = pool;
  }

  public Pool pool() {
    return pool;
  }

  public Twins twins() {
    return twins;
  }

  public Warmup warmup() {
    return warmup;
  }

  /** The code of a loop, and which twin runs now. */
  public static final class LoopCode {
    private volatile Loop.Body body;

    LoopCode(Loop.Body body) {
      this.body = body;
    }

    Loop.Body body() {
      return body;
    }

    private void swap(Loop.Body vectors) {
      body = vectors;
    }

    /** Whether its vector twin has taken over. */
    public boolean vectors() {
      return body.width() > 1;
    }
  }

  /** Says once what is missing for speed, as soon as there is something that it would speed up. */
  private void missing() {
    if (twins == Twins.SCALAR && !told.getAndSet(true))
      LOG.log(
          System.Logger.Level.INFO,
          "running scalar code; start the JVM with --add-modules jdk.incubator.vector for vector code, which is several times faster");
  }

  /** Whether vectors pay. Of two lanes they stay objects, whatever one does (JDK 25): doubles where vectors have 128 bits. */
  private boolean warmed(DType lane) {
    return twins == Twins.WARMED && Tile.width(lane, true) >= 4;
  }

  /** {@code lanes}: how many there are. */
  public LoopCode loop(Loop loop, int lanes) {
    boolean wide = twins != Twins.SCALAR && lanes > 1 && loop.vectors() != null;
    if (lanes > 1) missing();
    return loops.get(
        List.of(loop.key(), wide),
        () -> {
          if (!wide) return new LoopCode(loop.scalars());
          DType lane = Objects.requireNonNull(loop.vectors());
          if (twins == Twins.VECTOR) return new LoopCode(loop.vectors(lane));
          var code = new LoopCode(loop.scalars());
          if (!warmed(lane)) return code;
          var exercise = new Exercise.OfLoop(loop, Tile.width(lane, true));
          warmup.add(() -> loop.vectors(lane), exercise::call, code::swap);
          return code;
        });
  }

  /** The tiles that cover a product, and which twins run now. */
  public static final class ProductCode {
    private volatile Tiles tiles;

    ProductCode(Tiles tiles) {
      this.tiles = tiles;
    }

    Tiles tiles() {
      return tiles;
    }

    private void swap(Tiles vectors) {
      tiles = vectors;
    }

    /** Whether its vector twin has taken over. */
    public boolean vectors() {
      return tiles.width() > 1;
    }
  }

  ProductCode product(Tiles.Shape shape) {
    missing();
    return products.get(
        shape.key(),
        () -> {
          var code = new ProductCode(Tiles.emit(shape, twins == Twins.VECTOR));
          if (warmed(shape.type()))
            warmup.add(() -> Tiles.emit(shape, true), Tiles::exercise, code::swap);
          return code;
        });
  }
}
