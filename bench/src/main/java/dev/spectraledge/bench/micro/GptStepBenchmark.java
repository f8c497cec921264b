package dev.spectraledge.bench.micro;

import dev.spectraledge.bench.gpt.GptTraining;
import dev.spectraledge.kernels.DType;
import dev.spectraledge.kernels.Workers;
import dev.spectraledge.kernels.cpu.CpuBackend;
import dev.spectraledge.trainer.step.Lanes;
import dev.spectraledge.trainer.step.StepTrainer;
import dev.spectraledge.trainer.step.TrainingSetup;
import dev.spectraledge.trainer.training.SampledBatches;
import java.util.List;
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

/**
 * A whole training step of language models that nobody watches: its multiply-adds against those of the large product, and what it
 * moves of vectors as long as the parameters beside the least that it must.
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MILLISECONDS)
@Warmup(iterations = 2, time = 5)
@Measurement(iterations = 3, time = 5)
@Fork(
        value = 1,
        jvmArgsAppend = {JvmFlags.NATIVE_ACCESS, JvmFlags.DENY_OTHERS, JvmFlags.VECTOR, JvmFlags.UNSAFE})
public class GptStepBenchmark {
    private static final long SEED = 42;

    @Param({"NANO", "SMALL", "GPT51M", "GPT2"})
    public GptTraining model;

    @Param({"1", "2"})
    public int workers;

    private Workers team;
    private StepTrainer trainer;
    private int gradients;

    @Setup(Level.Trial)
    public void start(Resolved resolved) {
        TrainingSetup setup = model.setup(model.windows(SEED), DType.FLOAT32, SEED);
        team = new Workers(workers);
        Lanes lanes = Lanes.onHost(new CpuBackend(), team);
        gradients = lanes.shares(setup);
        trainer = new StepTrainer(lanes, setup, new SampledBatches(setup.seeds(), setup.trainSequences()), List.of());
        trainer.initialise();
        trainer.start();
    }

    @TearDown(Level.Trial)
    public void stop() {
        trainer.close();
        team.close();
    }

    @Benchmark
    public double step(Arithmetic arithmetic, StepBytes bytes) {
        trainer.step();
        arithmetic.add(model.operations());
        bytes.add(gradients, trainer.parameters().flat().elements() * Float.BYTES);
        return trainer.loss(0);
    }
}
