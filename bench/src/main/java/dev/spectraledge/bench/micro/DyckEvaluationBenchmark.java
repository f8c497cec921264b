package dev.spectraledge.bench.micro;

import dev.spectraledge.bench.dyck.DyckTraining;
import dev.spectraledge.kernels.Workers;
import dev.spectraledge.kernels.cpu.CpuBackend;
import dev.spectraledge.trainer.data.Batching;
import dev.spectraledge.trainer.data.SplitData;
import dev.spectraledge.trainer.model.Architecture;
import dev.spectraledge.trainer.model.Model;
import dev.spectraledge.trainer.model.ParameterLayout;
import dev.spectraledge.trainer.model.Workspace;
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

/** Loss and accuracy on the 5,000 published test strings, with what they begin with in common computed once or not. */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MILLISECONDS)
@Warmup(iterations = 5, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(
        value = 2,
        jvmArgsAppend = {JvmFlags.NATIVE_ACCESS, JvmFlags.DENY_OTHERS, JvmFlags.VECTOR, JvmFlags.UNSAFE})
public class DyckEvaluationBenchmark {
    private static final long SEED = 42;

    /** Whether each distinct sequence is computed as a whole, or each distinct beginning once. */
    public enum Layout {
        WHOLE_SEQUENCES,
        SHARED_PREFIXES
    }

    @Param
    public Layout layout;

    @Param({"1", "2"})
    public int workers;

    private Workers crew;
    private StepTrainer trainer;

    /** The same models, of which it is not said that sequences can share anything. */
    private record Unshared(Architecture own) implements Architecture {
        @Override
        public ParameterLayout layout() {
            return own.layout();
        }

        @Override
        public Model create(Workspace workspace) {
            return own.create(workspace);
        }
    }

    @Setup(Level.Trial)
    public void start(Resolved resolved) {
        SplitData data = DyckTraining.publishedData();
        TrainingSetup published = DyckTraining.setup(data, Batching.DEDUPLICATED, SEED);
        TrainingSetup setup = new TrainingSetup(
                published.data(),
                layout == Layout.SHARED_PREFIXES ? published.architecture() : new Unshared(published.architecture()),
                published.paddingToken(),
                published.seeds(),
                published.settings(),
                published.optimizer(),
                published.batchSize(),
                published.batching(),
                published.precision());
        crew = new Workers(workers);
        SampledBatches batches =
                new SampledBatches(new long[] {SEED}, data.train().size());
        trainer = new StepTrainer(Lanes.onHost(new CpuBackend(), crew), setup, batches, List.of());
        trainer.initialise();
        trainer.start();
    }

    @TearDown(Level.Trial)
    public void stop() {
        trainer.close();
        crew.close();
    }

    @Benchmark
    public double evaluate() {
        return trainer.evaluateTest()[0].loss();
    }
}
