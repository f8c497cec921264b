package dev.spectraledge.analysis.experiment.dynamics;

import dev.spectraledge.analysis.experiment.WeightMatrix;
import dev.spectraledge.kernels.Backend;
import dev.spectraledge.kernels.DType;
import dev.spectraledge.kernels.MemoryOwner;
import dev.spectraledge.kernels.Tensor;
import java.util.ArrayList;
import java.util.List;

/** BBᵀx for the basis of {@link BlockBasis}, in the precision of a training and with nothing allocated; for one thread. */
final class BlockProjection {
    private final Backend backend;
    private final Tensor copy;
    private final Tensor parallel;
    private final List<Block> blocks = new ArrayList<>();

    /**
     * Of one matrix.
     *
     * @param vectors {@code [1, count, elements]}
     * @param part {@code [1, elements]} of the copied vector
     * @param result {@code [1, elements]} of the projection
     * @param coordinates FLOAT64 {@code [1, count]}
     */
    private record Block(Tensor vectors, Tensor part, Tensor result, Tensor coordinates) {}

    BlockProjection(Backend backend, MemoryOwner owner, DType type, long size) {
        this.backend = backend;
        copy = backend.allocate(owner, type, 1, size);
        parallel = backend.allocate(owner, type, 1, size);
    }

    /** @param vectors orthonormal, {@code [1, count, elements]} */
    void add(MemoryOwner owner, WeightMatrix matrix, Tensor vectors) {
        Tensor own = backend.allocate(owner, copy.type(), vectors.shape());
        backend.copy(vectors, own);
        blocks.add(new Block(
                own,
                matrix.piece(copy),
                matrix.piece(parallel),
                backend.allocate(owner, DType.FLOAT64, 1, vectors.size(1))));
    }

    /** BBᵀx of {@code vector [1, P]}, overwritten by the next one; zero outside of the matrices. */
    Tensor parallel(Tensor vector) {
        backend.copy(vector, copy);
        for (int index = 0; index < blocks.size(); index++) {
            Block block = blocks.get(index);
            backend.gramRow(block.vectors(), block.part(), block.coordinates());
            backend.combineRows(block.vectors(), block.coordinates(), block.result());
        }
        return parallel;
    }
}
