/**
 * One contestant of the benchmark: a process that does one piece of work, as often as it is told to. It is told on stdin, a
 * number of steps a line, and answers on stdout with the time they took; between two lines it waits, and uses no
 * processor. Needs nothing but {@code java.base}, so that peers' processes hold no more than they must.
 */
@NullMarked
package io.leibniz.verify.contest;

import org.jspecify.annotations.NullMarked;
