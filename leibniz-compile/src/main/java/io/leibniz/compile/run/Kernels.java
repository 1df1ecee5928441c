package io.leibniz.compile.run;

import io.leibniz.compile.emit.Loop;
import io.leibniz.compile.emit.Tile;
import io.leibniz.ir.DType;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Emitted code, made once for equal kernels. Each begins as its scalar twin; its vector twin takes over when it has been
 * warmed.
 */
public final class Kernels {
  private final Map<Object, LoopCode> loops = new ConcurrentHashMap<>();
  private final Map<Object, ProductCode> products = new ConcurrentHashMap<>();
  private final boolean vectors;
  private final Warmup warmup = new Warmup();

  /** With vector twins, or without. */
  public Kernels(boolean vectors) {
    this.vectors = vectors;
  }

  public boolean vectors() {
    return vectors;
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

  /** {@code lanes}: how many there are. */
  public LoopCode loop(Loop loop, int lanes) {
    boolean wide = vectors && lanes > 1 && loop.vectors() != null;
    return loops.computeIfAbsent(
        List.of(loop.key(), wide),
        _ -> {
          var code = new LoopCode(loop.scalars());
          if (wide) {
            DType lane = Objects.requireNonNull(loop.vectors());
            var exercise = new Exercise.OfLoop(loop, Tile.width(lane, true));
            warmup.add(() -> loop.vectors(lane), exercise::call, code::swap);
          }
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
    return products.computeIfAbsent(
        shape.key(),
        _ -> {
          var code = new ProductCode(Tiles.emit(shape, false));
          if (vectors) warmup.add(() -> Tiles.emit(shape, true), Tiles::exercise, code::swap);
          return code;
        });
  }
}
