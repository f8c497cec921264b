package dev.spectraledge.analysis.paper;

import dev.spectraledge.analysis.experiment.Measurement;
import dev.spectraledge.analysis.experiment.Procedure;
import dev.spectraledge.analysis.experiment.RecordedFindings;
import dev.spectraledge.analysis.report.plot.Axis;
import dev.spectraledge.analysis.report.plot.Band;
import dev.spectraledge.analysis.report.plot.Line;
import dev.spectraledge.analysis.report.plot.Panel;
import dev.spectraledge.analysis.report.plot.Reference;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.TreeMap;

/**
 * A panel of measurements against steps: for each item the median over the seeds, and the range of the seeds as a band;
 * solid for the first kind of run named, dashed for the second.
 *
 * @param title of the panel
 * @param axis label of the ordinate
 * @param logarithmic whether the ordinate is
 * @param subjects names of the {@link Subject}s of the runs, one or two
 * @param experiment where the measurements are
 * @param items with the quantity before a colon where it is not {@code quantity}
 * @param reference a horizontal line, or NaN
 */
public record CurveSide(
        String title,
        String axis,
        boolean logarithmic,
        List<String> subjects,
        String experiment,
        Procedure procedure,
        String quantity,
        List<String> items,
        double reference) {

    /** Empty if nothing of it was measured. */
    public Optional<Panel> draw(Evidence evidence) {
        List<Line> lines = new ArrayList<>();
        List<Band> bands = new ArrayList<>();
        for (int kind = 0; kind < subjects.size(); kind++) {
            List<SubjectRun> seeds = evidence.runs(subjects.get(kind));
            for (int item = 0; item < items.size(); item++) {
                draw(seeds, item, kind, lines, bands);
            }
        }
        if (lines.isEmpty()) {
            return Optional.empty();
        }
        return Optional.of(new Panel(
                title,
                Axis.linear("step"),
                logarithmic ? Axis.log(axis) : Axis.linear(axis),
                bands,
                lines,
                List.of(),
                Double.isNaN(reference) ? List.of() : List.of(new Reference(reference, ""))));
    }

    private void draw(List<SubjectRun> seeds, int item, int kind, List<Line> lines, List<Band> bands) {
        TreeMap<Long, List<Double>> points = new TreeMap<>();
        for (SubjectRun seed : seeds) {
            for (Measurement point : curve(seed, items.get(item))) {
                if (Double.isFinite(point.value()) && !(logarithmic && point.value() <= 0)) {
                    points.computeIfAbsent(point.step(), step -> new ArrayList<>())
                            .add(point.value());
                }
            }
        }
        if (points.isEmpty()) {
            return;
        }
        int size = points.size();
        double[] x = new double[size];
        double[] middle = new double[size];
        double[] low = new double[size];
        double[] high = new double[size];
        int index = 0;
        for (Map.Entry<Long, List<Double>> point : points.entrySet()) {
            List<Double> values = point.getValue().stream().sorted().toList();
            x[index] = point.getKey();
            low[index] = values.getFirst();
            high[index] = values.getLast();
            middle[index] = values.get((values.size() - 1) / 2);
            index++;
        }
        String label = label(items.get(item))
                + (subjects.size() > 1 ? ", " + seeds.getFirst().subject().label() : "");
        lines.add(kind == 0 ? Line.solid(label, x, middle, item) : Line.dashed(label, x, middle, item));
        if (seeds.size() > 1) {
            bands.add(new Band("", x, low, high, item, false));
        }
    }

    private List<Measurement> curve(SubjectRun seed, String item) {
        Selector selector = selector(item).of(seed.scale());
        Optional<RecordedFindings> findings = seed.findings(experiment);
        return findings.isEmpty() ? List.of() : findings.get().curve(procedure, selector.quantity(), selector.item());
    }

    /** What is drawn for one of the items. */
    Selector selector(String item) {
        int colon = item.indexOf(':');
        return new Selector(
                experiment,
                procedure,
                colon < 0 ? quantity : item.substring(0, colon),
                item.substring(colon + 1),
                OptionalLong.empty());
    }

    /** A window and its cadence are spelled out. */
    private static String label(String item) {
        return WindowName.spelled(item.replace(':', ' '));
    }
}
