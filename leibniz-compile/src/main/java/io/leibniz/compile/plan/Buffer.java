package io.leibniz.compile.plan;

import io.leibniz.ir.Type;

/** An array of a running program: where some node's elements lie, in row-major order. */
public final class Buffer {
  /** Where the memory comes from. */
  public enum Home {
    /** The caller's array; {@code index} is the argument's. */
    ARGUMENT,
    /** Known when the program was made. */
    CONSTANT,
    /** A result's own memory, made anew by each call. */
    RESULT,
    /** A part of the call's arena. */
    ARENA,
    /** Whatever array an interpreted op returned. */
    VALUE
  }

  private final int id;
  private final Type type;
  private Home home;
  private int index = -1;

  Buffer(int id, Type type, Home home) {
    this.id = id;
    this.type = type;
    this.home = home;
  }

  public int id() {
    return id;
  }

  public Type type() {
    return type;
  }

  public Home home() {
    return home;
  }

  /** The argument's or result's number, or the place in the arena. */
  public int index() {
    return index;
  }

  void live(Home home, int index) {
    this.home = home;
    this.index = index;
  }

  @Override
  public String toString() {
    return "#" + id + " " + type;
  }
}
