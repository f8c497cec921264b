package dev.spectraledge.kernels.cuda;

import dev.spectraledge.bindings.CuBlas;
import dev.spectraledge.kernels.DType;
import dev.spectraledge.kernels.Rows;
import dev.spectraledge.kernels.Tensor;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/**
 * Products of matrices by cuBLAS, and what linear layers need besides. The runs are one batch of products wherever they
 * have the same number of rows.
 */
final class MatrixProducts {
    private static final int THREADS = 256;

    private final CudaDevice device;
    private final Launcher launcher;
    private final ProductPrecision precision;
    private final Bfloat16Copies rounded;
    private final BiasedProducts biased;
    private final ColumnSums columnSums;
    private final MemorySegment alpha;
    private final MemorySegment beta;
    private final TypedKernel startLinear;

    MatrixProducts(
            CudaDevice device, Launcher launcher, ColumnSums columnSums, ProductPrecision precision, Arena arena) {
        this.device = device;
        this.launcher = launcher;
        this.columnSums = columnSums;
        this.precision = precision;
        rounded = new Bfloat16Copies(device, launcher);
        alpha = arena.allocate(Double.BYTES, Double.BYTES);
        beta = arena.allocate(Double.BYTES, Double.BYTES);
        startLinear = new TypedKernel(device, "rows", "startLinear");
        biased = new BiasedProducts(
                device,
                precision == ProductPrecision.TF32
                        ? CuBlas.ComputeType.FLOAT32_FROM_TF32
                        : CuBlas.ComputeType.FLOAT32_PEDANTIC,
                arena);
        device.setMathMode(
                switch (precision) {
                    case FP32 -> CuBlas.MathMode.PEDANTIC;
                    case TF32 -> CuBlas.MathMode.TF32;
                    case BF16 -> CuBlas.MathMode.DEFAULT;
                });
    }

    void gemm(boolean transposeA, boolean transposeB, double alpha, Tensor a, Tensor b, double beta, Tensor c) {
        int m = Math.toIntExact(c.size(1));
        int n = Math.toIntExact(c.size(2));
        int k = Math.toIntExact(a.size(transposeA ? 1 : 2));
        products(device.blas(), transposeA, transposeB, m, n, k, alpha, a, b, beta, c);
    }

    void linear(Rows rows, Tensor input, Tensor weight, Tensor bias, Tensor residual, Tensor output) {
        int most = RowCounts.most(rows);
        int outputs = Math.toIntExact(weight.size(1));
        int inputs = Math.toIntExact(weight.size(2));
        if (most == 0 || outputs == 0) {
            return;
        }
        boolean isOneBatch = RowCounts.areEqual(rows);
        if (isOneBatch
                && bias != null
                && inputs > 0
                && output.type() == DType.FLOAT32
                && !isRounded(output)
                && biased.linear(most, input, weight, bias, residual, output)) {
            return;
        }
        boolean started = bias != null || residual != null;
        // A residual that the output holds already, with no bias to add, is all that the product is added to.
        if (started && !(bias == null && residual == output)) {
            launcher.begin(startLinear, output.type())
                    .rows(rows)
                    .integer(outputs)
                    .view(bias)
                    .view(residual)
                    .view(output)
                    .run(most, rows.runs(), 1, Launcher.threadsOfPacks(outputs, output.type(), THREADS));
        }
        double beta = started ? 1 : 0;
        if (isOneBatch) {
            products(device.blas(), false, true, most, outputs, inputs, 1, input, weight, beta, output);
            return;
        }
        for (int run = 0; run < rows.runs(); run++) {
            product(device.blas(), false, true, rows.rows(run), outputs, inputs, 1, input, weight, beta, output, run);
        }
    }

    void linearBackward(
            Rows rows,
            Tensor outputGradient,
            Tensor input,
            Tensor weight,
            Tensor inputGradient,
            Tensor weightGradient,
            Tensor biasGradient) {
        int most = RowCounts.most(rows);
        int outputs = Math.toIntExact(weight.size(1));
        int inputs = Math.toIntExact(weight.size(2));
        if (most == 0) {
            return;
        }
        boolean isOneBatch = RowCounts.areEqual(rows);
        // Rounded copies of operands share their memory, so that their products follow each other.
        boolean isBeside = !isRounded(weightGradient);
        SideStream side = device.side();
        if (isBeside) {
            side.begin();
            side.uses(outputGradient);
            side.uses(input);
            side.uses(weightGradient);
        }
        CuBlas beside = isBeside ? side.blas() : device.blas();
        if (isOneBatch) {
            products(beside, true, false, outputs, inputs, most, 1, outputGradient, input, 1, weightGradient);
        }
        for (int run = 0; !isOneBatch && run < rows.runs(); run++) {
            int count = rows.rows(run);
            product(beside, true, false, outputs, inputs, count, 1, outputGradient, input, 1, weightGradient, run);
        }
        if (isBeside) {
            side.end();
        }
        if (biasGradient != null && outputs > 0) {
            columnSums.add(rows, outputGradient, biasGradient);
        }
        if (inputGradient == null) {
            return;
        }
        CuBlas blas = device.blas();
        if (isOneBatch) {
            products(blas, false, false, most, inputs, outputs, 1, outputGradient, weight, 0, inputGradient);
        }
        for (int run = 0; !isOneBatch && run < rows.runs(); run++) {
            int count = rows.rows(run);
            product(blas, false, false, count, inputs, outputs, 1, outputGradient, weight, 0, inputGradient, run);
        }
    }

