package dev.spectraledge.analysis.experiment.dynamics;

import dev.spectraledge.analysis.experiment.RandomDirections;
import dev.spectraledge.analysis.experiment.StudiedRun;
import dev.spectraledge.analysis.experiment.VectorProducts;
import dev.spectraledge.kernels.Backend;
import dev.spectraledge.kernels.DType;
import dev.spectraledge.kernels.MemoryOwner;
import dev.spectraledge.kernels.PhiloxKey;
import dev.spectraledge.kernels.Tensor;
import dev.spectraledge.kernels.linalg.DenseSvd;
import java.util.ArrayList;
import java.util.List;

/** Orthonormal vectors of the flat parameter space each of which is zero outside of one weight matrix: B. */
final class BlockBasis {
    private static final long STREAM = 0x7200;

    private final Backend backend;
    private final List<Member> members;

    /** @param vector unit, {@code [1, elements of the matrix]} */
    private record Member(WeightMatrix matrix, Tensor vector) {}

    private BlockBasis(Backend backend, List<Member> members) {
        this.backend = backend;
        this.members = List.copyOf(members);
    }

    /** The first terms u_i v_iᵀ of the singular value decomposition of each matrix of a flat vector {@code [1, P]}, FLOAT64. */
    static BlockBasis ofSingularTerms(
            Backend backend, MemoryOwner owner, List<WeightMatrix> matrices, Tensor flat, int terms) {
        List<Member> members = new ArrayList<>();
        for (WeightMatrix matrix : matrices) {
            try (MemoryOwner scratch = MemoryOwner.open("singular terms")) {
                DenseSvd svd = new DenseSvd(scratch, DType.FLOAT64, matrix.rows(), matrix.columns());
                svd.decompose(matrix.matrix(flat));
                Tensor left = backend.allocate(scratch, DType.FLOAT64, 1, matrix.rows(), 1);
                Tensor right = backend.allocate(scratch, DType.FLOAT64, 1, 1, matrix.columns());
                for (int term = 0; term < terms; term++) {
                    for (int row = 0; row < matrix.rows(); row++) {
                        left.set(svd.leftVectors().get(row, term), 0, row, 0);
                    }
                    for (int column = 0; column < matrix.columns(); column++) {
                        right.set(svd.rightVectors().get(term, column), 0, 0, column);
                    }
                    members.add(new Member(matrix, outer(backend, owner, matrix, left, right)));
                }
            }
        }
        return new BlockBasis(backend, members);
    }

    private static Tensor outer(Backend backend, MemoryOwner owner, WeightMatrix matrix, Tensor left, Tensor right) {
        Tensor product = backend.allocate(owner, DType.FLOAT64, 1, matrix.rows(), matrix.columns());
        backend.gemm(false, false, 1, left, right, 0, product);
        return product.reshape(1, matrix.elements());
    }

    /** Random terms u vᵀ of every matrix, orthonormal among each other: of the same kind as those of a decomposition. */
    static BlockBasis ofRandomTerms(
            Backend backend, MemoryOwner owner, List<WeightMatrix> matrices, int terms, long seed) {
        List<Member> members = new ArrayList<>();
        for (int index = 0; index < matrices.size(); index++) {
            WeightMatrix matrix = matrices.get(index);
            try (MemoryOwner scratch = MemoryOwner.open("random terms")) {
                List<Tensor> left = RandomDirections.draw(backend, scratch, seed + 2L * index, terms, matrix.rows());
                List<Tensor> right =
                        RandomDirections.draw(backend, scratch, seed + 2L * index + 1, terms, matrix.columns());
                for (int term = 0; term < terms; term++) {
                    members.add(new Member(
                            matrix,
                            outer(
                                    backend,
                                    owner,
                                    matrix,
                                    left.get(term).reshape(1, matrix.rows(), 1),
                                    right.get(term).reshape(1, 1, matrix.columns()))));
                }
            }
        }
        return new BlockBasis(backend, members);
    }

    /** The first principal components of each matrix's way through some snapshots (Lifecycle §4.26). */
    static BlockBasis ofTrajectory(
            StudiedRun run, Backend backend, MemoryOwner owner, List<Long> steps, int components) {
        List<Member> members = new ArrayList<>();
        for (WeightMatrix matrix : WeightMatrix.of(run.layout())) {
            try (MemoryOwner scratch = MemoryOwner.open("trajectory")) {
                MatrixTrajectory trajectory = MatrixTrajectory.read(run, backend, scratch, steps, List.of(matrix))
                        .getFirst();
                PrincipalComponents own = PrincipalComponents.centred(trajectory.gram(backend), steps.size());
                for (int index = 0; index < components; index++) {
                    members.add(new Member(matrix, trajectory.component(backend, owner, own, index)));
                }
            }
        }
        return new BlockBasis(backend, members);
    }

    /** The same vectors in another type of element. */
    BlockBasis in(DType type, MemoryOwner owner) {
        List<Member> converted = new ArrayList<>();
        for (Member member : members) {
            Tensor vector = backend.allocate(owner, type, member.vector.shape());
            backend.copy(member.vector, vector);
            converted.add(new Member(member.matrix, vector));
        }
        return new BlockBasis(backend, converted);
    }

    /** Number of vectors. */
    int size() {
        return members.size();
    }

    /** ‖BBᵀx‖/‖x‖ of a flat vector {@code [1, P]}; 0 of a zero vector. */
    double share(Tensor flat) {
        double squares = 0;
        for (Member member : members) {
            double product = VectorProducts.dot(backend, member.matrix.piece(flat), member.vector);
            squares += product * product;
        }
        double norm = VectorProducts.norm(backend, flat);
        return norm == 0 ? 0 : Math.sqrt(squares) / norm;
    }

    /** x ← x − BBᵀx. */
    void remove(Tensor flat) {
        addProjection(flat, -1, flat);
    }

    /** target ← target + factor·BBᵀx; the target may be x, because the vectors are orthogonal. */
    void addProjection(Tensor flat, double factor, Tensor target) {
        double[] products = new double[members.size()];
        for (int index = 0; index < products.length; index++) {
            Member member = members.get(index);
            products[index] = VectorProducts.dot(backend, member.matrix.piece(flat), member.vector);
        }
        for (int index = 0; index < products.length; index++) {
            Member member = members.get(index);
            backend.axpy(factor * products[index], member.vector, member.matrix.piece(target));
        }
    }

    /** A unit vector {@code [1, P]} of the span, uniformly distributed: the same for the same seed. */
    Tensor randomInside(MemoryOwner owner, long size, long seed) {
        Tensor result = backend.allocate(owner, DType.FLOAT64, 1, size);
        try (MemoryOwner scratch = MemoryOwner.open("coefficients")) {
            Tensor coefficients = backend.allocate(scratch, DType.FLOAT64, 1, members.size());
            backend.normal(new PhiloxKey[] {new PhiloxKey(seed, STREAM)}, 0, 1, coefficients);
            double norm = VectorProducts.norm(backend, coefficients);
            for (int index = 0; index < members.size(); index++) {
                Member member = members.get(index);
                backend.axpy(coefficients.get(0, index) / norm, member.vector, member.matrix.piece(result));
            }
        }
        return result;
    }
}
