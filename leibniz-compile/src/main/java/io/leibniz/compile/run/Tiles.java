package io.leibniz.compile.run;

import io.leibniz.compile.emit.Loop;
import io.leibniz.compile.emit.Tile;
import io.leibniz.ir.DType;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** C [m, n] in register tiles; what is left over at the right and below has smaller ones of its own. */
final class Tiles {
  private final int width, rows, columns;
  private final Tile.@Nullable Body[] bodies; // bit 0: the rightmost columns, bit 1: the last rows
  private final Exercise.@Nullable OfTile[] exercises;

  /** What decides the code of a product. */
  record Shape(
      DType type,
      int m,
      int n,
      int aRow,
      int aStep,
      int bStep,
      List<Tile.Ref> refs,
      List<Loop.Store> stores) {
    Tile tile(int rows, int vectors, int columns) {
      return new Tile(type, rows, vectors, columns, aRow, aStep, bStep, refs, stores);
    }

    Object key() {
      return List.of(m, n, tile(1, 1, 1).key());
    }
  }

  private Tiles(int width, int rows, int columns) {
    this.width = width;
    this.rows = rows;
    this.columns = columns;
    bodies = new Tile.Body[4];
    exercises = new Exercise.OfTile[4];
  }

  /** Rows and vectors of a tile: what ran fastest, for so many lanes and columns. */
  static int[] size(int width, int bits, int m, int n) {
    int across = (n + width - 1) / width;
    if (width == 1) return new int[] {Math.min(4, m), Math.min(4, n)};
    boolean many = bits == 512; // 32 registers
    int vectors = many ? across >= 4 ? 4 : across : Math.min(2, across);
    int rows =
        many
            ? switch (vectors) {
              case 4 -> 4;
              case 3 -> 6;
              default -> m % 8 != 0 && m % 10 == 0 ? 10 : 8;
            }
            : vectors == 2 ? 4 : 8;
    return new int[] {Math.min(rows, m), vectors};
  }

  static Tiles emit(Shape s, boolean vectors) {
    int w = Tile.width(s.type, vectors);
    int[] size = size(w, w * (s.type == DType.F32 ? 32 : 64), s.m, s.n);
    var tiles = new Tiles(w, size[0], size[1] * w);
    int below = s.m % tiles.rows, right = s.n % tiles.columns;
    for (int t = 0; t < 4; t++) {
      int r = t < 2 ? tiles.rows : below;
      int c = t % 2 == 0 ? s.n < tiles.columns ? 0 : tiles.columns : right;
      if (r == 0 || c == 0) continue;
      Tile tile = s.tile(r, (c + w - 1) / w, c);
      tiles.bodies[t] = tile.emit(vectors);
      tiles.exercises[t] = new Exercise.OfTile(tile);
    }
    return tiles;
  }

  int width() {
    return width;
  }

  int rows() {
    return rows;
  }

  int columns() {
    return columns;
  }

  /** The tile for {@code right} (the columns left over) and {@code below} (the rows left over). */
  Tile.Body body(boolean right, boolean below) {
    Tile.Body b = bodies[(right ? 1 : 0) + (below ? 2 : 0)];
    if (b == null) throw new AssertionError("no such tile");
    return b;
  }

  /** Every tile once, on scratch arrays. */
  void exercise() {
    for (int t = 0; t < 4; t++) {
      var b = bodies[t];
      var e = exercises[t];
      if (b != null && e != null) e.call(b);
    }
  }
}
