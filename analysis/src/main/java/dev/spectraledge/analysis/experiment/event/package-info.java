/** Events of the gap in what observers recorded, and whether they come before grokking. */
package dev.spectraledge.analysis.experiment.event;
