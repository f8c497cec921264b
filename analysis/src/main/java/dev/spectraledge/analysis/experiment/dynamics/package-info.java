/**
 * Experiments on how training moves: matrices that cease to commute, gradients of batches that do not, trajectories, and
 * trainings that are continued with something changed.
 */
package dev.spectraledge.analysis.experiment.dynamics;
