package dev.spectraledge.analysis.experiment;

/**
 * One number.
 *
 * @param quantity what was measured, such as {@code accuracy-change}
 * @param item of what, such as {@code edge}, {@code v1} or {@code layer-1}; several parts are separated by slashes
 * @param step of the snapshot
 * @param value may be NaN where the quantity is not defined
 */
public record Measurement(Procedure procedure, String quantity, String item, long step, double value) {}
