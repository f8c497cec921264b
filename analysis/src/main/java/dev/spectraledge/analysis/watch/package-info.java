/** Follows what another process writes: runs, sweeps, and the checkpoints of other programs. */
package dev.spectraledge.analysis.watch;
