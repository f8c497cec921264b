/**
 * What models compute rather than what their weights are: attention patterns, Fourier spectra of representations, responses
 * to perturbations along the spectral edge, and the coordinate of the inputs that these responses follow.
 */
package dev.spectraledge.analysis.experiment.functional;