    /** C ← α·op(A)·op(B) + β·C for all runs, with op(A) m × k and op(B) k × n, the upper left parts of their tensors. */
    private void products(
            CuBlas blas,
            boolean transposeA,
            boolean transposeB,
            int m,
            int n,
            int k,
            double alpha,
            Tensor a,
            Tensor b,
            double beta,
            Tensor c) {
        int runs = Math.toIntExact(c.size(0));
        if (m == 0 || n == 0 || runs == 0) {
            return;
        }
        begin(c.type(), alpha, beta);
        if (isRounded(c)) {
            roundedProducts(transposeA, transposeB, m, n, k, a, b, c);
        } else {
            multiply(
                    blas,
                    transposeA,
                    transposeB,
                    m,
                    n,
                    k,
                    a.deviceSegment(),
                    a,
                    b.deviceSegment(),
                    b,
                    c.deviceSegment(),
                    c,
                    runs);
        }
    }

    /** The product of one run. */
    private void product(
            CuBlas blas,
            boolean transposeA,
            boolean transposeB,
            int m,
            int n,
            int k,
            double alpha,
            Tensor a,
            Tensor b,
            double beta,
            Tensor c,
            int run) {
        if (m == 0 || n == 0) {
            return;
        }
        begin(c.type(), alpha, beta);
        if (isRounded(c)) {
            roundedProducts(
                    transposeA,
                    transposeB,
                    m,
                    n,
                    k,
                    a.slice(0, run, run + 1L),
                    b.slice(0, run, run + 1L),
                    c.slice(0, run, run + 1L));
        } else {
            multiply(
                    blas,
                    transposeA,
                    transposeB,
                    m,
                    n,
                    k,
                    a.run(run).deviceSegment(),
                    a,
                    b.run(run).deviceSegment(),
                    b,
                    c.run(run).deviceSegment(),
                    c,
                    1);
        }
    }

    /** {@code batch} products of matrices that begin at the segments and have the strides of the tensors. */
    private void multiply(
            CuBlas blas,
            boolean transposeA,
            boolean transposeB,
            int m,
            int n,
            int k,
            MemorySegment fromA,
            Tensor a,
            MemorySegment fromB,
            Tensor b,
            MemorySegment toC,
            Tensor c,
            int batch) {
        int lda = leadingDimension(a);
        int ldb = leadingDimension(b);
        int ldc = leadingDimension(c);
        boolean isFloat = c.type() == DType.FLOAT32;
        if (batch == 1 && isFloat) {
            blas.sgemm(transposeA, transposeB, m, n, k, alpha, fromA, lda, fromB, ldb, beta, toC, ldc);
        } else if (batch == 1) {
            blas.dgemm(transposeA, transposeB, m, n, k, alpha, fromA, lda, fromB, ldb, beta, toC, ldc);
        } else if (isFloat) {
            blas.sgemmStridedBatched(
                    transposeA,
                    transposeB,
                    m,
                    n,
                    k,
                    alpha,
                    fromA,
                    lda,
                    a.stride(0),
                    fromB,
                    ldb,
                    b.stride(0),
                    beta,
                    toC,
                    ldc,
                    c.stride(0),
                    batch);
        } else {
            blas.dgemmStridedBatched(
                    transposeA,
                    transposeB,
                    m,
                    n,
                    k,
                    alpha,
                    fromA,
                    lda,
                    a.stride(0),
                    fromB,
                    ldb,
                    b.stride(0),
                    beta,
                    toC,
                    ldc,
                    c.stride(0),
                    batch);
        }
    }

    private boolean isRounded(Tensor c) {
        return precision == ProductPrecision.BF16 && c.type() == DType.FLOAT32;
    }

    private void roundedProducts(
            boolean transposeA, boolean transposeB, int m, int n, int k, Tensor a, Tensor b, Tensor c) {
        int runs = Math.toIntExact(c.size(0));
        rounded.makeRoom(transposeA ? k : m, transposeA ? m : k, transposeB ? n : k, transposeB ? k : n, runs);
        Bfloat16Copies.Copy first = rounded.first(a);
        Bfloat16Copies.Copy second = rounded.second(b);
        device.blas()
                .gemmStridedBatched(
                        transposeA,
                        transposeB,
                        m,
                        n,
                        k,
                        alpha,
                        first.memory(),
                        first.rowStride(),
                        first.runStride(),
                        second.memory(),
                        second.rowStride(),
                        second.runStride(),
                        CuBlas.ElementType.BFLOAT16,
                        beta,
                        c.deviceSegment(),
                        leadingDimension(c),
                        c.stride(0),
                        CuBlas.ElementType.FLOAT32,
                        runs,
                        CuBlas.ComputeType.FLOAT32);
    }

    private void begin(DType type, double newAlpha, double newBeta) {
        device.use();
        if (type == DType.FLOAT32) {
            alpha.set(ValueLayout.JAVA_FLOAT, 0, (float) newAlpha);
            beta.set(ValueLayout.JAVA_FLOAT, 0, (float) newBeta);
        } else {
            alpha.set(ValueLayout.JAVA_DOUBLE, 0, newAlpha);
            beta.set(ValueLayout.JAVA_DOUBLE, 0, newBeta);
        }
    }

    /** Elements from one row to the next of each run's matrix. */
    private static int leadingDimension(Tensor matrices) {
        return Math.toIntExact(Math.max(1, matrices.stride(1)));
    }
}
