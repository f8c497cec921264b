package dev.spectraledge.analysis.checkpoint;

import dev.spectraledge.trainer.run.CheckpointFolder;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.SortedMap;

/** The checkpoints of a folder in the order of their steps: what was found, what was left out and why. */
public final class CheckpointSeries {
    private final SortedMap<Long, Path> steps;
    private final Map<String, String> leftOut = new LinkedHashMap<>();

    private CheckpointSeries(SortedMap<Long, Path> steps) {
        this.steps = steps;
    }

    /**
     * Looks through a run directory, or a folder of files or of step folders of any program.
     *
     * @throws dev.spectraledge.trainer.RunException with one line if it cannot be read, holds no checkpoint, or holds two of
     *     the same step
     */
    public static CheckpointSeries of(Path folder) {
        return new CheckpointSeries(CheckpointFolder.list(folder));
    }

    /** Files or folders by step, in ascending order; not modifiable. */
    public SortedMap<Long, Path> steps() {
        return steps;
    }

    /** Opens the checkpoint of a step of {@link #steps()}. */
    public Checkpoint open(long step) {
        Path path = steps.get(step);
        return CheckpointForm.ALL.stream()
                .filter(form -> form.takes(path))
                .findFirst()
                .orElseThrow()
                .open(path);
    }

    /** Why files and folders are no checkpoints of the series, by their name. */
    public Map<String, String> leftOut() {
        return leftOut;
    }
}
