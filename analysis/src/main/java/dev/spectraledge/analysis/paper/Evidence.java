package dev.spectraledge.analysis.paper;

import dev.spectraledge.analysis.experiment.RecordedFindings;
import dev.spectraledge.trainer.RunException;
import dev.spectraledge.trainer.config.RunConfig;
import dev.spectraledge.trainer.sweep.PlannedRun;
import dev.spectraledge.trainer.sweep.SweepPlan;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/** All findings on all runs of a plan; what was found on several together belongs to each of them. */
public final class Evidence {
    private static final String SUFFIX = ".json";

    private final List<SubjectRun> runs;

    Evidence(List<SubjectRun> runs) {
        this.runs = List.copyOf(runs);
    }

    static Evidence read(Paper paper, SweepPlan plan) {
        List<SubjectRun> runs = new ArrayList<>();
        for (PlannedRun planned : plan.runs()) {
            RunConfig config = planned.config();
            Subject subject = paper.subjectOf(config).orElseThrow();
            Path directory = plan.directory(planned);
            // Another paper may have asked the same run at its own fixed steps.
            Map<String, RecordedFindings> published = paper.partOf(subject).publishedPhases()
                    ? findings(StudiedSubject.folder(directory, "published"))
                    : new LinkedHashMap<>();
            Map<String, RecordedFindings> detected = findings(StudiedSubject.folder(directory, "detected"));
            if (!published.isEmpty() || !detected.isEmpty()) {
                published.putAll(findings(StudiedSubject.jointFolder(plan.root(), subject.name())));
                runs.add(new SubjectRun(
                        subject,
                        config.training().seed(),
                        paper.title(config),
                        RunScale.of(config),
                        published,
                        detected));
            }
        }
        return new Evidence(runs);
    }

    private static Map<String, RecordedFindings> findings(Path folder) {
        Map<String, RecordedFindings> found = new LinkedHashMap<>();
        if (Files.isDirectory(folder)) {
            try (Stream<Path> files = Files.list(folder)) {
                files.filter(file -> file.toString().endsWith(SUFFIX))
                        .sorted()
                        .map(RecordedFindings::read)
                        .forEach(findings -> found.put(findings.experiment(), findings));
            } catch (IOException failure) {
                throw RunException.of("cannot read", folder, failure);
            }
        }
        return found;
    }

    /** In the order of the plan. */
    public List<SubjectRun> runs() {
        return runs;
    }

    /** All seeds of one subject. */
    public List<SubjectRun> runs(String subject) {
        return runs.stream().filter(run -> run.subject().name().equals(subject)).toList();
    }

    Optional<SubjectRun> run(String subject, long seed) {
        return runs(subject).stream().filter(run -> run.seed() == seed).findFirst();
    }

    boolean hasExperiment(String experiment) {
        return runs.stream().anyMatch(run -> run.findings(experiment).isPresent());
    }
}
