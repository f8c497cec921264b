package dev.spectraledge.analysis.report.compare;

import dev.spectraledge.analysis.report.EvenSample;
import dev.spectraledge.analysis.report.RunRecord;
import dev.spectraledge.trainer.RunException;
import dev.spectraledge.trainer.UsageException;
import dev.spectraledge.trainer.run.RunGroup;
import dev.spectraledge.trainer.sweep.PlannedRun;
import dev.spectraledge.trainer.sweep.SweepPlan;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/** Which directories are compared, and what each is called. Sweeps and groups of seeds stand for their runs. */
final class RunSelection {
    /** More curves are no longer looked at. */
    static final int MOST_RUNS = 64;

    private final Map<Path, String> labels = new LinkedHashMap<>();
    private final List<String> remarks = new ArrayList<>();
    private int waiting;

    /**
     * @throws UsageException if fewer than two different runs remain
     * @throws RunException if a directory is not there
     */
    RunSelection(List<Path> named) {
        for (Path directory : named) {
            Optional<SweepPlan> sweep = SweepPlan.readIfPlanned(directory);
            List<Path> members = RunGroup.members(directory);
            if (sweep.isPresent()) {
                sweep.get().runs().forEach(run -> addPlanned(sweep.get(), run));
            } else if (!members.isEmpty()) {
                members.forEach(member -> addIfBegun(member, name(member)));
            } else {
                add(directory, name(directory));
            }
        }
        if (waiting > 0) {
            remarks.add(waiting + (waiting == 1 ? " run has" : " runs have") + " not begun");
        }
        if (labels.size() < 2) {
            throw new UsageException("a comparison needs two different runs, got " + labels.size()
                    + (remarks.isEmpty() ? "" : " (" + String.join("; ", remarks) + ")"));
        }
    }

    private static String name(Path directory) {
        Path name = directory.toAbsolutePath().normalize().getFileName();
        return name == null ? directory.toString() : name.toString();
    }

    private void addPlanned(SweepPlan sweep, PlannedRun run) {
        String description = run.description();
        addIfBegun(sweep.directory(run), description.isEmpty() ? run.id() : description);
    }

    private void addIfBegun(Path directory, String label) {
        if (RunRecord.hasBegun(directory)) {
            add(directory, label);
        } else {
            waiting++;
        }
    }

    private void add(Path directory, String label) {
        Path real;
        try {
            real = directory.toRealPath();
        } catch (IOException absent) {
            throw RunException.of("cannot read", directory, absent);
        }
        if (labels.putIfAbsent(real, label) != null) {
            remarks.add(label + " was named twice and is shown once");
        }
    }

    /** The directories with what each is called, all different; of many as many as somebody can look at. */
    Map<Path, String> runs() {
        Map<Path, String> runs = new LinkedHashMap<>();
        EvenSample.of(List.copyOf(labels.keySet()), MOST_RUNS)
                .forEach(directory -> runs.put(directory, labels.get(directory)));
        return distinct(runs);
    }

    /** Those that have the same name are called by more and more of their paths. */
    private static Map<Path, String> distinct(Map<Path, String> runs) {
        for (int length = 2; ; length++) {
            Set<String> all = new HashSet<>();
            Set<String> ambiguous =
                    runs.values().stream().filter(label -> !all.add(label)).collect(Collectors.toSet());
            if (ambiguous.isEmpty()) {
                return runs;
            }
            int names = length;
            runs.replaceAll((directory, label) -> ambiguous.contains(label) ? ending(directory, names) : label);
        }
    }

    private static String ending(Path directory, int names) {
        int count = directory.getNameCount();
        return directory.subpath(Math.max(0, count - names), count).toString();
    }

    /** What was left out, a line each. */
    List<String> remarks() {
        List<String> all = new ArrayList<>(remarks);
        if (labels.size() > MOST_RUNS) {
            all.add("shown are " + MOST_RUNS + " of " + labels.size()
                    + " runs, evenly spread in the order in which they were named");
        }
        return all;
    }
}
