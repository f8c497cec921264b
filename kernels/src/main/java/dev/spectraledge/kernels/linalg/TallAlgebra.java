package dev.spectraledge.kernels.linalg;

import dev.spectraledge.kernels.Backend;
import dev.spectraledge.kernels.DType;
import dev.spectraledge.kernels.MemoryOwner;
import dev.spectraledge.kernels.Tensor;
import dev.spectraledge.kernels.Workers;
import dev.spectraledge.kernels.cpu.CpuBackend;

/**
 * Products with tall matrices, split over workers by their rows. Where rows are summed over, they are so in blocks: the
 * products of a block are formed in the type of the matrix, the blocks are added in double, and the workers' parts in the
 * order of the workers. The small results stand on the host.
 */
final class TallAlgebra {
    /** Rows whose products are summed up in the type of the matrix. */
    static final long SUMMED_ROWS = 1 << 12;
    /** Rows of a product with few columns, of which OpenBLAS keeps a copy of its own in the cache. */
    private static final long MULTIPLIED_ROWS = 1 << 10;
    /** Elements of a buffer that stays in a core's own cache. */
    private static final long CACHED_ELEMENTS = 1 << 15;

    private static final long LEAST_ROWS = 64;
    /** For small results, which stand on the host whatever the backend is. */
    private static final Backend HOST = new CpuBackend();

    private final Backend backend;
    private final Workers workers;

    TallAlgebra(Backend backend, Workers workers) {
        this.backend = backend;
        this.workers = workers;
    }

    Backend backend() {
        return backend;
    }

    /** Y ← T·X for X {@code [M, l]} and Y {@code [N, l]}. */
    void times(TallMatrix matrix, Tensor x, TallMatrix y) {
        addProduct(1, 0, matrix, x, y);
    }

    /** Y ← α·T·X + Y. */
    void addProduct(double alpha, TallMatrix matrix, Tensor x, TallMatrix y) {
        addProduct(alpha, 1, matrix, x, y);
    }

    private void addProduct(double alpha, double beta, TallMatrix matrix, Tensor x, TallMatrix y) {
        Tensor right = batched(x);
        inBlocks(
                matrix.tall(),
                MULTIPLIED_ROWS,
                (worker, from, to) -> product(matrix, matrix.rows(from, to), right, alpha, beta, y.rows(from, to)));
    }

    /** Tᵀ·Y for Y {@code [N, l]}: FLOAT64 {@code [M, l]} on the host. */
    Tensor transposeTimes(MemoryOwner owner, TallMatrix matrix, TallMatrix y) {
        try (MemoryOwner scratch = MemoryOwner.open("transposed product")) {
            Tensor product = batched(sums(scratch, matrix, y, SUMMED_ROWS, false));
            Tensor identity = batched(identityOnHost(scratch, y.narrow()));
            Tensor result = Tensor.allocate(owner, DType.FLOAT64, matrix.narrow(), y.narrow());
            HOST.gemm(true, false, 1, product, identity, 0, batched(result));
            return result;
        }
    }

    /** YᵀY for Y {@code [N, l]}, every product in double: FLOAT64 {@code [l, l]} on the host. */
    Tensor gram(MemoryOwner owner, TallMatrix y) {
        return sums(owner, y, y, cachedRows(y), true);
    }

    /** Y ← Y·W for a square W. */
    void multiply(TallMatrix y, Tensor w) {
        Tensor right = batched(w);
        long block = cachedRows(y);
        try (MemoryOwner scratch = MemoryOwner.open("product in place")) {
            TallMatrix[] buffers = buffers(scratch, y, y.type(), block);
            inBlocks(y.tall(), block, (worker, from, to) -> {
                Tensor rows = y.rows(from, to);
                Tensor result = buffers[worker].first(to - from);
                product(y, rows, right, 1, 0, result);
                backend.copy(result, rows);
            });
        }
    }

    /** ‖T‖_F². */
    double sumOfSquares(TallMatrix matrix) {
        return sumOfSquares(matrix, null, null);
    }

    /** ‖T − L·R‖_F² for L {@code [N, k]} and R {@code [k, M]}. */
    double sumOfSquares(TallMatrix matrix, TallMatrix left, Tensor right) {
        long block = cachedRows(matrix);
        Tensor factor = right == null ? null : batched(right);
        try (MemoryOwner scratch = MemoryOwner.open("sum of squares")) {
            Tensor[] buffers = new Tensor[workers.count()];
            Tensor[] squares = new Tensor[workers.count()];
            Tensor[] sums = new Tensor[workers.count()];
            for (int worker = 0; worker < squares.length; worker++) {
                buffers[worker] = backend.allocate(scratch, matrix.type(), 1, block * matrix.narrow());
                squares[worker] = backend.allocate(scratch, DType.FLOAT64, 1);
                sums[worker] = backend.allocate(scratch, DType.FLOAT64, 1);
            }
            inBlocks(matrix.tall(), block, (worker, from, to) -> {
                Tensor used = buffers[worker].slice(1, 0, (to - from) * matrix.narrow());
                Tensor residual = matrix.transposed()
                        ? used.reshape(1, matrix.narrow(), to - from)
                        : used.reshape(1, to - from, matrix.narrow());
                backend.copy(matrix.rows(from, to), residual);
                if (left != null) {
                    product(matrix, left.rows(from, to), factor, -1, 1, residual);
                }
                backend.sumOfSquares(used, squares[worker]);
                backend.axpy(1, flat(squares[worker]), flat(sums[worker]));
            });
            double sum = 0;
            for (Tensor part : sums) {
                sum += onHost(scratch, part).getDouble(0);
            }
            return sum;
        }
    }

