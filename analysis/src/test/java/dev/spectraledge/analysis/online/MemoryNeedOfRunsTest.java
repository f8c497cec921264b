package dev.spectraledge.analysis.online;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import dev.spectraledge.kernels.DType;
import dev.spectraledge.kernels.HostBackend;
import dev.spectraledge.kernels.Workers;
import dev.spectraledge.kernels.cpu.CpuBackend;
import dev.spectraledge.trainer.config.ConfigResolver;
import dev.spectraledge.trainer.config.MemoryNeed;
import dev.spectraledge.trainer.config.RunConfig;
import dev.spectraledge.trainer.run.ProgressReporter;
import dev.spectraledge.trainer.run.RunDirectory;
import dev.spectraledge.trainer.run.RunGroup;
import dev.spectraledge.trainer.step.Lanes;
import dev.spectraledge.trainer.step.TrainingMemory;
import dev.spectraledge.trainer.training.StopRequest;
import dev.spectraledge.trainer.training.TrainingLoop;
import java.lang.management.ManagementFactory;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What runs are said to need at least, beside what the trainer and the observers allocate for them. */
class MemoryNeedOfRunsTest {
    private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    /** Less would be no estimate: a run of twice the memory would be let through. */
    private static final double LEAST_SHARE = 0.4;

    @TempDir
    private Path folder;

