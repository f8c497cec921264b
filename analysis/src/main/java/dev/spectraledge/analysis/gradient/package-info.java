/** Measurements from gradients of further batches, in experiments on snapshots and while a run trains. */
package dev.spectraledge.analysis.gradient;
