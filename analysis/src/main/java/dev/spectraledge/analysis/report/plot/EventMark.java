package dev.spectraledge.analysis.report.plot;

/** A vertical line at one step, with its name. */
public record EventMark(double x, String label) {}
