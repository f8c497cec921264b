package dev.spectraledge.analysis.lifecycle;

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
final class Evidence {
    private static final String SUFFIX = ".json";

    private final List<StudiedSeed> seeds;

    Evidence(List<StudiedSeed> seeds) {
        this.seeds = List.copyOf(seeds);
    }

    static Evidence read(SweepPlan plan) {
        List<StudiedSeed> seeds = new ArrayList<>();
        for (PlannedRun planned : plan.runs()) {
            Path directory = plan.directory(planned);
            Map<String, RecordedFindings> published = findings(StudySubject.folder(directory, "published"));
            Map<String, RecordedFindings> detected = findings(StudySubject.folder(directory, "detected"));
            if (!published.isEmpty() || !detected.isEmpty()) {
                RunConfig config = planned.config();
                if (config.training().weightDecay() > 0) {
                    published.putAll(findings(
                            StudySubject.jointFolder(plan.root(), config.task().name())));
                }
                seeds.add(new StudiedSeed(
                        config.task().name(),
                        config.training().weightDecay(),
                        config.training().seed(),
                        LifecycleRuns.title(planned),
                        published,
                        detected));
            }
        }
        return new Evidence(seeds);
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
    List<StudiedSeed> seeds() {
        return seeds;
    }

    /** All seeds of one kind of run. */
    List<StudiedSeed> seeds(String task, double weightDecay) {
        return seeds.stream()
                .filter(seed -> seed.task().equals(task) && seed.weightDecay() == weightDecay)
                .toList();
    }

    Optional<StudiedSeed> seed(String task, double weightDecay, long seed) {
        return seeds(task, weightDecay).stream()
                .filter(studied -> studied.seed() == seed)
                .findFirst();
    }

    boolean hasExperiment(String experiment) {
        return seeds.stream().anyMatch(seed -> seed.findings(experiment).isPresent());
    }
}
