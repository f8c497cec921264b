package dev.spectraledge.analysis.experiment.spectral;

import dev.spectraledge.analysis.experiment.CurveFigure;
import dev.spectraledge.analysis.experiment.FigureName;
import dev.spectraledge.analysis.experiment.Findings;
import dev.spectraledge.analysis.experiment.PhaseFigures.Curve;
import dev.spectraledge.analysis.experiment.SpectrumCourse;
import dev.spectraledge.analysis.experiment.StudiedRun;
import dev.spectraledge.analysis.experiment.TableExperiment;
import dev.spectraledge.analysis.nulls.RandomSequence;
import dev.spectraledge.analysis.phase.PhaseSteps;
import dev.spectraledge.analysis.report.plot.Axis;
import dev.spectraledge.analysis.report.plot.Figure;
import dev.spectraledge.analysis.report.plot.Line;
import dev.spectraledge.analysis.report.plot.Palette;
import dev.spectraledge.kernels.PhiloxKey;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;

/**
 * How far a random projection to d numbers changes gap ratios (Spectral Edge Dynamics §5). Published: the mean relative error of
 * σ₁/σ₂ and σ₂/σ₃ over the windows of a run and three draws, d from 5W to 100W, with its pass mark of 10 % and the 5.7 % that are
 * claimed at d = 10W. Sketches are drawn by their law ({@link SketchLaw}), those of different windows apart, which changes no mean.
 * Controlled: the exact law of these spectra, with its bias; that of independent updates, whose singular values are all alike; the
 * rule 0.7/√d, which knows nothing of the run; and how often k* stays where it is.
 */
public final class JlError implements TableExperiment {
    static final String NAME = "jl-error";
    private static final long STREAM = 0x6a6c;
    private static final int[] PER_UPDATE = {5, 10, 20, 50, 100};
    private static final int CLAIMED_PER_UPDATE = 10;
    private static final double CLAIMED = 0.057;
    private static final double PASS = 0.10;
    private static final double RULE = 0.7;
    private static final int PUBLISHED_DRAWS = 3;
    /** In all, over windows that are spread evenly. */
    private static final int LAW_DRAWS = 4000;

    private static final int MOST_WINDOWS = 50;
    private static final int FEWEST_MODES = 3;
    private static final String[] RATIOS = {"r12", "r23"};
    /** In items of a window of independent updates. */
    private static final String IID = "/iid/";

    private static final List<Curve> CURVES = List.of(
            Curve.published("relative-error", "/", "three draws of each window", Palette.BLUE),
            Curve.solid("relative-error-by-law", "/", "law of these spectra", Palette.VERMILION),
            Curve.solid("relative-error-iid", IID, "independent updates", Palette.GREEN));

    @Override
    public String name() {
        return NAME;
    }

    @Override
    public String question() {
        return "How far does a random projection change gap ratios, and does that depend on the run?";
    }

    @Override
    public Findings measure(StudiedRun run, PhaseSteps phases) {
        Findings findings = new Findings();
        for (SpectrumCourse course : SpectrumCourse.all(run)) {
            List<double[]> windows = windows(course);
            if (course.window() >= FEWEST_MODES && !course.isSketched() && !windows.isEmpty()) {
                double[] steps = course.steps();
                measure(
                        course.key(),
                        windows,
                        (long) steps[steps.length - 1],
                        new PhiloxKey(
                                run.seed().orElse(0), STREAM + course.key().hashCode()),
                        findings);
            }
        }
        if (findings.measurements().isEmpty()) {
            SpectrumCourse.lack(
                    "no observer keeps whole updates or gradients in windows of " + FEWEST_MODES + " or more",
                    findings);
        }
        return findings;
    }

    /** Singular values of windows that are known to the last. */
    private static List<double[]> windows(SpectrumCourse course) {
        double[][] modes = IntStream.rangeClosed(1, course.window())
                .mapToObj(mode -> course.column("sigma_" + mode))
                .toArray(double[][]::new);
        List<double[]> windows = new ArrayList<>();
        for (int row = 0; row < course.steps().length; row++) {
            int window = row;
            double[] values =
                    Arrays.stream(modes).mapToDouble(mode -> mode[window]).toArray();
            if (Arrays.stream(values).allMatch(value -> value > 0)) {
                windows.add(values);
            }
        }
        return windows;
    }

