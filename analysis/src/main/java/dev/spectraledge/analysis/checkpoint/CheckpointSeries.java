package dev.spectraledge.analysis.checkpoint;

import dev.spectraledge.trainer.RunException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.regex.Pattern;

/**
 * The checkpoints of a folder in the order of their steps: what was found, what was left out and why. A series may be read
 * from several threads.
 */
public final class CheckpointSeries {
    private static final Pattern FILE_TYPE =
            Pattern.compile("\\.(safetensors|pt|pth|bin|ckpt)$", Pattern.CASE_INSENSITIVE);

    private final Path folder;
    private final Boundary boundary;
    private final SortedMap<Long, Path> steps = new TreeMap<>();
    private final Map<String, String> leftOut = new LinkedHashMap<>();
    /** What checkpoints that were opened say of their step, by the step in their name. */
    private final ConcurrentSkipListMap<Long, Long> ownSteps = new ConcurrentSkipListMap<>();

    private CheckpointSeries(Path folder, Boundary boundary) {
        this.folder = folder;
        this.boundary = boundary;
    }

    /**
     * Looks through a run directory, or a folder of files or of step folders of any program. A folder that is one checkpoint
     * itself makes a series of one.
     *
     * @throws RunException with one line if it cannot be read, holds no checkpoint, or holds two of the same step
     */
    public static CheckpointSeries of(Path folder) {
        Path inside = folder.resolve("checkpoints");
        Path searched = Files.isDirectory(inside) ? inside : folder;
        List<Path> entries = FileNames.in(searched);
        CheckpointSeries series = new CheckpointSeries(searched, Boundary.of(folder));
        series.take(series.candidates(entries));
        if (series.steps.isEmpty()) {
            throw new RunException(searched + ": holds no checkpoints, files or folders named by step, like"
                    + " step_000100.safetensors or checkpoint-100" + series.reason());
        }
        return series;
    }

    private List<Path> candidates(List<Path> entries) {
        List<Path> candidates = new ArrayList<>();
        for (Path entry : entries) {
            String name = FileNames.of(entry);
            if (name.startsWith(".")) {
                continue;
            }
            Optional<String> reason = whyLeftOut(entry);
            reason.ifPresentOrElse(why -> leftOut.put(name, why), () -> candidates.add(entry));
        }
        return candidates;
    }

    private Optional<String> whyLeftOut(Path entry) {
        try {
            boundary.require(entry);
        } catch (RunException outside) {
            return Optional.of("a link to nowhere or out of " + folder + ", which is not followed");
        }
        if (!Files.isDirectory(entry) && Companions.reason(entry).isPresent()) {
            return Companions.reason(entry);
        }
        Optional<CheckpointForm> form = CheckpointForm.of(entry);
        if (form.isPresent()) {
            return form.get() instanceof DistributedForm ? Optional.of(DistributedForm.DESCRIPTION) : Optional.empty();
        }
        return Optional.of(
                Files.isDirectory(entry) ? "a folder without a checkpoint of a known form" : "no file of weights");
    }

    private void take(List<Path> candidates) {
        Map<Path, String> stems = new LinkedHashMap<>();
        candidates.forEach(path -> stems.put(path, stem(path)));
        StepNames names = new StepNames(stems.values());
        boolean anyNamed =
                stems.values().stream().anyMatch(stem -> names.of(stem).isPresent());
        if (!anyNamed && CheckpointForm.of(folder).isPresent()) {
            takeWhole();
            return;
        }
        stems.forEach((path, stem) -> {
            OptionalLong step = anyNamed ? names.of(stem) : ownStep(path);
            if (step.isPresent()) {
                take(step.getAsLong(), path, stem);
            } else {
                leftOut.put(FileNames.of(path), "there is no step in its name" + (anyNamed ? "" : " or in the file"));
            }
        });
    }

    /** The folder is one checkpoint. */
    private void takeWhole() {
        Path named = folder.toAbsolutePath().normalize();
        OptionalLong own = ownStep(folder);
        OptionalLong step = own.isPresent() ? own : StepNames.behindWord(FileNames.of(named));
        steps.put(
                step.orElseThrow(() ->
                        new RunException(folder + ": is one checkpoint, with no step in its name or in the file")),
                folder);
    }

    private static String stem(Path path) {
        return FILE_TYPE.matcher(FileNames.of(path)).replaceFirst("");
    }

    /** One checkpoint in two forms is one checkpoint; two of one step are two runs. */
    private void take(long step, Path path, String stem) {
        Path other = steps.putIfAbsent(step, path);
        if (other == null) {
            return;
        }
        if (!stem(other).equals(stem)) {
            throw new RunException(folder + ": both " + FileNames.of(other) + " and " + FileNames.of(path)
                    + " are checkpoints of step " + step);
        }
        boolean better = new SafetensorsForm().takes(path);
        steps.put(step, better ? path : other);
        leftOut.put(
                FileNames.of(better ? other : path), "the same checkpoint as " + FileNames.of(better ? path : other));
    }

    private OptionalLong ownStep(Path path) {
        try (Checkpoint checkpoint = StoredCheckpoint.open(path, boundary)) {
            return checkpoint.step();
        }
    }

    private String reason() {
        return leftOut.entrySet().stream()
                .filter(entry -> !entry.getValue().startsWith("no file"))
                .map(entry -> "; " + entry.getKey() + ": " + entry.getValue())
                .findFirst()
                .orElse("");
    }

    /** Files or folders by step, in ascending order; not modifiable. */
    public SortedMap<Long, Path> steps() {
        return Collections.unmodifiableSortedMap(steps);
    }

    /**
     * Opens the checkpoint of a step of {@link #steps()}.
     *
     * @throws RunException with one line if it is damaged, leads out of the folder, or says of itself that it is older than
     *     one before it
     */
    public Checkpoint open(long step) {
        Checkpoint checkpoint = StoredCheckpoint.open(steps.get(step), boundary);
        try {
            checkpoint.step().ifPresent(own -> requireInOrder(step, own));
            return checkpoint;
        } catch (RunException backwards) {
            checkpoint.close();
            throw backwards;
        }
    }

    private void requireInOrder(long step, long own) {
        ownSteps.put(step, own);
        Map.Entry<Long, Long> before = ownSteps.lowerEntry(step);
        Map.Entry<Long, Long> after = ownSteps.higherEntry(step);
        if (before != null && before.getValue() >= own) {
            throw backwards(before, step, own);
        }
        if (after != null && after.getValue() <= own) {
            throw backwards(Map.entry(step, own), after.getKey(), after.getValue());
        }
    }

    private RunException backwards(Map.Entry<Long, Long> before, long step, long own) {
        return new RunException(folder + ": goes backwards: by its name " + FileNames.of(steps.get(step)) + " follows "
                + FileNames.of(steps.get(before.getKey())) + ", but inside they say to be of step " + own + " and "
                + before.getValue() + "; checkpoints of different runs do not form a series");
    }

    /** Why files and folders are no checkpoints of the series, by their name. */
    public Map<String, String> leftOut() {
        return Collections.unmodifiableMap(leftOut);
    }
}
