package dev.spectraledge.bench.gpu;

import dev.spectraledge.bench.peers.Quantile;
import dev.spectraledge.kernels.DType;
import dev.spectraledge.kernels.MemoryOwner;
import dev.spectraledge.kernels.PhiloxKey;
import dev.spectraledge.kernels.Tensor;
import dev.spectraledge.kernels.cuda.CudaBackend;
import dev.spectraledge.kernels.cuda.CudaDevice;
import dev.spectraledge.kernels.cuda.CudaSvd;
import dev.spectraledge.kernels.cuda.CudaSymmetricEigen;
import dev.spectraledge.kernels.cuda.ProductPrecision;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Map;

/** Rows of Gram matrices at the memory's speed, and factorisations: time, and error in LAPACK's units. */
final class SpectralKernels implements CheckStep {
    private static final int WINDOW = 10;
    private static final int SAMPLES = 10;
    private static final int CALLS = 10;
    private static final int FACTORISATIONS = 3;
    /** LAPACK's threshold for ‖error‖/(‖A‖·dimension·ε). */
    private static final double THRESHOLD = 30;

    private static final PhiloxKey[] KEYS = {new PhiloxKey(11, 1)};

    private final CheckSizes sizes;

    SpectralKernels(CheckSizes sizes) {
        this.sizes = sizes;
    }

    @Override
    public void run(CheckLog log) {
        try (CudaBackend backend = new CudaBackend(CudaDevice.open(0), ProductPrecision.FP32);
                StreamTimer timer = new StreamTimer(backend.device().stream())) {
            for (long parameters : sizes.windowParameters()) {
                log.attempt("gram row of " + parameters, () -> gramRow(log, backend, timer, parameters));
            }
            for (int order : sizes.eigenOrders()) {
                log.attempt("eigen of order " + order, () -> eigen(log, backend, order));
            }
            for (CheckSizes.Shape shape : sizes.svdShapes()) {
                log.attempt("svd of " + shape.rows(), () -> svd(log, backend, shape));
            }
        }
    }

    private void gramRow(CheckLog log, CudaBackend backend, StreamTimer timer, long parameters) {
        try (MemoryOwner owner = MemoryOwner.open("window")) {
            Tensor window = backend.allocate(owner, DType.FLOAT32, 1, WINDOW, parameters);
            Tensor newest = backend.allocate(owner, DType.FLOAT32, 1, parameters);
            Tensor result = backend.allocate(owner, DType.FLOAT64, 1, WINDOW);
            backend.uniform(KEYS, -1, 1, window);
            backend.uniform(KEYS, -1, 1, newest);
            double microseconds = timer.microseconds(SAMPLES, CALLS, () -> backend.gramRow(window, newest, result));
            long bytes = (WINDOW + 1) * parameters * Float.BYTES;
            log.measured(
                    "gram row of " + parameters,
                    Map.of(
                            "microseconds", microseconds,
                            "gigabytes_per_second", bytes / microseconds * 1e-3,
                            "parameters", parameters,
                            "window", WINDOW));
        }
    }

    private void eigen(CheckLog log, CudaBackend backend, int order) {
        int runs = sizes.eigenRuns();
        try (MemoryOwner owner = MemoryOwner.open("symmetric matrices")) {
            Tensor random = backend.allocate(owner, DType.FLOAT64, 1, (long) runs * order * order);
            backend.uniform(KEYS, -1, 1, random);
            double[] values = doubles(owner, backend, random);
            for (int run = 0; run < runs; run++) {
                symmetrise(values, run * order * order, order);
            }
            Tensor host = Tensor.allocate(owner, DType.FLOAT64, runs, order, order);
            host.segment().copyFrom(MemorySegment.ofArray(values));
            Tensor matrices = backend.allocate(owner, DType.FLOAT64, runs, order, order);
            backend.copy(host, matrices);
            CudaSymmetricEigen eigen = new CudaSymmetricEigen(backend, owner, DType.FLOAT64, runs, order);
            double microseconds = microseconds(() -> eigen.decompose(matrices));
            double[] vectors = doubles(owner, backend, eigen.vectors().at(0));
            double[] product = product(
                    transposed(vectors, order, order),
                    scaled(doubles(owner, backend, eigen.values().at(0)), vectors, order),
                    order,
                    order,
                    order);
            judge(
                    log,
                    runs + " symmetric matrices of order " + order + ", float64",
                    microseconds,
                    ratio(values, product, order, Math.ulp(1.0)));
        }
    }