    /** Y ← T for a panel of the same shape. */
    void copy(TallMatrix matrix, TallMatrix y) {
        workers.run(worker -> {
            long from = workers.partBegin(matrix.tall(), worker);
            long to = workers.partBegin(matrix.tall(), worker + 1);
            if (from < to) {
                backend.copy(matrix.rows(from, to), y.rows(from, to));
            }
        });
    }

    /** A small matrix where the backend computes, in the type wanted there. */
    Tensor onDevice(MemoryOwner owner, DType type, Tensor host) {
        Tensor tensor = backend.allocate(owner, type, host.shape());
        backend.copy(host, tensor);
        return tensor;
    }

    /** Where the backend computes: {@code [order, order]}. */
    Tensor identity(MemoryOwner owner, DType type, int order) {
        return onDevice(owner, type, identityOnHost(owner, order));
    }

    private static Tensor identityOnHost(MemoryOwner owner, int order) {
        Tensor identity = Tensor.allocate(owner, DType.FLOAT64, order, order);
        for (int index = 0; index < order; index++) {
            identity.set(1, index, index);
        }
        return identity;
    }

    /** FLOAT64 on the host: the tensor itself where it is that already. */
    Tensor onHost(MemoryOwner owner, Tensor tensor) {
        if (!tensor.isOnDevice() && tensor.type() == DType.FLOAT64) {
            return tensor;
        }
        Tensor host = Tensor.allocate(owner, DType.FLOAT64, tensor.shape());
        backend.copy(tensor, host);
        return host;
    }

    /**
     * YᵀT of the two, blocks added in double; {@code wide} converts Y, which is then T itself, so that products are in double
     * too. The other way round, TᵀY, takes OpenBLAS up to twice as long where Y is narrow.
     */
    private Tensor sums(MemoryOwner owner, TallMatrix matrix, TallMatrix y, long block, boolean wide) {
        DType type = wide ? DType.FLOAT64 : matrix.type();
        boolean converted = type != matrix.type();
        boolean added = type != DType.FLOAT64;
        Tensor sum = Tensor.allocate(owner, DType.FLOAT64, y.narrow(), matrix.narrow());
        try (MemoryOwner scratch = MemoryOwner.open("sums of products")) {
            Tensor[] sums = smallMatrices(scratch, DType.FLOAT64, matrix, y);
            Tensor[] products = added ? smallMatrices(scratch, type, matrix, y) : sums;
            Tensor[] widened = added ? smallMatrices(scratch, DType.FLOAT64, matrix, y) : sums;
            TallMatrix[] buffers = converted ? buffers(scratch, y, type, block) : null;
            inBlocks(matrix.tall(), block, (worker, from, to) -> {
                Tensor left = matrix.rows(from, to);
                Tensor right = y.rows(from, to);
                if (converted) {
                    right = buffers[worker].first(to - from);
                    backend.copy(y.rows(from, to), right);
                    left = right;
                }
                backend.gemm(!y.transposed(), matrix.transposed(), 1, right, left, added ? 0 : 1, products[worker]);
                if (added) {
                    backend.copy(products[worker], widened[worker]);
                    backend.axpy(1, flat(widened[worker]), flat(sums[worker]));
                }
            });
            for (int worker = 1; worker < sums.length; worker++) {
                backend.axpy(1, flat(sums[worker]), flat(sums[0]));
            }
            backend.copy(sums[0].at(0), sum);
        }
        return sum;
    }

    private Tensor[] smallMatrices(MemoryOwner owner, DType type, TallMatrix matrix, TallMatrix y) {
        Tensor[] matrices = new Tensor[workers.count()];
        for (int worker = 0; worker < matrices.length; worker++) {
            matrices[worker] = backend.allocate(owner, type, 1, y.narrow(), matrix.narrow());
        }
        return matrices;
    }

    private TallMatrix[] buffers(MemoryOwner owner, TallMatrix model, DType type, long rows) {
        TallMatrix[] buffers = new TallMatrix[workers.count()];
        for (int worker = 0; worker < buffers.length; worker++) {
            buffers[worker] = TallMatrix.allocate(backend, owner, type, model.transposed(), rows, model.narrow());
        }
        return buffers;
    }

    /** result ← α·rows·X + β·result for some rows of T, all as T is stored. */
    private void product(TallMatrix matrix, Tensor rows, Tensor x, double alpha, double beta, Tensor result) {
        if (matrix.transposed()) {
            backend.gemm(true, false, alpha, x, rows, beta, result);
        } else {
            backend.gemm(false, false, alpha, rows, x, beta, result);
        }
    }

    private static long cachedRows(TallMatrix matrix) {
        return Math.clamp(CACHED_ELEMENTS / matrix.narrow(), Math.min(LEAST_ROWS, matrix.tall()), matrix.tall());
    }

    private void inBlocks(long rows, long block, BlockTask task) {
        workers.run(worker -> {
            long end = workers.partBegin(rows, worker + 1);
            for (long from = workers.partBegin(rows, worker); from < end; from += block) {
                task.run(worker, from, Math.min(from + block, end));
            }
        });
    }

    private static Tensor batched(Tensor tensor) {
        return tensor.reshape(1, tensor.size(0), tensor.size(1));
    }

    private static Tensor flat(Tensor tensor) {
        return tensor.reshape(1, tensor.elements());
    }

    /** What a worker does with some rows. */
    @FunctionalInterface
    private interface BlockTask {
        void run(int worker, long from, long to);
    }
}
