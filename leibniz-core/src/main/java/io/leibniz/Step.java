package io.leibniz;

/** What one turn of a {@link Flow#scan} returns: the carry for the next turn, and what to pile up. */
public record Step<C, Y>(C carry, Y out) {}
