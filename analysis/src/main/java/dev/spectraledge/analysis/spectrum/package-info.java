/**
 * The spectrum of a rolling window of parameter updates and what is read off it. Everything here works on the small
 * Gram matrix of the window, so it costs the same for any number of parameters.
 */
package dev.spectraledge.analysis.spectrum;
