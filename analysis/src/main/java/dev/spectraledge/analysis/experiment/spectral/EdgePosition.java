package dev.spectraledge.analysis.experiment.spectral;

import dev.spectraledge.analysis.experiment.CurveFigure;
import dev.spectraledge.analysis.experiment.FigureName;
import dev.spectraledge.analysis.experiment.Findings;
import dev.spectraledge.analysis.experiment.Procedure;
import dev.spectraledge.analysis.experiment.SpectrumCourse;
import dev.spectraledge.analysis.experiment.StudiedRun;
import dev.spectraledge.analysis.experiment.TableExperiment;
import dev.spectraledge.analysis.nulls.NullModel;
import dev.spectraledge.analysis.phase.PhaseSteps;
import dev.spectraledge.analysis.report.GroupTable;
import dev.spectraledge.analysis.report.plot.Axis;
import dev.spectraledge.analysis.report.plot.Figure;
import dev.spectraledge.analysis.report.plot.Palette;
import dev.spectraledge.analysis.statistic.Statistics;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.IntStream;

/**
 * Where the edge of windows lies, which is said to be the higher the more complex a task is (Spectral Edge Dynamics §2.4, abstract).
 * Published: the mode of k* over the windows by plain argmax, by argmax above the noise edge and by mass-weighted argmax, and the
 * ratios at the positions that are fixed by convention, σ₂/σ₃ and σ₃/σ₄. Controlled: by argmax of rows of norm 1 and of rows without
 * their part along θ; by what factor the largest ratio exceeds the next, and in how many windows that is more than in 95 % of their
 * surrogates; in the window that ends when the test loss has first come to 1.6, so that optimisers are compared at equal loss; of each
 * part of the model alone; by energy in place of mass; and whether all definitions have one mode.
 */
public final class EdgePosition implements TableExperiment {
    static final String NAME = "edge-position";
    private static final int FEWEST = 10;
    private static final int MOST_MARKS = 400;
    /** The test loss at which optimisers are compared, written down before any run. */
    private static final double EQUAL_LOSS = 1.6;

    private static final String MARGIN = "k_star_margin";
    private static final Map<String, String> PUBLISHED =
            ordered("argmax", "k_star", "above-noise", "k_star_noise", "weighted", "k_star_weighted");
    private static final Map<String, String> CONTROLLED =
            ordered("unit", "unit_k_star", "transverse", "transverse_k_star");

    private static Map<String, String> ordered(String... namesAndColumns) {
        Map<String, String> map = new LinkedHashMap<>();
        for (int index = 0; index < namesAndColumns.length; index += 2) {
            map.put(namesAndColumns[index], namesAndColumns[index + 1]);
        }
        return map;
    }

    @Override
    public String name() {
        return NAME;
    }

    @Override
    public String question() {
        return "Where does the edge of a window lie, by which definition and by what margin?";
    }

    @Override
    public Findings measure(StudiedRun run, PhaseSteps phases) {
        Findings findings = new Findings();
        for (SpectrumCourse course : SpectrumCourse.all(run)) {
            if (course.steps().length >= FEWEST) {
                measure(course, findings);
                atLoss(run, course, findings);
            }
        }
        if (findings.measurements().isEmpty()) {
            SpectrumCourse.lack("no observer has " + FEWEST + " full windows", findings);
        }
        run.record().groups().ifPresent(groups -> byPart(groups, findings));
        return findings;
    }

    /** Of each part of the model alone, as optimisers may treat them differently: Muon moves the matrices inside blocks. */
    private static void byPart(GroupTable groups, Findings findings) {
        for (String part : groups.parts()) {
            double[] steps = groups.column(part, "step");
            double[] updates = groups.column(part, "window_updates");
            double[] positions = groups.column(part, "k_star");
            double width = Arrays.stream(updates).max().orElse(0);
            int[] full = IntStream.range(0, steps.length)
                    .filter(row -> updates[row] == width)
                    .toArray();
            if (full.length >= FEWEST) {
                position(
                        Procedure.CONTROLLED,
                        "groups/" + part + "/argmax",
                        IntStream.of(full).mapToDouble(row -> positions[row]).toArray(),
                        (long) steps[full[full.length - 1]],
                        new ArrayList<>(),
                        findings);
            }
        }
    }

