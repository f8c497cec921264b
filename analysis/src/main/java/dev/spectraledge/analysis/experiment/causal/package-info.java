/** Trainings that go on from a run with its updates or gradients confined to, kept out of, or limited along some directions. */
package dev.spectraledge.analysis.experiment.causal;
