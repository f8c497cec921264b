package dev.spectraledge.analysis.decomposition;

import java.util.List;
import java.util.Map;

/**
 * What was decomposed.
 *
 * @param spectra one for each matrix
 * @param leftOut why tensors were left out, by file (of a trajectory the first one) and name
 */
public record DecompositionResult(List<CertifiedSpectrum> spectra, Map<String, Map<String, String>> leftOut) {}
