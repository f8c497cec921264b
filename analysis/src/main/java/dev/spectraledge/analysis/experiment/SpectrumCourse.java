package dev.spectraledge.analysis.experiment;

import dev.spectraledge.analysis.nulls.NullModel;
import dev.spectraledge.analysis.report.ObservedSpectrum;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;

/**
 * The full windows that an observer recorded while a run trained, or that an analysis of checkpoints found, by their table alone:
 * of updates as well as of gradients. Values that rounding may have chosen are NaN.
 */
public final class SpectrumCourse {
    /** Of a run that keeps what questions about windows need. */
    public static final String SETTINGS =
            "observers='[{name: windows, window: 25, alsoWindows: [10, 15, 20], stride: 100,"
                    + " subset: all, groups: true, nullEvery: 1}]' and evaluation.every=100, or an analysis with"
                    + " --windows 25,20,15,10 and --metrics,";

    private final ObservedSpectrum spectrum;
    private final String family;
    private final String key;
    private final int[] rows;

    private SpectrumCourse(ObservedSpectrum spectrum, String family, String key) {
        this.spectrum = spectrum;
        this.family = family;
        this.key = key;
        rows = IntStream.range(0, spectrum.table().rows())
                .filter(spectrum::isFull)
                .toArray();
    }

    /** All that a run has, those of its first observer first. */
    public static List<SpectrumCourse> all(StudiedRun run) {
        List<SpectrumCourse> courses = new ArrayList<>();
        Set<String> known = new HashSet<>();
        for (ObservedSpectrum spectrum : run.record().spectra()) {
            if (Double.isFinite(spectrum.stride())) {
                String kind = spectrum.isOfGradients() ? "gradients" : "updates";
                String stride = "/stride=" + (long) spectrum.stride();
                String width = "/W=" + spectrum.window();
                boolean isNew = known.add(kind + stride + width);
                String other = isNew ? "" : "/" + spectrum.name();
                courses.add(new SpectrumCourse(spectrum, kind + stride + other, kind + stride + other + width));
            }
        }
        return courses;
    }

    /** In items of findings: {@code updates/stride=100/W=10}; a further observer of the same has its name before the width. */
    public String key() {
        return key;
    }

    /** The same without the width: what windows of other widths of the same vectors have in common. */
    public String family() {
        return family;
    }

    /** W, updates or gradients in a window. */
    public int window() {
        return spectrum.window();
    }

    /** Whether singular values are those of random sketches. */
    public boolean isSketched() {
        return spectrum.table().columns().contains("sigma_standard_error_1");
    }

    /** Steps between neighbouring windows. */
    public long stride() {
        return (long) spectrum.stride();
    }

    /** Of the windows' ends. */
    public double[] steps() {
        return at(spectrum.steps());
    }

    /** A quantity of each window; NaN where it is not known. */
    public double[] column(String name) {
        return spectrum.column(name).map(this::at).orElseGet(() -> unknown(rows.length));
    }

    /** The same, as far as a window ends at one of some steps; NaN elsewhere. */
    public double[] column(String name, double[] wanted) {
        return lookUp(steps(), column(name), wanted);
    }

    /** The value that surrogates of a window do not exceed in 95 % of draws, for windows that have surrogates; NaN for all others. */
    public double[] upperBound(NullModel model, String name) {
        return spectrum.nullQuantiles(model, name)
                .map(nulls -> lookUp(nulls.steps(), nulls.high(), steps()))
                .orElseGet(() -> unknown(rows.length));
    }

    /** The same, as far as a window ends at one of some steps; NaN elsewhere. */
    public double[] upperBound(NullModel model, String name, double[] wanted) {
        return lookUp(steps(), upperBound(model, name), wanted);
    }

    private static double[] lookUp(double[] steps, double[] values, double[] wanted) {
        double[] found = unknown(wanted.length);
        int row = 0;
        for (int index = 0; index < wanted.length; index++) {
            while (row < steps.length && steps[row] < wanted[index]) {
                row++;
            }
            if (row < steps.length && steps[row] == wanted[index]) {
                found[index] = values[row];
            }
        }
        return found;
    }

    private double[] at(double[] values) {
        return IntStream.of(rows).mapToDouble(row -> values[row]).toArray();
    }

    private static double[] unknown(int length) {
        return IntStream.range(0, length).mapToDouble(index -> Double.NaN).toArray();
    }

    /** Says that there are no such windows, and which settings would have kept them. */
    public static void lack(String what, Findings findings) {
        findings.lack(what, SETTINGS);
    }
}
