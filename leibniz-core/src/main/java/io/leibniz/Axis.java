package io.leibniz;

/** What {@code vmap} does with an argument. */
public enum Axis {
  /** Every tensor in it has a leading axis; each call gets one row. */
  EACH,
  /** The same for every call. */
  SHARED
}
