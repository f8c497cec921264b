package dev.spectraledge.analysis.experiment;

import dev.spectraledge.analysis.report.plot.Figure;
import dev.spectraledge.analysis.statistic.Null;
import dev.spectraledge.trainer.RunException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.OptionalDouble;
import java.util.Set;

/** What an experiment found: numbers, figures of them, and remarks that a reader needs. */
public final class Findings {
    private final List<Measurement> measurements = new ArrayList<>();
    private final List<Figure> figures = new ArrayList<>();
    private final List<String> remarks = new ArrayList<>();
    private final Set<String> lacks = new LinkedHashSet<>();

    public void published(String quantity, String item, long step, double value) {
        measurements.add(new Measurement(Procedure.PUBLISHED, quantity, item, step, value));
    }

    public void controlled(String quantity, String item, long step, double value) {
        measurements.add(new Measurement(Procedure.CONTROLLED, quantity, item, step, value));
    }

    public void add(Procedure procedure, String quantity, String item, long step, double value) {
        measurements.add(new Measurement(procedure, quantity, item, step, value));
    }

    public void add(Measurement measurement) {
        measurements.add(measurement);
    }

    /**
     * Everything that was found of a part, under its name.
     *
     * @param part comes before each item, with a slash between
     */
    public void addAll(String part, Findings others) {
        others.measurements.forEach(each -> measurements.add(new Measurement(
                each.procedure(), each.quantity(), part + "/" + each.item(), each.step(), each.value())));
        others.remarks.forEach(remark -> remarks.add(part + ": " + remark));
        others.figures.forEach(each -> figures.add(new Figure(
                FigureName.of(part) + "-" + each.name(),
                each.description() + ": " + part,
                each.columns(),
                each.panelHeight(),
                each.panels().stream()
                        .map(panel -> panel.titled(panel.title() + ", " + part))
                        .toList())));
    }

    /** Mean and 95 % bound of a null as items {@code random} and {@code random-95}, after a prefix. */
    public void chance(String quantity, String prefix, long step, Null chance) {
        controlled(quantity, prefix + "random", step, chance.mean());
        controlled(quantity, prefix + "random-95", step, chance.upper());
    }

    public void figure(Figure figure) {
        figures.add(figure);
    }

    public void remark(String remark) {
        remarks.add(remark);
    }

    /** A remark on what the run did not keep, and the settings of a run that keeps it. */
    public void lack(String what, String settings) {
        String lack = what + "; a run with " + settings + " keeps what that needs";
        remark(lack);
        lacks.add(lack);
    }

    /**
     * The same, if there is a number in it.
     *
     * @param who names experiment and run
     * @throws RunException with one line if nothing was measured: what is missing, and the settings that would have kept it
     */
    public Findings requireNumbers(String who) {
        if (measurements.stream().noneMatch(measurement -> Double.isFinite(measurement.value()))) {
            Collection<String> reasons = lacks.isEmpty() ? remarks : lacks;
            throw new RunException(
                    who + " measured nothing" + (reasons.isEmpty() ? "" : ": " + String.join("; ", reasons)));
        }
        return this;
    }

    public List<Measurement> measurements() {
        return List.copyOf(measurements);
    }

    public List<Figure> figures() {
        return List.copyOf(figures);
    }

    public List<String> remarks() {
        return List.copyOf(remarks);
    }

    /** One number; empty if it was not measured. */
    public OptionalDouble value(Procedure procedure, String quantity, String item, long step) {
        return measurements.stream()
                .filter(measurement -> measurement.procedure() == procedure
                        && measurement.quantity().equals(quantity)
                        && measurement.item().equals(item)
                        && measurement.step() == step)
                .mapToDouble(Measurement::value)
                .findFirst();
    }

    /** The items of which a quantity was measured, in that order. */
    public List<String> items(Procedure procedure, String quantity) {
        return measurements.stream()
                .filter(measurement -> measurement.procedure() == procedure
                        && measurement.quantity().equals(quantity))
                .map(Measurement::item)
                .distinct()
                .toList();
    }

    /** How many items of a quantity there are at a step whose names begin so. */
    public int count(String quantity, String itemPrefix, long step) {
        return (int) measurements.stream()
                .filter(measurement -> measurement.quantity().equals(quantity)
                        && measurement.step() == step
                        && measurement.item().startsWith(itemPrefix))
                .count();
    }

    /** The last step at which anything was measured; there must be one. */
    public long lastStep() {
        return measurements.stream().mapToLong(Measurement::step).max().orElseThrow();
    }

    /** All steps at which a quantity of an item was measured, with the values: a curve. */
    public List<Measurement> curve(Procedure procedure, String quantity, String item) {
        return measurements.stream()
                .filter(measurement -> measurement.procedure() == procedure
                        && measurement.quantity().equals(quantity)
                        && measurement.item().equals(item))
                .toList();
    }
}
