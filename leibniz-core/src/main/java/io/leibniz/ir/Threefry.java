package io.leibniz.ir;

/**
 * Threefry-2x32 with 20 rounds: a keyed bijection of 64-bit blocks whose outputs over a counter
 * pass as random (Salmon, Moraes, Dror and Shaw, "Parallel random numbers: as easy as 1, 2, 3",
 * 2011).
 *
 * <p>A block is a pure function of key and counter, so a draw needs no state, comes out the same in
 * any order and on any number of threads, and a key can be split by encrypting with it.
 */
final class Threefry {
  /** Skein's constant, by which no key leaves all words of the key schedule zero. */
  private static final int PARITY = 0x1BD11BDA;

  private static final int[] ROTATIONS = {13, 15, 26, 6, 17, 29, 16, 24};

  private Threefry() {}

  /** The block numbered {@code counter} under {@code key}; the low 32 bits of each are word 0. */
  static long block(long key, long counter) {
    int k0 = (int) key;
    int k1 = (int) (key >>> 32);
    int k2 = PARITY ^ k0 ^ k1;
    int x0 = (int) counter + k0;
    int x1 = (int) (counter >>> 32) + k1;
    for (int injection = 1; injection <= 5; injection++) {
      int first = injection % 2 == 1 ? 0 : 4;
      for (int i = first; i < first + 4; i++) {
        x0 += x1;
        x1 = Integer.rotateLeft(x1, ROTATIONS[i]) ^ x0;
      }
      int k = k0; // the key's three words take turns
      k0 = k1;
      k1 = k2;
      k2 = k;
      x0 += k0;
      x1 += k1 + injection;
    }
    return (long) x1 << 32 | x0 & 0xFFFFFFFFL;
  }
}
