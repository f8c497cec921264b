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
 * Whether no more modes stand out of a window than the Hessian has eigenvalues of at least 1/(ηW) (thesis S3). Published: k* ≤ 4,
 * with no Hessian. Controlled: the eigenvalues that Lanczos' method finds, counted; with the time that a window of W updates of
 * several steps really takes as well, 1/(ηW·stride), and at the lower end, where eigenvalues are as far below 0.
 */
public final class KrylovBound implements Experiment {
    static final String NAME = "krylov";

    /** Thesis §5. */
    private static final int WINDOW = 10;

    private static final int PUBLISHED_COUNT = 4;

    @Override
    public String name() {
        return NAME;
    }

    @Override
    public String question() {
        return "Do no more modes stand out of a window than the loss has directions of high curvature?";
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
            findings.published("edge-within-bound", "4", step, position <= PUBLISHED_COUNT ? 1 : 0);
            Lanczos spectrum = ends.of(theta, 0);
            findings.controlled("eigenvalue", "largest", step, spectrum.value(0));
            findings.controlled("eigenvalue-error-bound", "largest", step, spectrum.bound(0));
            findings.controlled("eigenvalue", "least", step, spectrum.value(spectrum.size() - 1));
            findings.controlled("eigenvalue-error-bound", "least", step, spectrum.bound(spectrum.size() - 1));
            counts(spectrum, ofUpdates, "updates", position, step, findings);
            counts(spectrum, ofSteps, "steps", position, step, findings);
        });
        findings.remark(
                "an eigenvalue that is there several times is counted once, and no more than " + HessianEnds.PRODUCTS
                        + " are; a count is certain where no value is within its error bound of the threshold");
        findings.figure(figure(findings));
        return findings;
    }

    private static void counts(
            Lanczos spectrum, double threshold, String item, int position, long step, Findings findings) {
        Count count = Count.of(spectrum, threshold);
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
     * @param isCertain whether none of all values is nearer to either than its error bound, and not all are beyond
     */
    record Count(int above, int below, boolean isCertain) {
        static Count of(Lanczos spectrum, double threshold) {
            int above = 0;
            int below = 0;
            boolean isCertain = true;
            for (int i = 0; i < spectrum.size(); i++) {
                double value = spectrum.value(i);
                above += value >= threshold ? 1 : 0;
                below += value <= -threshold ? 1 : 0;
                isCertain &= Math.abs(Math.abs(value) - threshold) > spectrum.bound(i);
            }
            return new Count(above, below, isCertain && above + below < spectrum.size());
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
