package dev.spectraledge.analysis.experiment.dynamics;

import dev.spectraledge.analysis.experiment.StudiedRun;
import dev.spectraledge.analysis.experiment.VectorProducts;
import dev.spectraledge.analysis.experiment.WeightMatrix;
import dev.spectraledge.kernels.Backend;
import dev.spectraledge.kernels.DType;
import dev.spectraledge.kernels.MemoryOwner;
import dev.spectraledge.kernels.PhiloxKey;
import dev.spectraledge.kernels.Tensor;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * A subspace of all parameters spanned by some orthonormal vectors in each weight matrix, such as the first two principal
 * components of the matrix's trajectory (Lifecycle §4.24 to 4.26); those of different matrices have no element in common.
 */
final class BlockBasis {
    /** Components of each trajectory, as published. */
    static final int COMPONENTS = 2;

    private static final long STREAM = 0x7C00;

    private final Backend backend;
    private final List<Block> blocks;

    /** @param vectors FLOAT64 {@code [1, count, elements]} */
    private record Block(WeightMatrix matrix, Tensor vectors) {
        Tensor vector(int index) {
            return vectors.at(0).slice(0, index, index + 1L);
        }

        int count() {
            return Math.toIntExact(vectors.size(1));
        }
    }

    private BlockBasis(Backend backend, List<Block> blocks) {
        this.backend = backend;
        this.blocks = blocks;
    }

    /**
     * Principal components of W(t) − W(0) over all snapshots. A matrix that has not moved in as many directions has fewer of
     * them.
     */
    static BlockBasis ofTrajectory(StudiedRun run, Backend backend, MemoryOwner owner) {
        Map<String, List<WeightMatrix>> groups = new LinkedHashMap<>();
        for (WeightMatrix matrix : WeightMatrix.of(run.layout())) {
            groups.computeIfAbsent(matrix.block(), name -> new ArrayList<>()).add(matrix);
        }
        List<Long> steps = List.copyOf(run.steps());
        List<Block> blocks = new ArrayList<>();
        // Block by block: the displacements of all matrices together may not fit into memory.
        for (List<WeightMatrix> group : groups.values()) {
            try (MemoryOwner scratch = MemoryOwner.open("trajectories")) {
                for (MatrixTrajectory trajectory : MatrixTrajectory.read(run, backend, scratch, steps, group)) {
                    Block block = components(trajectory, backend, owner);
                    if (block.count() > 0) {
                        blocks.add(block);
                    }
                }
            }
        }
        return new BlockBasis(backend, blocks);
    }

    private static Block components(MatrixTrajectory trajectory, Backend backend, MemoryOwner owner) {
        PrincipalComponents components = PrincipalComponents.centred(trajectory.gram(backend), trajectory.size());
        int count = 0;
        while (count < Math.min(COMPONENTS, trajectory.size()) && components.share(count) > 0) {
            count++;
        }
        Block block = allocate(backend, owner, trajectory.matrix(), count);
        for (int index = 0; index < count; index++) {
            trajectory.combine(backend, components.coefficients(index), block.vector(index));
        }
        return block;
    }

    private static Block allocate(Backend backend, MemoryOwner owner, WeightMatrix matrix, int count) {
        return new Block(matrix, backend.allocate(owner, DType.FLOAT64, 1, count, matrix.elements()));
    }

    /** As many random directions in each matrix: the null of the other. */
    static BlockBasis random(Backend backend, MemoryOwner owner, List<WeightMatrix> matrices, long seed) {
        List<Block> drawn = new ArrayList<>();
        for (WeightMatrix matrix : matrices) {
            Block own = allocate(backend, owner, matrix, COMPONENTS);
            backend.normal(new PhiloxKey[] {new PhiloxKey(seed, STREAM + drawn.size())}, 0, 1, own.vectors());
            List<Tensor> done = new ArrayList<>();
            for (int index = 0; index < own.count(); index++) {
                Tensor vector = own.vector(index);
                VectorProducts.orthonormalise(backend, done, vector);
                done.add(vector);
            }
            drawn.add(own);
        }
        return new BlockBasis(backend, drawn);
    }

    /** ‖x − BBᵀx‖/‖x‖ for {@code vector [1, P]}, FLOAT64. */
    double residual(Tensor vector) {
        double square = VectorProducts.dot(backend, vector, vector);
        double captured = 0;
        for (Block block : blocks) {
            for (int index = 0; index < block.count(); index++) {
                double coordinate = VectorProducts.dot(
                        backend, block.vector(index), block.matrix().piece(vector));
                captured += coordinate * coordinate;
            }
        }
        return Math.sqrt(Math.max(0, 1 - captured / square));
    }

    /** √(1 − share²): the share of a vector that lies outside of a subspace from that inside, and the other way round. */
    static double complement(double share) {
        return Math.sqrt(Math.max(0, 1 - share * share));
    }

    /** Of the subspace. */
    int dimension() {
        return blocks.stream().mapToInt(Block::count).sum();
    }

    /** Takes BBᵀx of a training's vectors {@code [1, P]} of a type, again and again without allocating. */
    BlockProjection projection(Backend training, MemoryOwner owner, DType type, long size) {
        BlockProjection projection = new BlockProjection(training, owner, type, size);
        for (Block block : blocks) {
            projection.add(owner, block.matrix(), block.vectors());
        }
        return projection;
    }
}
