/**
 * What the spectrum of a window would be if the updates had no structure, or none beyond their autocorrelation: sampled as
 * Gram matrices, exactly distributed and as cheap for a billion parameters as for a thousand.
 */
package dev.spectraledge.analysis.nulls;
