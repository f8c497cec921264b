/**
 * Linear algebra of update streams: the exact spectrum of a rolling window, its sketches, randomized and streaming
 * decompositions, each with a certificate of its error, and the dense factorisations that they rest on.
 */
package dev.spectraledge.kernels.linalg;
