/** Losses and other numbers that another program wrote down while it trained, to stand beside spectra. */
package dev.spectraledge.analysis.metrics;