    private static void measure(SpectrumCourse course, Findings findings) {
        double[] steps = course.steps();
        long last = (long) steps[steps.length - 1];
        findings.controlled("windows", course.key(), last, steps.length);
        List<Integer> modes = new ArrayList<>();
        PUBLISHED.forEach((name, column) ->
                position(Procedure.PUBLISHED, course.key() + "/" + name, course.column(column), last, modes, findings));
        CONTROLLED.forEach((name, column) -> position(
                Procedure.CONTROLLED, course.key() + "/" + name, course.column(column), last, modes, findings));
        position(
                Procedure.CONTROLLED, course.key() + "/energy-weighted", energyWeighted(course), last, modes, findings);
        findings.controlled(
                "definitions-agree",
                course.key(),
                last,
                modes.stream().distinct().count() == 1 ? 1 : 0);
        for (int mode = 2; mode <= 3; mode++) {
            double[] ratios = known(course.column("ratio_" + mode + (mode + 1)));
            if (ratios.length > 0) {
                findings.published(
                        "fixed-ratio", course.key() + "/r" + mode + (mode + 1), last, Statistics.mean(ratios));
            }
        }
        double[] margins = course.column(MARGIN);
        findings.controlled("margin", course.key(), last, Statistics.median(margins));
        int withSurrogates = 0;
        for (NullModel model : NullModel.values()) {
            String item = course.key() + "/" + model.title();
            double[] bounds = course.upperBound(model, MARGIN);
            int[] compared = IntStream.range(0, bounds.length)
                    .filter(row -> Double.isFinite(bounds[row]) && Double.isFinite(margins[row]))
                    .toArray();
            findings.controlled("windows-with-surrogates", item, last, compared.length);
            withSurrogates += compared.length;
            if (compared.length > 0) {
                findings.controlled(
                        "margin-beyond",
                        item,
                        last,
                        IntStream.of(compared)
                                        .filter(row -> margins[row] > bounds[row])
                                        .count()
                                / (double) compared.length);
            }
        }
        if (withSurrogates == 0) {
            findings.remark(
                    course.key() + ": no window has surrogates; an observer with nulls=true and nullEvery=1 draws them"
                            + " for every window");
        }
        findings.figure(figure(course));
    }

    /** Where the edge lies in the window that ends with the first evaluation at or below the loss; NaN where none does. */
    private static void atLoss(StudiedRun run, SpectrumCourse course, Findings findings) {
        if (run.records("test_loss")) {
            double[] steps = run.metrics().steps();
            double[] losses = run.metrics().require("test_loss");
            double[] reached = IntStream.range(0, steps.length)
                    .filter(row -> losses[row] <= EQUAL_LOSS)
                    .mapToDouble(row -> steps[row])
                    .limit(1)
                    .toArray();
            double[] ends = course.steps();
            findings.controlled(
                    "position-at-loss",
                    course.key() + "/argmax",
                    (long) ends[ends.length - 1],
                    reached.length == 0 ? Double.NaN : course.column("k_star", reached)[0]);
        }
    }

    private static void position(
            Procedure procedure, String item, double[] positions, long last, List<Integer> modes, Findings findings) {
        double[] known = known(positions);
        if (known.length > 0) {
            int mode = mode(known);
            modes.add(mode);
            findings.add(procedure, "position", item, last, mode);
            findings.add(
                    procedure,
                    "share",
                    item,
                    last,
                    Arrays.stream(known).filter(each -> each == mode).count() / (double) known.length);
        }
    }

    private static double[] energyWeighted(SpectrumCourse course) {
        double[][] modes = IntStream.rangeClosed(1, course.window())
                .mapToObj(mode -> course.column("sigma_" + mode))
                .toArray(double[][]::new);
        return IntStream.range(0, course.steps().length)
                .mapToDouble(row -> energyWeighted(
                        Arrays.stream(modes).mapToDouble(mode -> mode[row]).toArray()))
                .toArray();
    }

    /** argmax (σ_j²/Σσ²)·(σ_j/σ_{j+1}): the weighted definition by energy, which favours k* = 1 more; NaN where a σ is not known. */
    static double energyWeighted(double[] values) {
        double position = Double.NaN;
        double largest = -1;
        for (int mode = 1; mode < values.length; mode++) {
            double weighted = Math.pow(values[mode - 1], 3) / values[mode];
            if (Double.isNaN(weighted)) {
                return Double.NaN;
            }
            if (weighted > largest) {
                largest = weighted;
                position = mode;
            }
        }
        return position;
    }

    private static double[] known(double[] values) {
        return Arrays.stream(values).filter(Double::isFinite).toArray();
    }

    /** The most frequent value; of equals the smallest. */
    static int mode(double[] positions) {
        Map<Integer, Integer> counts = new TreeMap<>();
        Arrays.stream(positions).forEach(position -> counts.merge((int) position, 1, Integer::sum));
        return counts.entrySet().stream()
                .reduce((best, next) -> next.getValue() > best.getValue() ? next : best)
                .orElseThrow()
                .getKey();
    }

    private static Figure figure(SpectrumCourse course) {
        CurveFigure positions = CurveFigure.plain(new Findings());
        double[] steps = course.steps();
        int every = Math.ceilDiv(steps.length, MOST_MARKS);
        int colour = Palette.BLUE;
        for (Map.Entry<String, String> definition : PUBLISHED.entrySet()) {
            double[] values = course.column(definition.getValue());
            int[] shown = IntStream.range(0, steps.length)
                    .filter(row -> row % every == 0 && Double.isFinite(values[row]))
                    .toArray();
            positions.dots(
                    definition.getKey(),
                    definition.getKey(),
                    IntStream.of(shown).mapToDouble(row -> steps[row]).toArray(),
                    IntStream.of(shown).mapToDouble(row -> values[row]).toArray(),
                    colour++);
        }
        return new Figure(
                FigureName.of(course.key()),
                "Position of the edge: " + course.key(),
                1,
                List.of(positions.panel("k* by definition, " + course.key(), Axis.linear("step"), Axis.linear("k*"))));
    }
}
