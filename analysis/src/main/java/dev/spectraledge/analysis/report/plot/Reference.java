package dev.spectraledge.analysis.report.plot;

/** A thin horizontal line at a value that means something, such as the accuracy that counts as grokked. */
public record Reference(double y, String label) {}
