package dev.spectraledge.analysis.decomposition;

import dev.spectraledge.analysis.offline.ChosenTensors;
import dev.spectraledge.kernels.Backend;
import dev.spectraledge.kernels.DType;
import dev.spectraledge.kernels.MemoryOwner;
import dev.spectraledge.kernels.Tensor;
import dev.spectraledge.trainer.io.SafetensorsFile;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

/**
 * The rows of a trajectory whose snapshots stand in files. A file is read when its turn comes, into memory for two
 * snapshots at most, however many there are.
 */
final class Trajectory {
    private final List<Path> files;
    private final RowKind kind;
    private final Snapshots snapshots;
    private final Map<String, String> leftOut;

    Trajectory(DecompositionSettings settings) {
        files = settings.files();
        kind = settings.rows();
        try (SafetensorsFile first = SafetensorsFile.open(files.getFirst())) {
            ChosenTensors chosen = SubsetNames.of(settings.subset(), first);
            snapshots = new Snapshots(first, chosen.selected());
            leftOut = chosen.leftOut();
        }
    }

    /** T. */
    int rows() {
        return kind.of(files.size());
    }

    /** P, the length of a row. */
    long parameters() {
        return snapshots.parameters();
    }

    DType type() {
        return snapshots.type();
    }

    /** Tensors of the first file that are no part of a row, with the reason. */
    Map<String, String> leftOut() {
        return leftOut;
    }

    /** Vectors of length P that a pass holds beside what its receiver does. */
    int buffers() {
        return kind == RowKind.UPDATES ? 3 : 1;
    }

    /** Gives every row {@code [1, P]} once, in order; it is overwritten by the next. */
    void pass(Backend backend, Consumer<Tensor> receiver) {
        try (MemoryOwner owner = MemoryOwner.open("pass over a trajectory")) {
            Tensor before = kind == RowKind.UPDATES ? snapshots.allocate(backend, owner) : null;
            Tensor after = snapshots.allocate(backend, owner);
            Tensor update = kind == RowKind.UPDATES ? snapshots.allocate(backend, owner) : null;
            for (int index = 0; index < files.size(); index++) {
                try (SafetensorsFile file = SafetensorsFile.open(files.get(index))) {
                    snapshots.read(file, after);
                }
                if (kind == RowKind.SNAPSHOTS) {
                    receiver.accept(after);
                    continue;
                }
                if (index > 0) {
                    backend.subtract(after, before, update);
                    receiver.accept(update);
                }
                Tensor read = after;
                after = before;
                before = read;
            }
        }
    }
}
