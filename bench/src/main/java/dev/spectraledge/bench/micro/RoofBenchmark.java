package dev.spectraledge.bench.micro;

import dev.spectraledge.bindings.Blas;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import java.util.concurrent.TimeUnit;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorSpecies;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/**
 * What the machine can do at most: float32 multiply-adds by a large matrix product, and memory traffic by the kernels of
 * STREAM (McCalpin 1995), in cache and from memory. Writes are counted once: the read that a cached write implies is
 * not. Run with {@code -t 1} and {@code -t 2}; every thread has its own arrays.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.Throughput)
@OutputTimeUnit(TimeUnit.SECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(
        value = 1,
        jvmArgsAppend = {JvmFlags.NATIVE_ACCESS, JvmFlags.DENY_OTHERS, JvmFlags.VECTOR, JvmFlags.UNSAFE})
public class RoofBenchmark {

    private static final VectorSpecies<Float> SPECIES = FloatVector.SPECIES_PREFERRED;
    private static final ByteOrder ORDER = ByteOrder.nativeOrder();
    private static final int ORDER_OF_PRODUCT = 1024;
    private static final int UNROLL = 4;

    /** The matrices of the largest product. */
    @State(Scope.Thread)
    public static class Matrices {

        private Arena arena;
        private MemorySegment a;
        private MemorySegment b;
        private MemorySegment c;

        @Setup(Level.Trial)
        public void allocate(Resolved resolved) {
            arena = Arena.ofShared();
            long bytes = (long) ORDER_OF_PRODUCT * ORDER_OF_PRODUCT * Float.BYTES;
            a = filled(arena, bytes);
            b = filled(arena, bytes);
            c = filled(arena, bytes);
        }

        @TearDown(Level.Trial)
        public void free() {
            arena.close();
        }
    }

    /** Three arrays that fit a core's own cache, the shared cache, or no cache at all. */
    @State(Scope.Thread)
    public static class Arrays {

        @Param({"128", "4096", "262144"})
        public int kibibytes;

        private Arena arena;
        private long bytes;
        private MemorySegment x;
        private MemorySegment y;
        private MemorySegment z;

        @Setup(Level.Trial)
        public void allocate(Resolved resolved) {
            arena = Arena.ofShared();
            bytes = kibibytes * 1024L;
            x = filled(arena, bytes);
            y = filled(arena, bytes);
            z = filled(arena, bytes);
        }

        @TearDown(Level.Trial)
        public void free() {
            arena.close();
        }
    }

    private static MemorySegment filled(Arena arena, long bytes) {
        MemorySegment segment = arena.allocate(bytes, 64);
        for (long offset = 0; offset < bytes; offset += Float.BYTES) {
            segment.set(ValueLayout.JAVA_FLOAT, offset, 1e-3f * (offset % 1000));
        }
        return segment;
    }

    @Benchmark
    public void multiplyAdd(Matrices matrices, Arithmetic arithmetic) {
        int n = ORDER_OF_PRODUCT;
        Blas.sgemm(false, false, n, n, n, 1, matrices.a, n, matrices.b, n, 0, matrices.c, n);
        arithmetic.add(2L * n * n * n);
    }

    @Benchmark
    public float read(Arrays arrays, Traffic traffic) {
        FloatVector sum0 = FloatVector.zero(SPECIES);
        FloatVector sum1 = sum0;
        FloatVector sum2 = sum0;
        FloatVector sum3 = sum0;
        long vector = SPECIES.vectorByteSize();
        for (long offset = 0; offset < arrays.bytes; offset += UNROLL * vector) {
            sum0 = sum0.add(load(arrays.x, offset));
            sum1 = sum1.add(load(arrays.x, offset + vector));
            sum2 = sum2.add(load(arrays.x, offset + 2 * vector));
            sum3 = sum3.add(load(arrays.x, offset + 3 * vector));
        }
        traffic.add(arrays.bytes);
        return sum0.add(sum1).add(sum2.add(sum3)).lane(0);
    }

    @Benchmark
    public void copy(Arrays arrays, Traffic traffic) {
        long vector = SPECIES.vectorByteSize();
        for (long offset = 0; offset < arrays.bytes; offset += vector) {
            load(arrays.x, offset).intoMemorySegment(arrays.z, offset, ORDER);
        }
        traffic.add(2 * arrays.bytes);
    }

    @Benchmark
    public void triad(Arrays arrays, Traffic traffic) {
        FloatVector factor = FloatVector.broadcast(SPECIES, 0.5f);
        long vector = SPECIES.vectorByteSize();
        for (long offset = 0; offset < arrays.bytes; offset += vector) {
            load(arrays.x, offset).fma(factor, load(arrays.y, offset)).intoMemorySegment(arrays.z, offset, ORDER);
        }
        traffic.add(3 * arrays.bytes);
    }

    private static FloatVector load(MemorySegment segment, long offset) {
        return FloatVector.fromMemorySegment(SPECIES, segment, offset, ORDER);
    }
}
