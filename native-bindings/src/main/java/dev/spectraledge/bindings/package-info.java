/**
 * Thin, checked calls into native libraries, and the code that finds and loads those libraries.
 *
 * <p>The sub-packages of {@code raw} are jextract's output: they check nothing and are never edited or used directly.
 * Matrices are row-major everywhere; a {@link java.lang.foreign.MemorySegment} argument starts at the first element of
 * what it describes and must be off-heap.
 */
package dev.spectraledge.bindings;
