/**
 * Experiments on trained runs: the causal, functional and geometric measurements of the Lifecycle paper, each as published
 * and beside it with the control that could have failed. To add one, implement {@link
 * dev.spectraledge.analysis.experiment.Experiment} and list it in {@link dev.spectraledge.analysis.experiment.Experiments}. What
 * it looks at in each task is a row of {@link dev.spectraledge.analysis.protocol.Protocol}'s table, not code.
 */
package dev.spectraledge.analysis.experiment;
