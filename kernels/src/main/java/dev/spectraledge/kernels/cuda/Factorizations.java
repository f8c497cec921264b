package dev.spectraledge.kernels.cuda;

import dev.spectraledge.bindings.CuSolver;
import dev.spectraledge.kernels.DType;
import dev.spectraledge.kernels.MemoryOwner;
import dev.spectraledge.kernels.Tensor;
import java.util.Arrays;

/** What the factorisations of one shape share: cuSOLVER, memory of their owner, layouts, and the status of the last one. */
final class Factorizations {
    private static final int THREADS = 256;

    private final CudaDevice device;
    private final Launcher launcher;
    private final MemoryOwner owner;
    private final DType type;
    private final Tensor status;
    private final TypedKernel transpose;
    private final TypedKernel upperTriangle;
    private final TypedKernel reverseRows;

    /** @param count matrices in a call */
    Factorizations(CudaBackend backend, MemoryOwner owner, DType type, int count) {
        if (!type.isFloating()) {
            throw new IllegalArgumentException("factorisations are of FLOAT32 or FLOAT64 matrices, not " + type);
        }
        device = backend.device();
        launcher = backend.launcher();
        this.owner = owner;
        this.type = type;
        status = allocate(DType.INT32, count);
        transpose = new TypedKernel(device, "matrices", "transpose");
        upperTriangle = new TypedKernel(device, "matrices", "upperTriangle");
        reverseRows = new TypedKernel(device, "matrices", "reverseRows");
    }

    /** cuSOLVER, ready for a call from this thread. */
    CuSolver solver() {
        device.use();
        device.requireNotRecording("a factorisation");
        return device.solver();
    }

    Tensor allocate(DType elementType, long... shape) {
        return device.memory().allocate(owner, elementType, shape);
    }

    boolean isFloat() {
        return type == DType.FLOAT32;
    }

    /** Receives the status of each matrix. */
    Tensor status() {
        return status;
    }

    /** Waits for the factorisation and throws if a matrix could not be factored. */
    void check(String routine) {
        device.memory().synchronize();
        for (int matrix = 0; matrix < status.size(0); matrix++) {
            int info = status.getInt(matrix);
            if (info != 0) {
                throw new ArithmeticException(
                        routine + " of matrix " + matrix + " did not succeed (info = " + info + ")");
            }
        }
    }

    void require(String name, Tensor matrices, long... shape) {
        boolean fits = matrices.type() == type && matrices.rank() == shape.length && matrices.isContiguous();
        for (int axis = 0; fits && axis < shape.length; axis++) {
            fits = matrices.size(axis) == shape[axis];
        }
        if (!fits) {
            throw new IllegalArgumentException(
                    name + " is " + matrices + ", needs a contiguous " + type + Arrays.toString(shape));
        }
    }

    void copy(Tensor source, Tensor target) {
        device.memory().copy(source, target);
    }

    /** target {@code [columns, rows]} ← sourceᵀ of {@code [rows, columns]}. */
    void transpose(Tensor source, Tensor target) {
        int rows = Math.toIntExact(source.size(0));
        int columns = Math.toIntExact(source.size(1));
        launcher.begin(transpose, type)
                .integer(rows)
                .integer(columns)
                .view(source.deviceAddress(), 0, columns)
                .view(target.deviceAddress(), 0, rows)
                .run(Launcher.blocks(columns, Launcher.WARP), 1, Launcher.blocks(rows, Launcher.WARP), THREADS);
    }

    /** target {@code [n, n]} ← the upper triangle of the transpose of the first n rows of {@code source}. */
    void upperTriangle(Tensor source, Tensor target) {
        int order = Math.toIntExact(target.size(0));
        launcher.begin(upperTriangle, type)
                .integer(order)
                .view(source.deviceAddress(), 0, source.stride(0))
                .view(target.deviceAddress(), 0, order)
                .run(order, 1, 1, Launcher.threads(order, THREADS));
    }

    /** target ← source {@code [runs, rows, columns]} with the rows of each run in reverse order. */
    void reverseRows(Tensor source, Tensor target) {
        int rows = Math.toIntExact(source.size(1));
        int columns = Math.toIntExact(source.size(2));
        launcher.begin(reverseRows, type)
                .integer(rows)
                .integer(columns)
                .view(source)
                .view(target)
                .run(rows, source.size(0), 1, Launcher.threads(columns, THREADS));
    }
}
