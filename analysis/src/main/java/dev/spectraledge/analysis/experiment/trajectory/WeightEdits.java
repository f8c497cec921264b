package dev.spectraledge.analysis.experiment.trajectory;

import dev.spectraledge.kernels.Backend;
import dev.spectraledge.kernels.DType;
import dev.spectraledge.kernels.MemoryOwner;
import dev.spectraledge.kernels.Tensor;
import dev.spectraledge.kernels.linalg.DenseSvd;
import dev.spectraledge.trainer.ParameterGroup;
import dev.spectraledge.trainer.model.ParameterLayout;
import dev.spectraledge.trainer.model.ParameterSpec;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * What is done to the difference x of weights from a point, which is then added again (thesis §5.10): scaled, pruned to its largest
 * elements, or every matrix of it truncated to a rank. All vectors are FLOAT64 {@code [1, P]}.
 */
final class WeightEdits {
    private final Backend backend;
    private final Tensor point;
    private final Tensor difference;
    private final List<Piece> pieces = new ArrayList<>();
    private final double[] magnitudes;

    /**
     * A matrix of x, decomposed.
     *
     * @param offset of its first element
     * @param left U·diag(σ), {@code [rows, modes]}
     * @param right Vᵀ, {@code [1, modes, columns]}
     */
    private record Piece(boolean isAttention, long offset, Tensor left, Tensor right) {}

    /**
     * Of weights measured from a point.
     *
     * @param owner of copies and decompositions
     */
    WeightEdits(Backend backend, MemoryOwner owner, ParameterLayout layout, Tensor weights, Tensor point) {
        this.backend = backend;
        this.point = point;
        difference = backend.allocate(owner, DType.FLOAT64, 1, weights.size(1));
        backend.subtract(weights, point, difference);
        for (ParameterSpec spec : layout.specs()) {
            if (spec.shape().length == 2) {
                decompose(owner, spec, layout.offset(spec.name()));
            }
        }
        magnitudes = new double[Math.toIntExact(weights.size(1))];
        MemorySegment.copy(difference.segment(), ValueLayout.JAVA_DOUBLE, 0, magnitudes, 0, magnitudes.length);
        for (int index = 0; index < magnitudes.length; index++) {
            magnitudes[index] = Math.abs(magnitudes[index]);
        }
        Arrays.sort(magnitudes);
    }

    /** A packed projection is the matrices that it is made of. */
    private void decompose(MemoryOwner owner, ParameterSpec spec, long offset) {
        int rows = Math.toIntExact(spec.shape()[0]) / spec.stacked();
        int columns = Math.toIntExact(spec.shape()[1]);
        int modes = Math.min(rows, columns);
        for (int index = 0; index < spec.stacked(); index++) {
            long begin = offset + (long) index * rows * columns;
            Tensor left = backend.allocate(owner, DType.FLOAT64, rows, modes);
            Tensor right = backend.allocate(owner, DType.FLOAT64, 1, modes, columns);
            try (MemoryOwner scratch = MemoryOwner.open("decomposition of a matrix")) {
                DenseSvd svd = new DenseSvd(scratch, DType.FLOAT64, rows, columns);
                svd.decompose(difference
                        .slice(1, begin, begin + (long) rows * columns)
                        .reshape(rows, columns));
                for (int row = 0; row < rows; row++) {
                    for (int mode = 0; mode < modes; mode++) {
                        left.set(
                                svd.leftVectors().get(row, mode)
                                        * svd.singularValues().get(mode),
                                row,
                                mode);
                    }
                }
                backend.copy(svd.rightVectors(), right.at(0));
            }
            pieces.add(new Piece(spec.group() == ParameterGroup.ATTENTION, begin, left, right));
        }
    }

    /** out ← point + s·x. */
    void scale(double factor, Tensor out) {
        backend.copy(point, out);
        backend.axpy(factor, difference, out);
    }

    /** out ← point + x without its smallest elements, of which a share stays. */
    void prune(double kept, Tensor out) {
        int removed = (int) Math.round((1 - kept) * magnitudes.length);
        double least = removed == magnitudes.length ? Double.POSITIVE_INFINITY : magnitudes[removed];
        backend.copy(point, out);
        for (long index = 0; index < magnitudes.length; index++) {
            double element = difference.get(0, index);
            if (Math.abs(element) >= least) {
                out.set(out.get(0, index) + element, 0, index);
            }
        }
    }

    /** out ← point + x, every matrix of it, or every attention matrix, having at most this rank. */
    void truncate(int rank, boolean attentionAlone, Tensor out) {
        scale(1, out);
        for (Piece piece : pieces) {
            int modes = Math.toIntExact(piece.right().size(1));
            if ((piece.isAttention() || !attentionAlone) && rank < modes) {
                truncate(piece, rank, out);
            }
        }
    }

    private void truncate(Piece piece, int rank, Tensor out) {
        long rows = piece.left().size(0);
        long columns = piece.right().size(2);
        Tensor kept = piece.right().slice(1, 0, rank);
        try (MemoryOwner scratch = MemoryOwner.open("row")) {
            Tensor row = backend.allocate(scratch, DType.FLOAT64, 1, columns);
            for (long index = 0; index < rows; index++) {
                backend.combineRows(
                        kept, piece.left().slice(0, index, index + 1).slice(1, 0, rank), row);
                long begin = piece.offset() + index * columns;
                Tensor target = out.slice(1, begin, begin + columns);
                backend.copy(point.slice(1, begin, begin + columns), target);
                backend.axpy(1, row, target);
            }
        }
    }
}