    /** What is said of windows by their singular values. */
    static void measure(String item, List<double[]> windows, long last, PhiloxKey key, Findings findings) {
        int width = windows.getFirst().length;
        List<double[]> some = spread(windows);
        double[] alike = new double[width];
        Arrays.fill(alike, 1);
        RandomSequence random = new RandomSequence();
        random.seek(key, 0);
        for (int perUpdate : PER_UPDATE) {
            int dimension = perUpdate * width;
            String ofDimension = "/d=" + dimension;
            List<SketchErrors> published = SketchErrors.of(windows, RATIOS.length, dimension, PUBLISHED_DRAWS, random);
            List<SketchErrors> law = SketchErrors.of(some, RATIOS.length, dimension, LAW_DRAWS / some.size(), random);
            List<SketchErrors> independent =
                    SketchErrors.of(List.of(alike), RATIOS.length, dimension, LAW_DRAWS, random);
            for (int ratio = 0; ratio < RATIOS.length; ratio++) {
                String name = item + "/" + RATIOS[ratio] + ofDimension;
                String ofIid = item + IID + RATIOS[ratio] + ofDimension;
                SketchErrors three = published.get(ratio);
                findings.published("relative-error", name, last, three.mean());
                findings.published("relative-error-deviation", name, last, three.deviation());
                findings.published("largest-relative-error", name, last, three.largest());
                findings.published("passes", name, last, three.mean() < PASS ? 1 : 0);
                if (perUpdate == CLAIMED_PER_UPDATE) {
                    findings.published("within-claimed", name, last, three.mean() <= CLAIMED ? 1 : 0);
                }
                double expected = law.get(ratio).mean();
                double withoutEdge = independent.get(ratio).mean();
                findings.controlled("relative-error-by-law", name, last, expected);
                findings.controlled("bias-by-law", name, last, law.get(ratio).bias());
                findings.controlled("relative-error-iid", ofIid, last, withoutEdge);
                findings.controlled(
                        "bias-iid", ofIid, last, independent.get(ratio).bias());
                findings.controlled("error-over-iid", name, last, expected / withoutEdge);
            }
            findings.controlled(
                    "position-kept", item + ofDimension, last, law.getFirst().kept());
            findings.controlled("rule", item + ofDimension, last, RULE / Math.sqrt(dimension));
        }
        findings.figure(figure(item, width, last, findings));
    }

    private static List<double[]> spread(List<double[]> windows) {
        int count = Math.min(MOST_WINDOWS, windows.size());
        return IntStream.range(0, count)
                .mapToObj(index -> windows.get((int) ((long) index * windows.size() / count)))
                .toList();
    }

    private static Figure figure(String item, int width, long last, Findings findings) {
        CurveFigure errors = CurveFigure.marked(findings);
        double[] dimensions =
                Arrays.stream(PER_UPDATE).mapToDouble(per -> per * width).toArray();
        for (Curve curve : CURVES) {
            errors.curve(
                    curve.label(),
                    dimensions,
                    IntStream.of(PER_UPDATE)
                            .mapToDouble(per -> findings.value(
                                            curve.procedure(),
                                            curve.quantity(),
                                            item + curve.item() + "r23/d=" + per * width,
                                            last)
                                    .orElseThrow())
                            .toArray(),
                    curve.colour(),
                    curve.stroke());
        }
        errors.curve(
                "0.7/√d",
                dimensions,
                Arrays.stream(dimensions).map(d -> RULE / Math.sqrt(d)).toArray(),
                Palette.GREY,
                Line.Stroke.DASHED);
        return new Figure(
                FigureName.of(item),
                "Relative error of σ₂/σ₃ after a random projection: " + item,
                1,
                List.of(errors.panel(
                        "σ₂/σ₃ after projection, " + item, Axis.log("d"), Axis.log("mean relative error"))));
    }
}
