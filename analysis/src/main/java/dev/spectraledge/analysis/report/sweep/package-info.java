/** One page over all runs of a sweep. */
package dev.spectraledge.analysis.report.sweep;
