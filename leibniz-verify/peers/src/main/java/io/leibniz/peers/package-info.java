/** Peers on the JVM as contestants of the benchmark. Built, and what they need downloaded, only when it is asked for. */
@NullMarked
package io.leibniz.peers;

import org.jspecify.annotations.NullMarked;
