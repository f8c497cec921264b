/** Statistics of measurements: intervals over seeds, null distributions, and what is said of several values at once. */
package dev.spectraledge.analysis.statistic;
