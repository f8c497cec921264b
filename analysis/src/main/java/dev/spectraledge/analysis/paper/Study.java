package dev.spectraledge.analysis.paper;

import dev.spectraledge.analysis.experiment.Backends;
import dev.spectraledge.analysis.experiment.Experiment;
import dev.spectraledge.analysis.experiment.FindingsFolder;
import dev.spectraledge.analysis.experiment.JointExperiment;
import dev.spectraledge.analysis.experiment.StudiedRun;
import dev.spectraledge.analysis.phase.PhaseSteps;
import dev.spectraledge.analysis.protocol.Protocols;
import dev.spectraledge.trainer.RunException;
import dev.spectraledge.trainer.run.StatusLine;
import dev.spectraledge.trainer.sweep.PlannedRun;
import dev.spectraledge.trainer.sweep.RunStatus;
import dev.spectraledge.trainer.sweep.SweepPlan;
import dev.spectraledge.trainer.sweep.SweptState;
import dev.spectraledge.trainer.training.StopRequest;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/**
 * Makes every experiment on every run that has ended, several at once, and keeps what was found in the directories of the
 * runs. What is there already is not measured again, unless the run or the program has changed.
 */
public final class Study {
    private final Protocols protocols;
    private final StopRequest stopRequest;
    private final StatusLine line;
    private final List<Job> jobs = new ArrayList<>();
    private final List<String> failures = new ArrayList<>();
    private final List<String> faults = new ArrayList<>();
    private final List<String> present = new ArrayList<>();
    private int next;
    private int done;
    private int current;
    private long shownNanos;

    /** One experiment on one run at the steps of one origin. */
    private record Job(StudiedSubject subject, Experiment experiment, PhaseSteps phases) {
        String title() {
            return experiment.name() + " of " + subject.title() + ", " + phases.origin() + " phases";
        }
    }

    /**
     * How it went.
     *
     * @param jobs experiments to be made in all
     * @param current how many of them were there already
     * @param failures what could not be measured, a line each
     * @param faults the same where the program is to blame
     * @param complete false if it was asked to stop
     */
    public record Outcome(int jobs, int current, List<String> failures, List<String> faults, boolean complete) {}

    private Study(Protocols protocols, StatusLine line, StopRequest stopRequest) {
        this.protocols = protocols;
        this.line = line;
        this.stopRequest = stopRequest;
        this.shownNanos = line.now();
    }

    /**
     * Makes the experiments, as many at once as {@code parallel} says, and then those that ask the runs of a
     * subject that is no control together.
     *
     * @param protocols what is chosen of them
     * @param everyOrigin whether at detected phases as well as at published ones
     */
    public static Outcome run(
            Paper paper,
            SweepPlan plan,
            List<Experiment> experiments,
            List<JointExperiment> joint,
            Protocols protocols,
            boolean everyOrigin,
            int parallel,
            Backends backends,
            StatusLine line,
            StopRequest stopRequest) {
        Study study = new Study(protocols, line, stopRequest);
        if (experiments.isEmpty() && joint.isEmpty()) {
            return new Outcome(0, 0, List.of(), List.of(), true);
        }
        List<StudiedSubject> subjects = study.subjects(paper, plan, backends);
        try {
            return study.run(paper, plan, subjects, experiments, joint, everyOrigin, parallel);
        } finally {
            subjects.forEach(subject -> subject.run().close());
        }
    }

    private Outcome run(
            Paper paper,
            SweepPlan plan,
            List<StudiedSubject> subjects,
            List<Experiment> experiments,
            List<JointExperiment> joint,
            boolean everyOrigin,
            int parallel) {
        Set<Subject> seen = new HashSet<>();
        for (StudiedSubject subject : subjects) {
            boolean isFirst = seen.add(subject.subject());
            plan(
                    subject,
                    experiments.stream()
                            .filter(experiment -> paper.suite().asks(experiment.name(), subject.subject(), isFirst))
                            .toList(),
                    everyOrigin);
        }
        // The longest begin first, so that in the end no core waits for another's.
        jobs.sort(Comparator.comparing(job -> !job.experiment().trainsOn()));
        work(parallel);
        if (next == jobs.size()) {
            joint.forEach(experiment -> together(experiment, paper, plan, subjects));
        }
        return new Outcome(jobs.size(), current, List.copyOf(failures), List.copyOf(faults), next == jobs.size());
    }

    /** Runs that have ended, with their phases; those of which nothing can be asked are named. */
    private List<StudiedSubject> subjects(Paper paper, SweepPlan plan, Backends backends) {
        List<StudiedRun> runs = plan.runs().stream()
                .filter(run -> RunStatus.of(plan, run).state() == SweptState.DONE)
                .flatMap(run -> opened(paper, plan, run, backends).stream())
                .toList();
        return runs.stream()
                .map(run -> StudiedSubject.of(paper, run, lender(paper, run, runs)))
                .toList();
    }

