package dev.spectraledge.analysis.cli;

import dev.spectraledge.bindings.Blas;
import dev.spectraledge.kernels.MemoryOwner;
import dev.spectraledge.kernels.Workers;
import java.lang.foreign.MemorySegment;
import java.nio.ByteOrder;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorSpecies;

/**
 * Measures in a few seconds what bounds every computation on this machine: the rate of matrix products and of reading
 * memory. A quick look, the best of several tries; the benchmarks measure with care.
 */
final class Roofs {
    private static final VectorSpecies<Float> SPECIES = FloatVector.SPECIES_PREFERRED;
    private static final long SECOND = 1_000_000_000L;
    private static final long TRY_FOR = SECOND / 2;
    private static final int LARGE_PRODUCT = 768;
    private static final int SMALL_PRODUCT = 64;
    private static final int SMALL_PRODUCTS_PER_TRY = 200;
    private static final int WARM_UP_CALLS = 3000;
    private static final long WARM_UP_BYTES = 16 << 10;
    /** Larger than the caches of today's CPUs. */
    private static final long BYTES_READ = 256L << 20;

    private final Workers workers;

    Roofs(Workers workers) {
        this.workers = workers;
    }

    /** GFLOP/s of float32 products of 768 × 768 matrices, one at a time per worker, each by single-threaded OpenBLAS. */
    double largeProducts() {
        return products(LARGE_PRODUCT, 1);
    }

    /** GFLOP/s of float32 products of 64 × 64 matrices. */
    double smallProducts() {
        return products(SMALL_PRODUCT, SMALL_PRODUCTS_PER_TRY);
    }

    /** GB/s of reading memory that no cache holds. */
    double memoryRead() {
        try (MemoryOwner owner = MemoryOwner.open("doctor: memory")) {
            MemorySegment[] segments = new MemorySegment[workers.count()];
            for (int worker = 0; worker < segments.length; worker++) {
                // Touches every page, so that none is the shared page of zeros.
                segments[worker] = owner.allocate(BYTES_READ).fill((byte) 1);
            }
            // Stored, so that the additions are not optimised away.
            float[] sums = new float[workers.count()];
            compileSum(segments, sums);
            return best((double) BYTES_READ * workers.count(), worker -> sums[worker] = sum(segments[worker]));
        }
    }

    /** Vector code runs a thousand times slower until it is compiled, so it gets short pieces to warm up on. */
    private void compileSum(MemorySegment[] segments, float[] sums) {
        for (int i = 0; i < WARM_UP_CALLS; i++) {
            workers.run(worker -> sums[worker] = sum(segments[worker].asSlice(0, WARM_UP_BYTES)));
        }
    }

    private double products(int order, int repetitions) {
        try (MemoryOwner owner = MemoryOwner.open("doctor: products")) {
            long bytes = (long) order * order * Float.BYTES;
            MemorySegment[][] matrices = new MemorySegment[workers.count()][3];
            for (MemorySegment[] triple : matrices) {
                for (int i = 0; i < triple.length; i++) {
                    triple[i] = owner.allocate(bytes);
                }
            }
            double flops = 2.0 * order * order * order * repetitions * workers.count();
            return best(flops, worker -> {
                MemorySegment[] own = matrices[worker];
                for (int i = 0; i < repetitions; i++) {
                    Blas.sgemm(false, false, order, order, order, 1, own[0], order, own[1], order, 0, own[2], order);
                }
            });
        }
    }

    /** Units of 10⁹ per second in the fastest try. */
    private double best(double amount, Workers.Task task) {
        double best = 0;
        long end = System.nanoTime() + TRY_FOR;
        do {
            long start = System.nanoTime();
            workers.run(task);
            best = Math.max(best, amount / (System.nanoTime() - start));
        } while (System.nanoTime() < end);
        return best;
    }

    private static float sum(MemorySegment segment) {
        long step = SPECIES.vectorByteSize();
        FloatVector sum0 = FloatVector.zero(SPECIES);
        FloatVector sum1 = sum0;
        FloatVector sum2 = sum0;
        FloatVector sum3 = sum0;
        for (long offset = 0; offset < segment.byteSize(); offset += 4 * step) {
            sum0 = sum0.add(load(segment, offset));
            sum1 = sum1.add(load(segment, offset + step));
            sum2 = sum2.add(load(segment, offset + 2 * step));
            sum3 = sum3.add(load(segment, offset + 3 * step));
        }
        return sum0.add(sum1).add(sum2.add(sum3)).lane(0);
    }

    private static FloatVector load(MemorySegment segment, long offset) {
        return FloatVector.fromMemorySegment(SPECIES, segment, offset, ByteOrder.nativeOrder());
    }
}
