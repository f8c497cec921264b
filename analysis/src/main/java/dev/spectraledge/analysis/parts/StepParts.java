package dev.spectraledge.analysis.parts;

import dev.spectraledge.analysis.checkpoint.AdamMoments;
import dev.spectraledge.analysis.checkpoint.Checkpoint;
import dev.spectraledge.analysis.checkpoint.CheckpointSeries;
import dev.spectraledge.analysis.checkpoint.OptimizerState;
import dev.spectraledge.kernels.Workers;
import dev.spectraledge.trainer.RunException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * The parts of the step into each checkpoint of a series with which an optimiser's state was saved, in {@link
 * StepPartsTable#FILE_NAME}. A series that grows is followed: each checkpoint is measured once.
 */
public final class StepParts {
    private final SortedMap<Long, List<MatrixParts>> rows = new TreeMap<>();
    private final Set<Long> measured = new HashSet<>();
    private final List<String> remarks = new ArrayList<>();
    private final PartsOfMatrix measure;
    private final Path file;

    /**
     * Parts that no checkpoint has been asked for yet.
     *
     * @param folder where the table goes; made by others
     * @param givenRate η for all steps, instead of what checkpoints say: a schedule may already have moved on to the next
     *     step when a checkpoint is saved, which scales both parts alike
     */
    public StepParts(Path folder, OptionalDouble givenRate, Workers workers) {
        measure = new PartsOfMatrix(workers, givenRate);
        file = folder.resolve(StepPartsTable.FILE_NAME);
    }

    /**
     * Takes from the table of an earlier analysis the rows of these steps, whose checkpoints are what they were.
     *
     * @throws RunException with one line if there is a table that cannot be read
     */
    public void keep(Collection<Long> steps) {
        if (!Files.isRegularFile(file)) {
            return;
        }
        for (MatrixParts row : StepPartsTable.read(file)) {
            if (steps.contains(row.step())) {
                rows.computeIfAbsent(row.step(), step -> new ArrayList<>()).add(row);
            }
        }
        measured.addAll(rows.keySet());
    }

    /**
     * Deletes a table, which must not pass for one of this analysis.
     *
     * @throws RunException with one line if it is there and cannot be deleted
     */
    public void forget() {
        try {
            Files.deleteIfExists(file);
        } catch (IOException failure) {
            throw RunException.of("cannot delete", file, failure);
        }
    }

    /**
     * Measures those of some steps that have not been measured, and writes the table.
     *
     * @return the table; empty, and no file, where no checkpoint has a state
     * @throws RunException with one line if a checkpoint cannot be read, or a step is not finite
     */
    public Optional<Path> extend(CheckpointSeries series, Collection<Long> steps) {
        for (long step : steps) {
            if (measured.add(step)) {
                try (Checkpoint checkpoint = series.open(step)) {
                    add(step, checkpoint);
                }
            }
        }
        if (rows.isEmpty()) {
            forget();
            return Optional.empty();
        }
        StepPartsTable.write(file, rows.values().stream().flatMap(List::stream).toList());
        return Optional.of(file);
    }

    /** Sentences about states that could not be used, which are no reason for an analysis of the weights to fail. */
    public List<String> remarks() {
        return List.copyOf(remarks);
    }

    private void add(long step, Checkpoint checkpoint) {
        Optional<OptimizerState> state;
        try {
            state = checkpoint.optimizer();
        } catch (RunException unclear) {
            if (remarks.isEmpty()) {
                remarks.add("no exact parts of steps: " + unclear.getMessage());
            }
            return;
        }
        List<MatrixParts> found = state.stream()
                .flatMap(known -> known.moments().values().stream())
                .filter(StepParts::isMatrix)
                .map(moments -> measure.measure(step, moments))
                .toList();
        if (!found.isEmpty()) {
            rows.put(step, found);
        }
    }

    private static boolean isMatrix(AdamMoments moments) {
        return moments.parameter().shape().size() == 2 && moments.parameter().elements() > 0;
    }
}
