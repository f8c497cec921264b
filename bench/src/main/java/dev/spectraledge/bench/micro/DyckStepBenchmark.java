package dev.spectraledge.bench.micro;

import dev.spectraledge.bench.dyck.DyckTraining;
import dev.spectraledge.trainer.data.Batching;
import java.util.concurrent.TimeUnit;
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

/** A whole training step of the published Dyck configuration, for each layout of the batch. */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Warmup(iterations = 5, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(
        value = 2,
        jvmArgsAppend = {JvmFlags.NATIVE_ACCESS, JvmFlags.DENY_OTHERS, JvmFlags.VECTOR, JvmFlags.UNSAFE})
public class DyckStepBenchmark {

    @Param({"PREFIXES", "DEDUPLICATED", "PACKED", "PADDED"})
    public Batching batching;

    @Param({"1", "2"})
    public int workers;

    private DyckTraining training;

    @Setup(Level.Trial)
    public void start(Resolved resolved) {
        training = DyckTraining.published(batching, workers, DyckTraining.Observers.NONE);
    }

    @TearDown(Level.Trial)
    public void stop() {
        training.close();
    }

    @Benchmark
    public double step() {
        training.trainer().step();
        return training.trainer().loss(0);
    }
}
