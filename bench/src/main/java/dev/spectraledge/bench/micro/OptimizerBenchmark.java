package dev.spectraledge.bench.micro;

import dev.spectraledge.kernels.DType;
import dev.spectraledge.kernels.OptimizerArguments;
import dev.spectraledge.kernels.Tensor;
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
import org.openjdk.jmh.annotations.Warmup;

/** The fused optimiser steps, with and without the accumulator of the decay part. */
@State(Scope.Thread)
@BenchmarkMode(Mode.Throughput)
@OutputTimeUnit(TimeUnit.SECONDS)
@Warmup(iterations = 3, time = 300, timeUnit = TimeUnit.MILLISECONDS)
@Measurement(iterations = 5, time = 300, timeUnit = TimeUnit.MILLISECONDS)
@Fork(
        value = 1,
        jvmArgsAppend = {JvmFlags.NATIVE_ACCESS, JvmFlags.DENY_OTHERS, JvmFlags.VECTOR, JvmFlags.UNSAFE})
public class OptimizerBenchmark {

    @Param({"273421", "3979529"})
    public long parameters;

    @Param({"false", "true"})
    public boolean decayPart;

    private CpuContext cpu;
    private OptimizerArguments adamArguments;
    private OptimizerArguments coupledArguments;
    private OptimizerArguments momentumArguments;

    @Setup(Level.Trial)
    public void allocate(CpuContext context) {
        cpu = context;
        Tensor theta = cpu.normal(1, parameters);
        Tensor gradient = cpu.normal(1, parameters);
        Tensor firstMoment = cpu.normal(1, parameters);
        Tensor secondMoment = cpu.backend.allocate(cpu.owner, DType.FLOAT32, 1, parameters);
        Tensor decay = decayPart ? cpu.normal(1, parameters) : null;
        adamArguments =
                new OptimizerArguments(theta, gradient, firstMoment, secondMoment, null, decay, hyperparameters());
        Tensor decayMoment = cpu.backend.allocate(cpu.owner, DType.FLOAT32, 1, parameters);
        coupledArguments = new OptimizerArguments(
                theta, gradient, firstMoment, secondMoment, decayMoment, null, decay, hyperparameters());
        momentumArguments = new OptimizerArguments(theta, gradient, firstMoment, null, null, decay, hyperparameters());
    }

    private Tensor hyperparameters() {
        Tensor table = cpu.backend.allocate(cpu.owner, DType.FLOAT64, 1, OptimizerArguments.HYPERPARAMETERS);
        table.set(1e-3, 0, OptimizerArguments.LEARNING_RATE);
        table.set(1, 0, OptimizerArguments.WEIGHT_DECAY);
        table.set(0.9, 0, OptimizerArguments.BETA1);
        table.set(0.98, 0, OptimizerArguments.BETA2);
        table.set(1e-8, 0, OptimizerArguments.EPSILON);
        table.set(1, 0, OptimizerArguments.GRADIENT_SCALE);
        table.set(1000, 0, OptimizerArguments.STEP);
        table.set(1, 0, OptimizerArguments.ACTIVE);
        return table;
    }

    private long vectors(int count) {
        return (count + (decayPart ? 2 : 0)) * parameters * Float.BYTES;
    }

    /** Reads four vectors, writes three. */
    @Benchmark
    public void adamW(Traffic traffic) {
        cpu.backend.adamW(adamArguments);
        traffic.add(vectors(7));
    }

    /** Reads five vectors, writes four. */
    @Benchmark
    public void adam(Traffic traffic) {
        cpu.backend.adam(coupledArguments);
        traffic.add(vectors(9));
    }

    /** Reads three vectors, writes two. */
    @Benchmark
    public void momentum(Traffic traffic) {
        cpu.backend.sgd(momentumArguments, false);
        traffic.add(vectors(5));
    }
}
