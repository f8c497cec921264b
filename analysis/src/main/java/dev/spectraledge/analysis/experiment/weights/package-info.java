/** Experiments on the directions of the update window: what they are made of, and what moving the weights along them does. */
package dev.spectraledge.analysis.experiment.weights;
