package dev.spectraledge.analysis.offline;

import dev.spectraledge.analysis.checkpoint.Checkpoint;
import dev.spectraledge.analysis.checkpoint.CheckpointSeries;
import dev.spectraledge.analysis.checkpoint.StoredTensor;
import dev.spectraledge.trainer.RunException;
import dev.spectraledge.trainer.io.NearestName;
import dev.spectraledge.trainer.io.Printable;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Checkpoints that are open side by side, all with the same tensors. */
final class OpenSeries implements AutoCloseable {
    private final List<Checkpoint> checkpoints = new ArrayList<>();
    private final List<Long> steps;
    /** Null until all checkpoints are open. */
    private UncutFiles files;

    /** Opens the checkpoints of {@code steps}; those that were opened are closed where one cannot be. */
    OpenSeries(CheckpointSeries series, List<Long> steps) {
        this.steps = List.copyOf(steps);
        try {
            for (long step : steps) {
                checkpoints.add(series.open(step));
            }
            files = new UncutFiles(files());
        } catch (RuntimeException | Error failure) {
            close();
            throw failure;
        }
    }

    private List<Path> files() {
        return checkpoints.stream()
                .flatMap(checkpoint -> checkpoint.tensors().values().stream())
                .map(StoredTensor::file)
                .distinct()
                .toList();
    }

    /**
     * Fails if somebody has cut a file meanwhile.
     *
     * @throws RunException with one line
     */
    void requireUncut() {
        if (!files.areUncut()) {
            throw cut(null);
        }
    }

    /** What is said of a file that somebody has cut; {@code cause} may be null. */
    RunException cut(Throwable cause) {
        return new RunException(
                checkpoints.getFirst().path().getParent()
                        + ": a checkpoint was cut or overwritten while it was read; programs that save a file under"
                        + " another name and rename it do not do that",
                cause);
    }

    int size() {
        return checkpoints.size();
    }

    long step(int index) {
        return steps.get(index);
    }

    Checkpoint get(int index) {
        return checkpoints.get(index);
    }

    /**
     * A tensor of every checkpoint, in their order.
     *
     * @throws RunException if one lacks it or has it in another shape than the first
     */
    List<StoredTensor> tensor(String name) {
        List<StoredTensor> tensors = new ArrayList<>();
        for (Checkpoint checkpoint : checkpoints) {
            StoredTensor tensor = checkpoint.tensors().get(name);
            if (tensor == null) {
                throw new RunException(checkpoint.path() + ": has no tensor '" + Printable.value(name)
                        + "', which " + checkpoints.getFirst().path().getFileName() + " has"
                        + NearestName.hint(name, checkpoint.tensors().keySet()));
            }
            if (!tensor.type().isFloating()) {
                throw new RunException(checkpoint.path() + ": tensor '" + Printable.value(name) + "' holds "
                        + tensor.type() + ", no floating-point numbers as in "
                        + checkpoints.getFirst().path().getFileName());
            }
            tensors.add(tensor);
            if (!tensor.shape().equals(tensors.getFirst().shape())) {
                throw new RunException(checkpoint.path() + ": tensor '" + Printable.value(name) + "' has shape "
                        + tensor.shape() + ", in "
                        + checkpoints.getFirst().path().getFileName() + " it is "
                        + tensors.getFirst().shape());
            }
        }
        return tensors;
    }

    @Override
    public void close() {
        if (files != null) {
            files.close();
        }
        checkpoints.reversed().forEach(Checkpoint::close);
        checkpoints.clear();
    }
}
