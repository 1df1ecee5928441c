package io.leibniz.compile.run;

import io.leibniz.compile.emit.Loop;
import io.leibniz.compile.emit.Tile;
import io.leibniz.ir.Array;
import io.leibniz.ir.DType;
import io.leibniz.ir.Type;
import java.util.List;

/**
 * Calls of emitted code on scratch arrays that meet everything real calls do: rows in the middle of an array, and rows
 * that end where the array ends, so that no branch is new to compiled code. Nothing here may allocate.
 */
final class Exercise {
  private static final int FROM = 64;

  private Exercise() {}

  private static Object array(DType type, int length) {
    return Array.zeros(Type.of(type, length)).data();
  }

  /** Three blocks, so that no compiler thinks that the loop runs once, and an edge on either side. */
  static final class OfLoop {
    private final Object[] roomy, exact, tight;
    private final int[] at, early;
    private final int lanes;

    OfLoop(Loop loop, int width) {
      int refs = loop.refs().size();
      lanes = 4 * width + width / 2;
      roomy = new Object[refs + 1];
      exact = new Object[refs + 1];
      tight = new Object[refs + 1];
      at = new int[refs + 2 * loop.ranges()];
      early = at.clone();
      for (int r = 0; r < refs; r++) {
        DType type = loop.refs().get(r).type();
        roomy[r] = array(type, FROM + lanes + FROM);
        exact[r] = array(type, FROM + lanes);
        at[r] = FROM;
        // what is read in a range only has no elements elsewhere: lane 0 lies before the array
        boolean ranged = loop.refs().get(r).range() >= 0;
        tight[r] = array(type, ranged ? lanes - 2 : lanes);
        early[r] = ranged ? -1 : 0;
      }
      for (int k = 0; k < loop.ranges(); k++) {
        at[refs + 2 * k] = 1;
        at[refs + 2 * k + 1] = lanes - 1;
        early[refs + 2 * k] = 1;
        early[refs + 2 * k + 1] = lanes - 1;
      }
      if (!loop.folds().isEmpty()) {
        DType type = loop.folds().getFirst().value().type();
        Object partials = array(type, Loop.partials(type) * loop.folds().size());
        roomy[refs] = partials;
        exact[refs] = partials;
        tight[refs] = partials;
      }
    }

    void call(Loop.Body body) {
      int w = body.width();
      body.whole(roomy, at, 0, 2 * w);
      body.whole(roomy, at, 0, 0);
      body.edge(roomy, at, 0, lanes);
      body.edge(roomy, at, 4 * w, lanes); // a part of the lanes, with more of the array behind
      body.edge(exact, at, 4 * w, lanes);
      body.whole(exact, at, w, 3 * w);
      body.edge(tight, early, 0, lanes);
      body.edge(tight, early, 4 * w, lanes);
    }
  }

  /** Three steps of the sum, in the middle of the arrays and at their ends. */
  static final class OfTile {
    private static final int STEPS = 3;
    private final Object[] roomy, exact;
    private final int[] at;

    OfTile(Tile tile) {
      List<Tile.Ref> refs = tile.refs();
      roomy = new Object[refs.size() + 2];
      exact = new Object[refs.size() + 2];
      at = new int[refs.size() + 2];
      put(0, tile.type(), reach(tile.rows(), tile.aRow()), reach(STEPS, tile.aStep()), 0);
      put(1, tile.type(), 0, reach(STEPS, tile.bStep()), tile.columns() - 1);
      for (int r = 0; r < refs.size(); r++) {
        Tile.Ref ref = refs.get(r);
        put(r + 2, ref.type(), reach(tile.rows(), ref.row()), 0, reach(tile.columns(), ref.lane()));
      }
    }

    private static int reach(int n, int stride) {
      return (n - 1) * stride;
    }

    /** Strides may be negative: the first element is where the last is in the array. */
    private void put(int i, DType type, int... reaches) {
      int low = 0, high = 0;
      for (int r : reaches) {
        low += Math.min(r, 0);
        high += Math.max(r, 0);
      }
      at[i] = -low;
      exact[i] = array(type, high - low + 1);
      roomy[i] = array(type, high - low + 1 + 2 * FROM);
    }

    void call(Tile.Body body) {
      body.run(roomy, at, STEPS);
      body.run(exact, at, STEPS);
    }
  }
}