    private Optional<StudiedRun> opened(Paper paper, SweepPlan plan, PlannedRun run, Backends backends) {
        try {
            return Optional.of(StudiedRun.open(plan.directory(run), backends, protocols));
        } catch (RunException unsuitable) {
            notMeasured(failures, paper.title(run.config()) + ": " + unsuitable.getMessage());
            return Optional.empty();
        }
    }

    /** The run of the same seed that a control takes its phases from. */
    private static Optional<StudiedRun> lender(Paper paper, StudiedRun run, List<StudiedRun> runs) {
        return paper.subjectOf(run.config())
                .flatMap(Subject::controlOf)
                .flatMap(lender -> runs.stream()
                        .filter(other -> other.config().training().seed()
                                        == run.config().training().seed()
                                && paper.subjectOf(other.config())
                                        .orElseThrow()
                                        .name()
                                        .equals(lender))
                        .findFirst());
    }

    private void plan(StudiedSubject subject, List<Experiment> experiments, boolean everyOrigin) {
        for (Experiment experiment : experiments) {
            if (experiment.suits(subject.run())) {
                List<PhaseSteps> phases = subject.phases();
                // A control has no phases of its own to be asked at beside the published ones.
                boolean several = everyOrigin
                        && experiment.dependsOnPhases()
                        && !subject.subject().isControl();
                int origins = several ? phases.size() : Math.min(1, phases.size());
                phases.subList(0, origins).forEach(steps -> jobs.add(new Job(subject, experiment, steps)));
            }
        }
    }

    private void together(JointExperiment experiment, Paper paper, SweepPlan plan, List<StudiedSubject> studied) {
        for (Subject subject : paper.subjects()) {
            Map<StudiedRun, FindingsFolder> folders = new LinkedHashMap<>();
            for (StudiedSubject run : studied) {
                if (run.subject().equals(subject)
                        && !subject.isControl()
                        && !run.phases().isEmpty()) {
                    folders.put(run.run(), run.findings(run.phases().getFirst()));
                }
            }
            List<StudiedRun> runs = List.copyOf(folders.keySet());
            if (!runs.isEmpty() && experiment.objection(runs).isEmpty()) {
                try {
                    new FindingsFolder(StudiedSubject.jointFolder(plan.root(), subject.name()))
                            .write(experiment, runs, experiment.measure(runs, folders::get));
                } catch (RunException failure) {
                    notMeasured(failures, experiment.name() + " of " + subject.name() + ": " + failure.getMessage());
                }
            }
        }
    }

    private void work(int parallel) {
        List<Future<?>> workers = new ArrayList<>();
        try (ExecutorService pool = Executors.newFixedThreadPool(
                parallel, Thread.ofPlatform().name("experiment-", 0).factory())) {
            for (int worker = 0; worker < parallel; worker++) {
                workers.add(pool.submit(() -> {
                    for (Optional<Job> job = take(); job.isPresent(); job = take()) {
                        measure(job.get());
                    }
                }));
            }
        }
        line.close();
        for (Future<?> worker : workers) {
            if (worker.state() == Future.State.FAILED) {
                throw new IllegalStateException("an experimenter has failed", worker.exceptionNow());
            }
        }
    }

    private synchronized Optional<Job> take() {
        if (stopRequest.isMade() || next == jobs.size()) {
            return Optional.empty();
        }
        return Optional.of(jobs.get(next++));
    }

    private void measure(Job job) {
        FindingsFolder folder = job.subject().findings(job.phases());
        StudiedRun run = job.subject().run();
        try {
            if (folder.isCurrent(job.experiment(), run, job.phases())) {
                finished(true);
                return;
            }
            begun(job);
            folder.write(job.experiment(), run, job.phases(), job.experiment().measure(run, job.phases()));
        } catch (RunException failure) {
            failed(failures, job, failure.getMessage());
        } catch (RuntimeException fault) {
            failed(faults, job, fault.toString());
        }
        finished(false);
        ended(job);
    }

    private synchronized void begun(Job job) {
        present.add(job.title());
        long now = line.now();
        if (line.isDue(shownNanos, now) || present.size() == 1) {
            show(now);
        }
    }

    private synchronized void ended(Job job) {
        present.remove(job.title());
        if (!present.isEmpty() && line.isDue(shownNanos, line.now())) {
            show(line.now());
        }
    }

    private void show(long now) {
        shownNanos = now;
        line.show(done + " of " + jobs.size() + " experiments done  " + String.join("; ", present));
    }

    private synchronized void finished(boolean wasThere) {
        done++;
        if (wasThere) {
            current++;
        }
    }

    private synchronized void failed(List<String> list, Job job, String reason) {
        notMeasured(list, job.title() + ": " + reason);
    }

    private void notMeasured(List<String> list, String text) {
        list.add(text);
        line.message("sedge: not measured: " + text);
    }
}
