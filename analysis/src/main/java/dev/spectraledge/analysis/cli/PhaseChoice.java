package dev.spectraledge.analysis.cli;

import dev.spectraledge.analysis.experiment.StudiedRun;
import dev.spectraledge.analysis.phase.GrokRule;
import dev.spectraledge.analysis.phase.PhaseSteps;
import dev.spectraledge.trainer.UsageException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import java.util.regex.Pattern;
import picocli.CommandLine.Option;

/** Options of {@code sedge experiment} for the steps at which a run is looked at. */
final class PhaseChoice {
    private static final String DETECTED = "detected";
    private static final Pattern STEPS = Pattern.compile("\\d{1,18}(,\\d{1,18})*");

    @Option(
            names = "--phases",
            paramLabel = "WHICH",
            description = {
                "detected (default): phases that the run's own metrics show; a run that has not grokked "
                        + "is examined at its last snapshot.",
                "published: the steps that the paper hard-codes for every seed.",
                "STEP,STEP,…: these steps."
            })
    private String which;

    @Option(
            names = "--phases-of",
            paramLabel = "RUN2",
            description = "Use the phases detected in another run, for a run that never grokked.")
    private Path lender;

    /** Refuses what cannot be understood before anything is read. */
    void check() {
        if (which != null && lender != null) {
            throw new UsageException("--phases and --phases-of exclude each other");
        }
        if (which != null
                && !which.equals(DETECTED)
                && !which.equals(PhaseSteps.PUBLISHED)
                && !STEPS.matcher(which).matches()) {
            throw new UsageException(
                    "--phases cannot be '" + which + "'; it is detected, published, or steps such as 500,1000,3000");
        }
    }

    /**
     * For a run.
     *
     * @param talk receives a line where the run has no phases of its own
     */
    PhaseSteps of(StudiedRun run, Consumer<String> talk) {
        if (lender != null) {
            try (StudiedRun other = StudiedRun.open(lender, run.backends())) {
                return other.phases(run.steps());
            }
        }
        if (which == null || which.equals(DETECTED)) {
            PhaseSteps detected = run.phases(run.steps());
            if (run.grokStep().isEmpty()) {
                talk.accept(
                        run.name() + " has not grokked (its test accuracy never reached " + GrokRule.FIRST_95.accuracy()
                                + "), so only its last snapshot is examined; --phases-of RUN examines the phases of "
                                + "another run, --phases STEP,STEP,… any steps");
            }
            return detected;
        }
        return which.equals(PhaseSteps.PUBLISHED) ? PhaseSteps.published(run.task()) : PhaseSteps.given(steps(run));
    }

    private List<Long> steps(StudiedRun run) {
        List<Long> steps = new ArrayList<>();
        for (String text : which.split(",", -1)) {
            long step = Long.parseLong(text);
            if (!run.steps().contains(step)) {
                throw new UsageException("--phases: " + run.name() + " has no snapshot of step " + step
                        + "; the nearest is " + PhaseSteps.nearest(run.steps(), (double) step));
            }
            steps.add(step);
        }
        return steps;
    }
}
