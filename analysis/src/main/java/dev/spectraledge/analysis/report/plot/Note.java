package dev.spectraledge.analysis.report.plot;

/** A short text whose middle stands above a point. */
public record Note(double x, double y, String text) {}
