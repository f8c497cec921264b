/** Statistics of measurements: intervals over seeds. */
package dev.spectraledge.analysis.statistic;