    private int trainings;

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "1 | 1 | task.name=dyck",
                "1 | 3 | task.name=dyck",
                "4 | 2 | task.name=dyck",
                "1 | 2 | task.name=dyck training.batchSize=500",
                "1 | 1 | task.name=dyck observers=[]",
                "1 | 1 | task.name=dyck observers=[{name:\u00a0one,\u00a0window:\u00a064,\u00a0subset:\u00a0all}]",
                "1 | 1 | task.name=dyck"
                        + " observers=[{name:\u00a0one,\u00a0window:\u00a064,\u00a0stride:\u00a01,\u00a0storage:\u00a0bfloat16}]",
                "1 | 1 | task.name=dyck model.positions=5000",
                "1 | 1 | task.name=dyck model.layers=12",
                "1 | 1 | task.name=dyck training.precision=float64 training.optimizer=adam",
                "1 | 1 | task.name=dyck training.optimizer=sgd",
                "1 | 1 | task.name=dyck training.optimizer=muon",
                "1 | 2 | task.name=modular",
                "1 | 1 | task.name=modular training.batchSize=4000",
                "3 | 1 | task.name=modular task.operation=add+mul",
                "1 | 1 | task.name=scan task.trainExamples=40 task.testExamples=10",
                "1 | 2 | task.name=scan task.trainExamples=40 task.testExamples=10 training.batchSize=200",
                "1 | 1 | task.name=text task.source=rules task.tokens=50000",
                "1 | 4 | task.name=text task.source=rules task.tokens=50000 training.batchSize=4",
                "1 | 1 | task.name=text task.source=rules task.tokens=50000 task.vocabulary=20000 observers=[]",
                "1 | 1 | task.name=text task.source=rules task.tokens=50000 model.gated=true model.tied=false",
            })
    void isALowerBoundOfWhatIsAllocated(int runs, int workers, String overrides) {
        ConfigResolver resolver = new ConfigResolver().override("out=" + folder.resolve("run"));
        for (String override : overrides.strip().split(" ", -1)) {
            resolver.override(override.replace('\u00a0', ' '));
        }
        // The data is not of the trainer's making.
        RunConfig config = resolver.override("threads=" + workers).resolve();
        double staged = 2.0
                * Integer.BYTES
                * config.task().stagedSequences()
                * config.task().contextLength();
        double need = new MemoryNeed(config, runs, workers).bytes() - staged;
        double allocated = allocated(config, runs, workers);
        assertThat(need / allocated).as("%,.0f of %,.0f bytes", need, allocated).isBetween(LEAST_SHARE, 1.0);
    }

    /** Parts of it may be used by nobody yet, such as alignment. */
    @Test
    void whatIsSaidToBeThereIsWhatIsAllocated() {
        RunConfig config = new ConfigResolver()
                .override("task.name=text")
                .override("task.source=rules")
                .override("task.tokens=5000")
                .override("observers=[{name: one, window: 6, subset: all, stride: 1}]")
                .override("threads=2")
                .override("out=" + folder.resolve("run"))
                .resolve();
        AtomicLong bytes = new AtomicLong();
        try (RunGroup group = RunGroup.of(RunDirectory.create(config));
                Workers threads = new Workers(2);
                ProgressReporter progress = ProgressReporter.toStandardError(0, 1);
                TrainingLoop loop = new TrainingLoop(
                        group,
                        setup -> Lanes.onHost(counting(bytes), threads),
                        new SpectralObserverFactory(),
                        progress,
                        new StopRequest())) {
            TrainingMemory memory = loop.memory();
            long parameters = config.task()
                    .architecture(config.model(), config.task().contextLength())
                    .layout()
                    .size();
            assertThat(memory.parameters()).isEqualTo(4 * parameters);
            assertThat(memory.moments()).isEqualTo(2 * 4 * parameters);
            assertThat(memory.gradients()).isEqualTo(2 * 4 * parameters);
            // Six updates and a block of eight, and what they are formed of and divided into.
            assertThat(memory.windows()).isBetween((6 + 8) * 4 * parameters, (6 + 8 + 9 + 7) * 4 * parameters);
            assertThat(memory.activations()).isPositive();
            assertThat(memory.total() / bytes.doubleValue()).isBetween(1.0, 1.1);
        }
    }

    /** What many layers take beyond few, which leaves out everything else. */
    @Test
    void isALowerBoundOfTheHeapOfLayers() {
        String task = "modular"; // whose layers have the fewest objects
        int few = 10;
        int many = 160;
        double need = heapNeed(task, many) - heapNeed(task, few);
        double used = heapUsed(task, many) - heapUsed(task, few);
        assertThat(need / used).as("%,.0f of %,.0f bytes", need, used).isBetween(LEAST_SHARE, 1.0);
    }

    private RunConfig narrow(String task, int layers) {
        ConfigResolver resolver =
                new ConfigResolver().override("out=" + folder.resolve(task + layers + "-" + trainings++));
        for (String override : List.of(
                "task.name=" + task,
                "model={layers: " + layers + ", width: 2, heads: 1, feedForwardWidth: 2}",
                "training.batchSize=2",
                "observers=[]",
                "threads=1")) {
            resolver.override(override);
        }
        return resolver.resolve();
    }

    private double heapNeed(String task, int layers) {
        return new MemoryNeed(narrow(task, layers), 1, 1).heapBytes();
    }

    /** What this thread allocates; some of it does not stay. */
    private double heapUsed(String task, int layers) {
        RunConfig config = narrow(task, layers);
        long before = THREADS.getCurrentThreadAllocatedBytes();
        try (RunGroup group = RunGroup.of(RunDirectory.create(config));
                Workers threads = new Workers(1);
                ProgressReporter progress = ProgressReporter.toStandardError(0, 1);
                TrainingLoop loop = new TrainingLoop(
                        group,
                        setup -> Lanes.onHost(new CpuBackend(), threads),
                        new SpectralObserverFactory(),
                        progress,
                        new StopRequest())) {
            assertThat(loop).isNotNull();
            return THREADS.getCurrentThreadAllocatedBytes() - before;
        }
    }

    /** Each has room for its share of a batch alone. */
    @Test
    void fourWorkersNeedLittleMoreThanOne() {
        assertThat(allocatedForScan(4) / allocatedForScan(1)).isBetween(1.0, 1.3);
    }

    /** The default GPT: its windows are shared out, and its gradients are small beside what is kept of a batch. */
    @Test
    void fourWorkersOfAGptNeedLittleMoreThanOne() {
        assertThat(allocatedForText(4) / allocatedForText(1)).isBetween(1.0, 1.3);
    }

    /** Where attention is computed again in the backward pass, twice as many tokens more are twice the memory more. */
    @Test
    void memoryOfAGptGrowsAsItsWindowsDo() {
        double once = allocatedForWindows(1024) - allocatedForWindows(512);
        double twice = allocatedForWindows(2048) - allocatedForWindows(1024);
        assertThat(twice / once).isBetween(1.95, 2.05);
    }

    private double allocatedForWindows(int length) {
        return allocatedForText(
                1,
                "model.positions=" + length,
                "model.layers=1",
                "model.width=32",
                "model.heads=2",
                "model.feedForwardWidth=64",
                "training.batchSize=2");
    }

    private double allocatedForText(int workers, String... overrides) {
        ConfigResolver resolver = new ConfigResolver().override("out=" + folder.resolve("text" + ++trainings));
        List.of("task.name=text", "task.source=rules", "task.tokens=50000", "threads=" + workers)
                .forEach(resolver::override);
        List.of(overrides).forEach(resolver::override);
        return allocated(resolver.resolve(), 1, workers);
    }

    private double allocatedForScan(int workers) {
        ConfigResolver resolver = new ConfigResolver().override("out=" + folder.resolve("workers" + workers));
        for (String override : List.of(
                "task.name=scan",
                "task.trainExamples=400",
                "task.testExamples=100",
                "model.layers=1",
                "model.width=64",
                "model.feedForwardWidth=128",
                "observers=[]",
                "threads=" + workers)) {
            resolver.override(override);
        }
        return allocated(resolver.resolve(), 1, workers);
    }

    private static double allocated(RunConfig config, int runs, int workers) {
        AtomicLong bytes = new AtomicLong();
        List<Long> seeds = LongStream.range(0, runs).boxed().toList();
        try (RunGroup group = runs == 1 ? RunGroup.of(RunDirectory.create(config)) : RunGroup.create(config, seeds);
                Workers threads = new Workers(workers);
                ProgressReporter progress = ProgressReporter.toStandardError(0, 1)) {
            new TrainingLoop(
                            group,
                            setup -> Lanes.onHost(counting(bytes), threads),
                            new SpectralObserverFactory(),
                            progress,
                            new StopRequest())
                    .close();
        }
        return bytes.doubleValue();
    }

    private static HostBackend counting(AtomicLong bytes) {
        HostBackend backend = new CpuBackend();
        return (HostBackend) Proxy.newProxyInstance(
                HostBackend.class.getClassLoader(), new Class<?>[] {HostBackend.class}, (proxy, method, arguments) -> {
                    if (method.getName().equals("allocateVectors")) {
                        bytes.addAndGet(((DType) arguments[1]).bytes() * (long) arguments[2] * (long) arguments[3]);
                    }
                    if (method.getName().equals("allocate")) {
                        long size = ((DType) arguments[1]).bytes();
                        for (long length : (long[]) arguments[2]) {
                            size *= length;
                        }
                        bytes.addAndGet(size);
                    }
                    try {
                        return method.invoke(backend, arguments);
                    } catch (InvocationTargetException failure) {
                        throw failure.getCause();
                    }
                });
    }
}
