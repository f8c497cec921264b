/**
 * Probes of representations: how well depth and other labels can be read from hidden states, with the published
 * regressions and splits, and with those that neither depend on the scale of the features nor see the test's inputs.
 */
package dev.spectraledge.analysis.experiment.probe;