    private static void symmetrise(double[] values, int offset, int order) {
        for (int row = 0; row < order; row++) {
            for (int column = 0; column < row; column++) {
                values[offset + row * order + column] = values[offset + column * order + row];
            }
        }
    }

    private void svd(CheckLog log, CudaBackend backend, CheckSizes.Shape shape) {
        int rows = shape.rows();
        int columns = shape.columns();
        int rank = Math.min(rows, columns);
        try (MemoryOwner owner = MemoryOwner.open("rectangular matrix")) {
            Tensor matrix = backend.allocate(owner, DType.FLOAT32, rows, columns);
            backend.uniform(KEYS, -1, 1, matrix.reshape(1, (long) rows * columns));
            CudaSvd svd = new CudaSvd(backend, owner, DType.FLOAT32, rows, columns);
            double microseconds = microseconds(() -> svd.decompose(matrix));
            double[] product = product(
                    doubles(owner, backend, svd.leftVectors()),
                    scaled(
                            doubles(owner, backend, svd.singularValues()),
                            doubles(owner, backend, svd.rightVectors()),
                            columns),
                    rows,
                    rank,
                    columns);
            judge(
                    log,
                    "svd of " + rows + " x " + columns + ", float32",
                    microseconds,
                    ratio(doubles(owner, backend, matrix), product, Math.max(rows, columns), Math.ulp(1f)));
        }
    }

    private static void judge(CheckLog log, String name, double microseconds, double ratio) {
        log.judged(
                name,
                ratio < THRESHOLD,
                "",
                Map.of("microseconds", microseconds, "error_ratio", ratio, "allowed_error_ratio", THRESHOLD));
    }

    /** By the wall clock, because a factorisation waits until it is done; the first one is not counted. */
    private static double microseconds(Runnable factorisation) {
        double[] times = new double[FACTORISATIONS];
        for (int i = -1; i < times.length; i++) {
            long begin = System.nanoTime();
            factorisation.run();
            if (i >= 0) {
                times[i] = (System.nanoTime() - begin) * 1e-3;
            }
        }
        return Quantile.of(times, 0.5);
    }

    private static double[] doubles(MemoryOwner owner, CudaBackend backend, Tensor tensor) {
        Tensor host = Tensor.allocate(owner, DType.FLOAT64, tensor.shape());
        backend.copy(tensor, host);
        return host.segment().toArray(ValueLayout.JAVA_DOUBLE);
    }

    private static double[] transposed(double[] matrix, int rows, int columns) {
        double[] result = new double[matrix.length];
        for (int row = 0; row < rows; row++) {
            for (int column = 0; column < columns; column++) {
                result[column * rows + row] = matrix[row * columns + column];
            }
        }
        return result;
    }

    /** diag(factors)·matrix. */
    private static double[] scaled(double[] factors, double[] matrix, int columns) {
        double[] result = new double[matrix.length];
        for (int i = 0; i < result.length; i++) {
            result[i] = factors[i / columns] * matrix[i];
        }
        return result;
    }

    private static double[] product(double[] a, double[] b, int rows, int inner, int columns) {
        double[] result = new double[rows * columns];
        for (int row = 0; row < rows; row++) {
            for (int k = 0; k < inner; k++) {
                double factor = a[row * inner + k];
                for (int column = 0; column < columns; column++) {
                    result[row * columns + column] += factor * b[k * columns + column];
                }
            }
        }
        return result;
    }

    /** In the Frobenius norm, of the first matrix in {@code expected}. */
    private static double ratio(double[] expected, double[] actual, int dimension, double epsilon) {
        double error = 0;
        double norm = 0;
        for (int i = 0; i < actual.length; i++) {
            error += Math.pow(actual[i] - expected[i], 2);
            norm += expected[i] * expected[i];
        }
        return Math.sqrt(error / norm) / (dimension * epsilon);
    }
}
