package dev.spectraledge.bench.micro;

import dev.spectraledge.kernels.DType;
import dev.spectraledge.kernels.PhiloxKey;
import dev.spectraledge.kernels.Tensor;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/** Counter-based random numbers for a vector of the size of the Dyck model. */
@State(Scope.Thread)
@BenchmarkMode(Mode.Throughput)
@OutputTimeUnit(TimeUnit.SECONDS)
@Warmup(iterations = 3, time = 300, timeUnit = TimeUnit.MILLISECONDS)
@Measurement(iterations = 5, time = 300, timeUnit = TimeUnit.MILLISECONDS)
@Fork(
        value = 1,
        jvmArgsAppend = {JvmFlags.NATIVE_ACCESS, JvmFlags.DENY_OTHERS, JvmFlags.VECTOR, JvmFlags.UNSAFE})
public class RandomBenchmark {

    private static final long PARAMETERS = 273_421;

    private CpuContext cpu;
    private PhiloxKey[] keys;
    private Tensor out;

    @Setup(Level.Trial)
    public void allocate(CpuContext context) {
        cpu = context;
        keys = new PhiloxKey[] {new PhiloxKey(42, 7)};
        out = cpu.backend.allocate(cpu.owner, DType.FLOAT32, 1, PARAMETERS);
    }

    @Benchmark
    public void uniform(Traffic traffic) {
        cpu.backend.uniform(keys, -1, 1, out);
        traffic.add(PARAMETERS * Float.BYTES);
    }

    @Benchmark
    public void normal(Traffic traffic) {
        cpu.backend.normal(keys, 0, 1, out);
        traffic.add(PARAMETERS * Float.BYTES);
    }
}
