package dev.spectraledge.kernels.linalg;

import dev.spectraledge.kernels.Backend;
import dev.spectraledge.kernels.DType;
import dev.spectraledge.kernels.MemoryOwner;
import dev.spectraledge.kernels.PhiloxKey;
import dev.spectraledge.kernels.SketchOperator;
import dev.spectraledge.kernels.Tensor;
import dev.spectraledge.kernels.Workers;
import java.lang.foreign.ValueLayout;

/**
 * One random map R^n → R^d applied by a team. Its columns come in parts whose size depends on n alone; part p draws from
 * the stream of the operator's key plus p·2³², and the parts are added in their order, so that the result does not
 * depend on the number of workers. The stream of the key must be below 2³².
 */
final class ParallelSketch {
    private static final long LEAST_PART = 1 << 14;
    private static final long MOST_PARTS = 1 << 10;

    private final Backend backend;
    private final Workers workers;
    private final int runs;
    private final long length;
    private final int rows;
    private final SketchOperator[] operators;
    private final Tensor[] partials;
    private final VectorSlices slices;
    private final Workers.Task task = this::part;
    private Tensor[] source;

    /** Slices of the last {@code remembered} vectors are kept. */
    ParallelSketch(
            Backend backend,
            Workers workers,
            MemoryOwner owner,
            SketchOperator operator,
            int runs,
            long length,
            int remembered) {
        PhiloxKey key = operator.key();
        if (key.stream() < 0 || key.stream() >>> 32 != 0) {
            throw new IllegalArgumentException("the stream of a sketch must be in 0 to 2^32 − 1, got " + key.stream());
        }
        this.backend = backend;
        this.workers = workers;
        this.runs = runs;
        this.length = length;
        rows = operator.rows();
        long size = Math.max(LEAST_PART, (length + MOST_PARTS - 1) / MOST_PARTS);
        slices = VectorSlices.bySize(length, (size + 15) / 16 * 16, remembered);
        operators = new SketchOperator[slices.count()];
        partials = new Tensor[slices.count()];
        for (int part = 0; part < operators.length; part++) {
            PhiloxKey partKey = new PhiloxKey(key.seed(), key.stream() + ((long) part << 32));
            operators[part] = new SketchOperator(operator.kind(), rows, operator.nonzerosPerColumn(), partKey);
            partials[part] = backend.allocate(owner, DType.FLOAT64, runs, rows);
        }
    }

    /** d. */
    int rows() {
        return rows;
    }

    /** out ← Ω·x for x {@code [S, n]} and FLOAT64 out {@code [S, d]}. */
    void apply(Tensor x, Tensor out) {
        if (x.rank() != 2 || x.size(0) != runs || x.size(1) != length) {
            throw new IllegalArgumentException("update must have shape [" + runs + ", " + length + "], got " + x);
        }
        source = slices.of(x);
        workers.run(task);
        for (int run = 0; run < runs; run++) {
            for (int row = 0; row < rows; row++) {
                double sum = 0;
                for (Tensor partial : partials) {
                    sum += partial.run(run).getDouble(row);
                }
                out.run(run).segment().setAtIndex(ValueLayout.JAVA_DOUBLE, row, sum);
            }
        }
    }

    private void part(int worker) {
        int count = operators.length;
        int end = (int) ((worker + 1L) * count / workers.count());
        for (int part = (int) ((long) worker * count / workers.count()); part < end; part++) {
            backend.sketch(operators[part], source[part], partials[part]);
        }
    }
}
