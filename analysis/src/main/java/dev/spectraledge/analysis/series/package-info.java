/**
 * Time series of a run, such as the gap ratio by window: trends, correlations at lags and at one another's expense, how many
 * independent values a series is worth, and surrogates that change as slowly as it does but have nothing to do with anything.
 */
package dev.spectraledge.analysis.series;
