/** Whether the spectrum of windows has to do with what a model learns, and when: series of windows beside those of a run. */
package dev.spectraledge.analysis.experiment.coupling;
