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
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;

/** The parts of the step into each checkpoint of a series with which an optimiser's state was saved. */
public final class StepParts {
    private final List<MatrixParts> rows = new ArrayList<>();
    private final List<String> remarks = new ArrayList<>();
    private final PartsOfMatrix measure;

    private StepParts(PartsOfMatrix measure) {
        this.measure = measure;
    }

    /**
     * Writes {@link StepPartsTable#FILE_NAME} into a folder that is there, or nothing where no checkpoint has a state.
     *
     * @param givenRate η for all steps, instead of what checkpoints say: a schedule may already have moved on to the next
     *     step when a checkpoint is saved, which scales both parts alike
     * @return sentences about states that could not be used, which are no reason for an analysis of the weights to fail
     * @throws RunException with one line if a checkpoint cannot be read, or a step is not finite
     */
    public static List<String> write(CheckpointSeries series, Path folder, OptionalDouble givenRate, Workers workers) {
        StepParts parts = new StepParts(new PartsOfMatrix(workers, givenRate));
        for (long step : series.steps().keySet()) {
            try (Checkpoint checkpoint = series.open(step)) {
                parts.add(step, checkpoint);
            }
        }
        Path file = folder.resolve(StepPartsTable.FILE_NAME);
        if (parts.rows.isEmpty()) {
            delete(file);
        } else {
            StepPartsTable.write(file, parts.rows);
        }
        return parts.remarks;
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
        state.ifPresent(known -> known.moments().values().stream()
                .filter(StepParts::isMatrix)
                .forEach(moments -> rows.add(measure.measure(step, moments))));
    }

    private static boolean isMatrix(AdamMoments moments) {
        return moments.parameter().shape().size() == 2 && moments.parameter().elements() > 0;
    }

    /** A table of an earlier analysis in the same folder must not pass for one of this. */
    private static void delete(Path file) {
        try {
            Files.deleteIfExists(file);
        } catch (IOException failure) {
            throw RunException.of("cannot delete", file, failure);
        }
    }
}
