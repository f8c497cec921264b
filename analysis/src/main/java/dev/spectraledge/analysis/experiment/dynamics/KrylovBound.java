package dev.spectraledge.analysis.experiment.dynamics;

import dev.spectraledge.analysis.experiment.Cadences;
import dev.spectraledge.analysis.experiment.Experiment;
import dev.spectraledge.analysis.experiment.Findings;
import dev.spectraledge.analysis.experiment.Objections;
import dev.spectraledge.analysis.experiment.PhaseFigures;
import dev.spectraledge.analysis.experiment.PhaseFigures.Curve;
import dev.spectraledge.analysis.experiment.StudiedRun;
import dev.spectraledge.analysis.experiment.UpdateWindow;
import dev.spectraledge.analysis.phase.PhaseSteps;
import dev.spectraledge.analysis.phase.PhaseTable;
import dev.spectraledge.analysis.report.plot.Axis;
import dev.spectraledge.analysis.report.plot.Figure;
import dev.spectraledge.kernels.linalg.Lanczos;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Whether no more modes stand out of a window than the Hessian has eigenvalues of at least 1/(ηW) (thesis S3). Published: k* ≤ 4
 * and k* ≤ 5, with no Hessian. Controlled: the eigenvalues that Lanczos' method finds, counted; with the time that a window of W updates of
 * several steps really takes as well, 1/(ηW·stride), and at the lower end, where eigenvalues are as far below 0.
 */
public final class KrylovBound implements Experiment {
    static final String NAME = "krylov";

    /** Thesis §5. */
    private static final int WINDOW = 10;

    /** Typed in for two language models. */
    private static final int[] PUBLISHED_COUNTS = {4, 5};

    @Override
    public String name() {
        return NAME;
    }

    @Override
    public String question() {
        return "Do at most as many modes stand out of a window as the loss has directions of high curvature?";
    }

    @Override
    public Optional<String> objection(StudiedRun run) {
        return Objections.task(run, NAME);
    }

    @Override
    public Findings measure(StudiedRun run, PhaseSteps phases) {
        Findings findings = new Findings();
        Map<Long, Integer> positions = new LinkedHashMap<>();
        UpdateWindow.atEach(
                run,
                phases.steps(PhaseTable.A),
                WINDOW,
                findings,
                window -> positions.put(window.step(), position(window)));
        double ofUpdates = 1 / (run.learningRate() * WINDOW);
        double ofSteps = ofUpdates / Cadences.published(run);
        HessianEnds.atEach(run, positions.keySet(), (ends, step, theta) -> {
            int position = positions.get(step);
            findings.published("edge", "window", step, position);
            for (int count : PUBLISHED_COUNTS) {
                findings.published("edge-within-bound", String.valueOf(count), step, position <= count ? 1 : 0);
            }
            Lanczos spectrum = ends.of(theta, 0);
            found("largest", step, ends.eigenvalue(0), findings);
            found("least", step, ends.eigenvalue(spectrum.size() - 1), findings);
            counts(ends, spectrum, ofUpdates, "updates", position, step, findings);
            counts(ends, spectrum, ofSteps, "steps", position, step, findings);
        });
        findings.remark("an eigenvalue that occurs several times is counted once, and at most " + HessianEnds.PRODUCTS
                + " are counted; a count is certain where the values next to the threshold are farther "
                + "from it than their error bounds");
        findings.figure(figure(findings));
        return findings;
    }

    private static void found(String item, long step, HessianEnds.Eigenvalue eigenvalue, Findings findings) {
        findings.controlled("eigenvalue", item, step, eigenvalue.value());
        findings.controlled("eigenvalue-error-bound", item, step, eigenvalue.bound());
    }

    private static void counts(
            HessianEnds ends,
            Lanczos spectrum,
            double threshold,
            String item,
            int position,
            long step,
            Findings findings) {
        Count count = Count.of(ends, spectrum, threshold);
        findings.controlled("threshold", item, step, threshold);
        findings.controlled("count", item, step, count.above());
        findings.controlled("count-below-minus-threshold", item, step, count.below());
        findings.controlled("count-is-certain", item, step, count.isCertain() ? 1 : 0);
        findings.controlled("edge-within-bound", item, step, position <= count.above() ? 1 : 0);
    }

    /** k* = argmax σ_j/σ_{j+1}, the first of equals (thesis S2). */
    private static int position(UpdateWindow window) {
        int position = 1;
        for (int mode = 1; mode < window.size(); mode++) {
            // Without quotients, which need a floor.
            if (window.singularValue(mode - 1) * window.singularValue(position)
                    > window.singularValue(position - 1) * window.singularValue(mode)) {
                position = mode;
            }
        }
        return position;
    }

    /**
     * Ritz values beyond a threshold on both sides. Their number is never more than that of eigenvalues there (Cauchy's interlacing,
     * Parlett, The Symmetric Eigenvalue Problem, theorem 10.1.1).
     *
     * @param above at least the threshold
     * @param below at most minus the threshold
     * @param isCertain whether the values next to the threshold, on either side of it, are farther from it than their error bounds,
     *     and not all values are beyond
     */
    record Count(int above, int below, boolean isCertain) {
        static Count of(HessianEnds ends, Lanczos spectrum, double threshold) {
            int above = 0;
            while (above < spectrum.size() && spectrum.value(above) >= threshold) {
                above++;
            }
            int below = 0;
            while (below < spectrum.size() - above && spectrum.value(spectrum.size() - 1 - below) <= -threshold) {
                below++;
            }
            boolean isCertain = above + below < spectrum.size()
                    && isApart(ends, above - 1, threshold)
                    && isApart(ends, above, threshold)
                    && isApart(ends, spectrum.size() - 1 - below, -threshold)
                    && isApart(ends, spectrum.size() - below, -threshold);
            return new Count(above, below, isCertain);
        }

        private static boolean isApart(HessianEnds ends, int index, double threshold) {
            if (index < 0 || index >= ends.size()) {
                return true;
            }
            HessianEnds.Eigenvalue eigenvalue = ends.eigenvalue(index);
            return Math.abs(eigenvalue.value() - threshold) > eigenvalue.bound();
        }
    }

    private static Figure figure(Findings findings) {
        return new Figure(
                NAME,
                "Position of the edge, and eigenvalues of the Hessian that would allow it",
                1,
                List.of(PhaseFigures.panel(
                        "Modes and eigenvalues",
                        Axis.linear("step"),
                        Axis.linear("number"),
                        findings,
                        List.of(
                                Curve.published("edge", "window", "k*", 0),
                                Curve.solid("count", "updates", "eigenvalues of at least 1/(ηW)", 1),
                                Curve.solid("count", "steps", "of at least 1/(ηW·stride)", 2)),
                        List.of())));
    }
}
