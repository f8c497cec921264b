/** The same diagnostics from checkpoints that are already there, ours or another program's. */
package dev.spectraledge.analysis.offline;
