package dev.spectraledge.analysis.paper;

import dev.spectraledge.analysis.experiment.FindingsFolder;
import dev.spectraledge.analysis.experiment.StudiedRun;
import dev.spectraledge.analysis.phase.PhaseSteps;
import dev.spectraledge.trainer.RunException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * A trained run of the paper and where it is looked at: at the steps of the paper, where it has any for the task, and at those
 * detected in the run's own metrics. A control takes the steps of the run that it is the control of.
 *
 * @param title for people
 * @param published the paper's steps that the run has reached; empty for a task without any
 * @param detected only the last snapshot if the run of that seed has not grokked, and empty if the paper has steps besides
 */
record StudiedSubject(
        Subject subject, StudiedRun run, String title, Optional<PhaseSteps> published, Optional<PhaseSteps> detected) {
    /** Of a run and, where it has not grokked itself, the one that lends it its phases. */
    static StudiedSubject of(Paper paper, StudiedRun run, Optional<StudiedRun> lender) {
        Subject subject = paper.subjectOf(run.config()).orElseThrow();
        Optional<PhaseSteps> published = paper.partOf(subject).publishedPhases()
                ? Optional.of(PhaseSteps.published(run.task()).within(run.steps()))
                : Optional.empty();
        return new StudiedSubject(
                subject,
                run,
                paper.title(run.config()),
                published,
                detected(run, lender.orElse(run), published.isEmpty()));
    }

    /** @param evenLast whether a run without a grok step is looked at in its last snapshot */
    private static Optional<PhaseSteps> detected(StudiedRun run, StudiedRun lender, boolean evenLast) {
        try {
            return evenLast || lender.grokStep().isPresent()
                    ? Optional.of(lender.phases(run.steps()))
                    : Optional.empty();
        } catch (RunException withoutMetrics) {
            return Optional.empty();
        }
    }

    /** All that are there, published ones first. */
    List<PhaseSteps> phases() {
        List<PhaseSteps> phases = new ArrayList<>();
        published.ifPresent(phases::add);
        detected.ifPresent(phases::add);
        return phases;
    }

    /** Where findings at these phases are kept. */
    FindingsFolder findings(PhaseSteps phases) {
        return new FindingsFolder(folder(run.directory(), phases.origin()));
    }

    /** @param origin {@code published} or {@code detected} */
    static Path folder(Path runDirectory, String origin) {
        return runDirectory.resolve("experiments").resolve(origin);
    }

    /** Of findings on all runs of a subject together. */
    static Path jointFolder(Path root, String subject) {
        return root.resolve("experiments").resolve(subject);
    }
}
