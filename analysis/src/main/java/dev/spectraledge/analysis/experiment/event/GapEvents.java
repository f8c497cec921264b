package dev.spectraledge.analysis.experiment.event;

import dev.spectraledge.analysis.experiment.Experiment;
import dev.spectraledge.analysis.experiment.Findings;
import dev.spectraledge.analysis.experiment.Objections;
import dev.spectraledge.analysis.experiment.StudiedRun;
import dev.spectraledge.analysis.phase.Phase;
import dev.spectraledge.analysis.phase.PhaseSteps;
import dev.spectraledge.analysis.phase.PhaseTable;
import dev.spectraledge.analysis.report.RunTable;
import dev.spectraledge.trainer.Observed;
import dev.spectraledge.trainer.ParameterSubset;
import dev.spectraledge.trainer.config.ObserverConfig;
import dev.spectraledge.trainer.run.RunDirectory;
import dev.spectraledge.trainer.warning.DetectorRules;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.stream.IntStream;

/**
 * Whether events of the gap precede grokking (Thesis, abstract: 24 of 24 runs with weight decay, none without). From the windows
 * that observers recorded, by three rules ({@link GapRule}), for every observer of updates of θ_A: its item is
 * {@code W=10/stride=100}, that of the first observer the bare rule.
 *
 * <p>Published: a run that never reaches 0.95 has no decline by definition, and counts as not preceded. Controlled: such a run is
 * looked at up to the grok step of the run that it is the control of, and every run's values are shifted in time.
 */
public final class GapEvents implements Experiment {
    private static final String NAME = "gap-events";
    private static final int MOST_SHIFTS = 199;
    private static final int MOST_POINTS = 400;
    private static final String DEFECT = "defect";
    private static final String SHARE = "gradient_share_1";
    private static final String PRECEDED = "preceded";

    @Override
    public String name() {
        return NAME;
    }

    @Override
    public String question() {
        return "Which events of the gap precede grokking, and do they come as often without it?";
    }

    @Override
    public Optional<String> objection(StudiedRun run) {
        return Objections.when(
                observers(run).isEmpty() || !run.hasMetrics(),
                "needs what an observer of updates recorded while it trained (observers, evaluation.every)");
    }

    @Override
    public boolean dependsOnPhases() {
        return false;
    }

    private static List<ObserverConfig> observers(StudiedRun run) {
        return run.config().observers().stream()
                .filter(observer -> observer.of() == Observed.UPDATES
                        && observer.subset() == ParameterSubset.ATTENTION
                        && Files.exists(RunDirectory.spectrum(run.directory(), run.config(), observer.name())))
                .toList();
    }

    @Override
    public Findings measure(StudiedRun run, PhaseSteps phases) {
        Findings findings = new Findings();
        OptionalLong own = run.grokStep();
        Long matched = phases.of(PhaseTable.A).get(Phase.AT_GROK);
        if (own.isEmpty() && matched == null) {
            findings.lack(
                    "the run has not grokked, and there is no run whose grok step it could be looked at",
                    "the phases of another one (--phases-of RUN)");
            return findings;
        }
        long reference = own.orElseGet(() -> matched);
        findings.controlled("grokked", "run", reference, own.isPresent() ? 1 : 0);
        boolean first = true;
        for (ObserverConfig observer : observers(run)) {
            RunTable table = RunTable.read(RunDirectory.spectrum(run.directory(), run.config(), observer.name()));
            windows(table, observer, reference, own.isPresent(), first, findings);
            first = false;
        }
        defect(run, reference, findings);
        return findings;
    }

    private static void windows(
            RunTable table,
            ObserverConfig observer,
            long reference,
            boolean grokked,
            boolean first,
            Findings findings) {
        String item = "W=" + observer.window() + "/stride=" + observer.stride();
        int[] full = full(table, observer.window());
        double[] steps = at(table.steps(), full);
        for (GapRule rule : GapRule.values()) {
            Optional<double[]> column = table.column(rule.column());
            if (!rule.canFire(steps, (double) reference)) {
                findings.remark("before step " + reference + " there are too few windows of " + item + " for the rule "
                        + rule.key() + " to be met");
            } else if (column.isPresent()) {
                double[] values = at(column.get(), full);
                events(rule, steps, values, reference, grokked, rule.key() + "/" + item, findings);
                if (first) {
                    events(rule, steps, values, reference, grokked, rule.key(), findings);
                }
            }
        }
        curve("relative-g23", GapRule.HALF_MAXIMUM.column(), item, table, full, findings);
        curve("gradient-share", SHARE, item, table, full, findings);
        table.column(SHARE).ifPresent(shares -> {
            double flip = GapRule.firstStep(DetectorRules.named("gradient_share"), steps, at(shares, full));
            findings.controlled("flip-step", item, reference, flip);
            findings.controlled("flip-over-grok", item, reference, flip / reference);
        });
    }

    /** What one rule says of one series. */
    static void events(
            GapRule rule,
            double[] steps,
            double[] values,
            long reference,
            boolean grokked,
            String item,
            Findings findings) {
        boolean preceded = rule.precedes(steps, values, (double) reference);
        findings.published(PRECEDED, item, reference, grokked && preceded ? 1 : 0);
        findings.controlled(PRECEDED, item, reference, preceded ? 1 : 0);
        findings.controlled(
                "preceded-when-shifted",
                item,
                reference,
                rule.shareOfShifts(steps, values, (double) reference, MOST_SHIFTS));
        if (rule == GapRule.DECLINE) {
            double decline = GapRule.decline(steps, values, (double) reference);
            findings.published("decline", item, reference, grokked ? decline : Double.NaN);
            findings.controlled("decline", item, reference, decline);
        }
    }

    private static void defect(StudiedRun run, long reference, Findings findings) {
        Path file = run.directory().resolve("defect.csv");
        if (!Files.exists(file)) {
            findings.remark("no commutator defect was recorded (evaluation.defectEvery)");
            return;
        }
        RunTable table = RunTable.read(file);
        int[] all = IntStream.range(0, table.rows()).toArray();
        curve(DEFECT, DEFECT, "run", table, all, findings);
        curve("relative-defect", "relative_defect", "run", table, all, findings);
        double onset = GapRule.firstStep(DetectorRules.named(DEFECT), table.steps(), table.require(DEFECT));
        findings.controlled("onset-step", DEFECT, reference, onset);
        findings.controlled(PRECEDED, DEFECT, reference, onset < reference ? 1 : 0);
    }

    private static void curve(
            String quantity, String column, String item, RunTable table, int[] rows, Findings findings) {
        table.column(column).ifPresent(values -> {
            double[] steps = table.steps();
            int every = Math.max(1, (rows.length + MOST_POINTS - 1) / MOST_POINTS);
            for (int index = 0; index < rows.length; index += every) {
                double value = values[rows[index]];
                if (!Double.isNaN(value)) {
                    findings.controlled(quantity, item, (long) steps[rows[index]], value);
                }
            }
        });
    }

    /** Rows of windows that are full; the first ones of a run have fewer updates, and their gap is another thing. */
    private static int[] full(RunTable table, int window) {
        double[] updates = table.column("window_updates").orElse(new double[0]);
        return IntStream.range(0, updates.length)
                .filter(row -> updates[row] >= window)
                .toArray();
    }

    private static double[] at(double[] values, int[] rows) {
        return IntStream.of(rows).mapToDouble(row -> values[row]).toArray();
    }
}
