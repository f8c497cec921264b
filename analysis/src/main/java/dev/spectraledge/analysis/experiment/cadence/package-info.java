/**
 * Every claim on a window of updates, asked of windows of other widths and cadences than the published one: the training is done
 * once more where the run kept too few snapshots.
 */
package dev.spectraledge.analysis.experiment.cadence;
