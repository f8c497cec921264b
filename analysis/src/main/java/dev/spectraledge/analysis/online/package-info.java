/** Watches training as it happens: feeds the diagnostics of a rolling window from the stream of updates. */
package dev.spectraledge.analysis.online;
