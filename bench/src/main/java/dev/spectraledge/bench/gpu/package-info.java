/**
 * The steps of {@code bench/gpu-check}: what has to be shown on a machine with a GPU, where nothing can be built. Each step
 * is a process of its own; it appends its results to one file as it gets them, so that a step that ends early costs only
 * what it has not done yet.
 */
package dev.spectraledge.bench.gpu;
