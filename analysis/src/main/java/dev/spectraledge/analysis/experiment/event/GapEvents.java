package dev.spectraledge.analysis.experiment.event;

import dev.spectraledge.analysis.experiment.Experiment;
import dev.spectraledge.analysis.experiment.Findings;
import dev.spectraledge.analysis.experiment.Objections;
import dev.spectraledge.analysis.experiment.StudiedRun;
import dev.spectraledge.analysis.phase.Phase;
import dev.spectraledge.analysis.phase.PhaseSteps;
import dev.spectraledge.analysis.phase.PhaseTable;
import dev.spectraledge.analysis.report.RunTable;
import dev.spectraledge.kernels.PhiloxKey;
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

/**
 * Whether events of the gap precede grokking (Thesis, abstract: 24 of 24 runs with weight decay, none without). From the windows
 * that observers recorded, by three rules ({@link GapRule}), for every observer of updates of θ_A: its item is
 * {@code W=10/stride=100}, that of the first observer the bare rule.
 *
 * <p>Published: a run that never reaches 0.95 has no decline by definition, and counts as not preceded. Controlled: such a run is
 * looked at up to the grok step of the run that it is the control of, and every run is compared with surrogates that know nothing
 * of that step ({@link Surrogate}; all three of the first observer's windows). The flip of v_1 and the onset of the defect are there
 * for each window and each cadence.
 */
public final class GapEvents implements Experiment {
    static final String PRECEDED = "preceded";
    private static final String NAME = "gap-events";
    private static final long STREAM = 0x65766e74;
    /** Every which record of the defect is looked at. */
    private static final int[] THINNED = {1, 2, 4};

    private static final String DEFECT = "defect";

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
        OptionalLong reference = own.isPresent() || matched == null ? own : OptionalLong.of(matched);
        if (reference.isPresent()) {
            findings.controlled("grokked", "run", reference.getAsLong(), own.isPresent() ? 1 : 0);
        } else {
            findings.lack(
                    "the run has not grokked; name a run at whose grok step it can be examined",
                    "the phases of another one (--phases-of RUN)");
        }
        PhiloxKey key = new PhiloxKey(run.config().training().seed(), STREAM);
        boolean isFirst = true;
        for (ObserverConfig observer : observers(run)) {
            RecordedWindows windows = RecordedWindows.of(run, observer);
            windows.describe(findings);
            if (reference.isPresent()) {
                List<Surrogate> surrogates = isFirst ? List.of(Surrogate.values()) : List.of(Surrogate.SHIFTS);
                windows.events(reference.getAsLong(), own.isPresent(), surrogates, isFirst, key, findings);
            }
            isFirst = false;
        }
        defect(run, reference, findings);
        return findings;
    }

    private static void defect(StudiedRun run, OptionalLong reference, Findings findings) {
        Path file = run.directory().resolve("defect.csv");
        RunTable table = Files.exists(file) ? RunTable.read(file) : null;
        if (table == null || table.rows() == 0) {
            findings.remark("no commutator defect was recorded (evaluation.defectEvery)");
            return;
        }
        RecordedSeries all = RecordedSeries.every(table, 1);
        all.curve(DEFECT, DEFECT, "run", findings);
        all.curve("relative-defect", "relative_defect", "run", findings);
        long last = (long) table.steps()[table.rows() - 1];
        findings.controlled("onset-step", DEFECT, last, onset(all));
        for (int thinned : THINNED) {
            if (table.rows() > thinned) {
                long every = (long) (table.steps()[thinned] - table.steps()[0]);
                RecordedSeries some = RecordedSeries.every(table, thinned);
                findings.controlled("onset-step", DEFECT + "/every=" + every, last, onset(some));
            }
        }
        reference.ifPresent(step -> findings.controlled(PRECEDED, DEFECT, step, onset(all) < (double) step ? 1 : 0));
    }

    /** The step of the onset; NaN if there is none. */
    private static double onset(RecordedSeries series) {
        return GapRule.firstStep(
                DetectorRules.named(DEFECT),
                series.steps(),
                series.column(DEFECT).orElseThrow());
    }
}
