package io.leibniz.symbolic.text;

import org.antlr.v4.runtime.CharStream;
import org.antlr.v4.runtime.IntStream;
import org.antlr.v4.runtime.misc.Interval;

/** The first {@code size} characters of a text for ANTLR, in UTF-16 units: its own streams count code points, which editors do not. */
final class Characters implements CharStream {
  private final String text;
  private final int size;
  private int at;

  Characters(String text, int size) {
    this.text = text;
    this.size = size;
  }

  @Override
  public void consume() {
    if (at == size) throw new IllegalStateException("the text is over");
    at++;
  }

  @Override
  public int LA(int i) {
    int place = i > 0 ? at + i - 1 : at + i;
    return i == 0 || place < 0 || place >= size ? IntStream.EOF : text.charAt(place);
  }

  @Override
  public int index() {
    return at;
  }

  @Override
  public void seek(int index) {
    at = Math.min(index, size);
  }

  @Override
  public int size() {
    return size;
  }

  @Override
  public int mark() {
    return -1; // all of the text is kept anyway
  }

  @Override
  public void release(int marker) {}

  @Override
  public String getText(Interval i) {
    return i.a >= size ? "" : text.substring(i.a, Math.min(i.b + 1, size));
  }

  @Override
  public String getSourceName() {
    return IntStream.UNKNOWN_SOURCE_NAME;
  }
}
