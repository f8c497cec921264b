/** What few directions of a run's whole way, or an edited end of it, keep of what the model has learned. */
package dev.spectraledge.analysis.experiment.trajectory;
