/**
 * The gradient part and the decay part of the one step into a checkpoint, exact, from the state of the optimiser that was
 * saved with it. A rolling window would need the updates of neighbouring steps, which checkpoints do not hold.
 */
package dev.spectraledge.analysis.parts;
