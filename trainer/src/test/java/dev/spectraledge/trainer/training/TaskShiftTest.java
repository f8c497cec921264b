package dev.spectraledge.trainer.training;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.tuple;
import static org.assertj.core.api.Assertions.within;

import dev.spectraledge.kernels.MemoryOwner;
import dev.spectraledge.kernels.Tensor;
import dev.spectraledge.kernels.Workers;
import dev.spectraledge.kernels.cpu.CpuBackend;
import dev.spectraledge.trainer.QuietObserver;
import dev.spectraledge.trainer.Update;
import dev.spectraledge.trainer.UsageException;
import dev.spectraledge.trainer.config.ConfigResolver;
import dev.spectraledge.trainer.config.RunConfig;
import dev.spectraledge.trainer.corpus.CorpusWriter;
import dev.spectraledge.trainer.corpus.TextFiles;
import dev.spectraledge.trainer.corpus.TokenizerChoice;
import dev.spectraledge.trainer.io.CsvReader;
import dev.spectraledge.trainer.io.EventLog;
import dev.spectraledge.trainer.io.SafetensorsFile;
import dev.spectraledge.trainer.run.ProgressReporter;
import dev.spectraledge.trainer.run.RunDirectory;
import dev.spectraledge.trainer.run.RunGroup;
import dev.spectraledge.trainer.run.RunState;
import dev.spectraledge.trainer.step.Lanes;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A run of twelve steps in which something changes after the seventh. */
class TaskShiftTest {
    private static final int SHIFT = 7;
    private static final int STEPS = 12;

    @TempDir
    private Path folder;

    private RunConfig config(String name, String... overrides) {
        List<String> all = new ArrayList<>(List.of(
                "model.width=8",
                "model.heads=2",
                "model.feedForwardWidth=8",
                "model.layers=1",
                "training.steps=" + STEPS,
                "training.stopOn=null",
                "training.trace=true",
                "training.precision=float64",
                "training.batchSize=6",
                "training.weightDecay=0",
                "evaluation.every=3",
                "checkpoints.schedule=list",
                "checkpoints.steps=[7, 8]",
                "checkpoints.resumeEvery=3",
                "observers=[{name: probe, stride: 1}]",
                "out=" + folder.resolve(name)));
        all.addAll(List.of(overrides));
        if (!all.contains("task.name=text")) {
            all.add("task.sequences=80");
        }
        ConfigResolver resolver = new ConfigResolver();
        all.forEach(resolver::override);
        return resolver.resolve();
    }

    private static RunState train(RunGroup group, int stopAfter) {
        RunState state;
        StopRequest stop = new StopRequest();
        do {
            try (Workers workers = new Workers(2);
                    ProgressReporter progress = ProgressReporter.toStandardError(group.stepsDone(), STEPS);
                    TrainingLoop loop = new TrainingLoop(
                            group,
                            setup -> Lanes.onHost(new CpuBackend(), workers),
                            (own, context) -> new Stopping(stop, stopAfter),
                            progress,
                            stop)) {
                state = loop.train();
            }
        } while (state == RunState.RUNNING);
        return state;
    }

    private Path trained(String name, String... overrides) {
        RunConfig config = config(name, overrides);
        try (RunGroup group = RunGroup.of(RunDirectory.create(config))) {
            assertThat(train(group, 0)).isEqualTo(RunState.DONE);
        }
        return config.out();
    }

    private static double[] losses(Path run) {
        double[] losses = CsvReader.read(run.resolve("trace.csv")).column("loss");
        assertThat(losses).hasSize(STEPS);
        return losses;
    }

    /** The first steps in which both losses are the same. */
    private static int common(Path first, Path second) {
        int mismatch = Arrays.mismatch(losses(first), losses(second));
        return mismatch < 0 ? STEPS : mismatch;
    }

    @Test
    void theLearningRateChangesAlone() {
        String[] schedule = {
            "training.learningRateSchedule=cosine", "training.cosineSteps=11", "training.weightDecay=0.5"
        };
        Path plain = trained("plain", schedule);
        Path shifted = trained(
                "shifted",
                schedule[0],
                schedule[1],
                schedule[2],
                "training.shiftAfter=7",
                "training.shiftedLearningRate=0.05");
        // The loss of a step is that before it.
        assertThat(common(plain, shifted)).isEqualTo(SHIFT + 1);
        CsvReader metrics = CsvReader.read(shifted.resolve("metrics.csv"));
        assertThat(metrics.column("step")).containsExactly(0, 1, 3, 6, 9, 12);
        double[] rates = metrics.column("learning_rate");
        assertThat(rates[3])
                .isEqualTo(CsvReader.read(plain.resolve("metrics.csv")).column("learning_rate")[3])
                .isLessThan(1e-3);
        assertThat(rates[4]).isEqualTo(0.05);
        assertThat(rates[5]).isEqualTo(0.05);
        assertThat(EventLog.read(shifted.resolve("events.csv")))
                .extracting(EventLog.Event::step, EventLog.Event::name, EventLog.Event::detail)
                .contains(tuple(7L, "task_shift", "learning rate 0.05"));
    }

    @Test
    void theBatchSizeChangesAlone() {
        Path plain = trained("plain");
        Path shifted = trained("shifted", "training.shiftAfter=7", "training.shiftedBatchSize=3");
        assertThat(common(plain, shifted)).isEqualTo(SHIFT);
        assertThat(EventLog.read(shifted.resolve("events.csv")))
                .extracting(EventLog.Event::detail)
                .contains("batch size 6 to 3");
    }

    /**
     * The first step of an Adam without decay moves every element by η·g/(|g| + ε), with the moments' corrections of a first
     * step: hardly less than η where a gradient is far above ε, and never more.
     */
    @Test
    void aFreshOptimizerTakesAFirstStep() {
        Path plain = trained("plain");
        Path shifted = trained("shifted", "training.shiftAfter=7", "training.freshOptimizer=true");
        assertThat(common(plain, shifted)).isEqualTo(SHIFT + 1);
        double[] moved = moved(shifted);
        double[] usual = moved(plain);
        int fresh = 0;
        int before = 0;
        for (int i = 0; i < moved.length; i++) {
            assertThat(moved[i]).isLessThan(1e-3 * (1 + 1e-9));
            fresh += moved[i] > 0.99e-3 ? 1 : 0;
            before += usual[i] > 0.99e-3 ? 1 : 0;
        }
        // Elements whose gradient is above 1e-6 are nearly all.
        assertThat(fresh).isGreaterThan(moved.length * 9 / 10);
        assertThat(before).isLessThan(fresh / 2);
    }

    /** |Δθ| of step 8, of the matrix of queries, keys and values. */
    private static double[] moved(Path run) {
        String name = "encoder.layers.0.self_attn.in_proj_weight";
        try (MemoryOwner owner = MemoryOwner.open("moved");
                SafetensorsFile before = SafetensorsFile.open(run.resolve("checkpoints/step_000007.safetensors"));
                SafetensorsFile after = SafetensorsFile.open(run.resolve("checkpoints/step_000008.safetensors"))) {
            Tensor from = before.read(owner, name);
            Tensor to = after.read(owner, name);
            double[] moved = new double[Math.toIntExact(from.elements())];
            Tensor flatFrom = from.reshape(from.elements());
            Tensor flatTo = to.reshape(to.elements());
            Arrays.setAll(moved, i -> Math.abs(flatTo.get(i) - flatFrom.get(i)));
            return moved;
        }
    }

    /** Texts whose letters have nothing in common. */
    private String[] corpora() throws IOException {
        return new String[] {
            "task.name=text",
            "task.corpus=" + corpus("first", "abbacab"),
            "task.shiftedCorpus=" + corpus("second", "xyzzyxz"),
            "task.contextLength=8",
            "model.positions=8",
            "training.learningRate=0.01",
            "training.learningRateSchedule=constant",
            "training.learningRateFloor=0",
            "training.warmUpSteps=0",
            "evaluation.tokens=64",
            "training.shiftAfter=7",
        };
    }

    private Path corpus(String name, String words) throws IOException {
        Path target = folder.resolve(name);
        if (Files.notExists(target)) {
            Path file = Files.writeString(folder.resolve(name + ".txt"), words.repeat(60));
            CorpusWriter writer = new CorpusWriter(new TextFiles(List.of(file), "text", -1), 0.2);
            writer.write(target, new TokenizerChoice("bytes", 0).tokenizer(size -> null));
        }
        return target;
    }

    @Test
    void anotherCorpusIsTrainedOnAndBothAreLookedAtThroughout() throws IOException {
        Path run = trained("run", corpora());
        CsvReader metrics = CsvReader.read(run.resolve("metrics.csv"));
        assertThat(metrics.column("step")).containsExactly(0, 1, 3, 6, 9, 12);
        double[] own = metrics.column("test_loss");
        double[] other = metrics.column("test_loss_second");
        assertThat(own).doesNotContain(Double.NaN);
        assertThat(own[3]).isLessThan(own[0]);
        // Nobody has seen its letters, and those that are seen take probability from them.
        assertThat(other[3]).isGreaterThan(other[0]);
        assertThat(other[5]).isLessThan(other[3]);
        assertThat(EventLog.read(run.resolve("events.csv")))
                .extracting(EventLog.Event::step, EventLog.Event::name, EventLog.Event::detail)
                .contains(tuple(7L, "task_shift", "trains on " + folder.resolve("second")));
        // The loss of step 8 is that of the first batch of the other corpus.
        double[] losses = losses(run);
        assertThat(losses[SHIFT]).isCloseTo(other[3], within(1.0)).isGreaterThan(losses[SHIFT - 1] + 0.5);
    }

    /** Before, at and after the shift; everything changes at once. */
    @ParameterizedTest
    @ValueSource(ints = {4, 7, 8, 10})
    void anInterruptionLeavesNoTrace(int stopAfter) throws IOException {
        List<String> overrides = new ArrayList<>(List.of(corpora()));
        overrides.addAll(List.of(
                "training.shiftedLearningRate=0.002",
                "training.shiftedBatchSize=4",
                "training.freshOptimizer=true",
                "training.weightDecayChange=task_shift",
                "training.finalWeightDecay=0.1"));
        Path whole = trained("whole", overrides.toArray(String[]::new));
        RunConfig config = config("interrupted", overrides.toArray(String[]::new));
        try (RunGroup group = RunGroup.of(RunDirectory.create(config))) {
            assertThat(train(group, stopAfter)).isEqualTo(RunState.STOPPED);
            assertThat(group.stepsDone()).isEqualTo(stopAfter);
        }
        try (RunGroup group = RunGroup.resume(config.out())) {
            assertThat(train(group, 0)).isEqualTo(RunState.DONE);
        }
        for (String file : List.of("metrics.csv", "trace.csv", "events.csv", "checkpoints/step_000012.safetensors")) {
            assertThat(config.out().resolve(file)).hasSameBinaryContentAs(whole.resolve(file));
        }
        assertThat(EventLog.read(whole.resolve("events.csv")))
                .extracting(EventLog.Event::step, EventLog.Event::name)
                .containsExactly(tuple(7L, "task_shift"), tuple(7L, "weight_decay"), tuple(12L, "finished"));
        assertThat(CsvReader.read(whole.resolve("metrics.csv")).column("weight_decay"))
                .containsExactly(0, 0, 0, 0, 0.1, 0.1);
    }

    /** What was kept of a step between two resume states is computed again. */
    @Test
    void aKillLeavesNoTrace() throws IOException {
        String[] overrides = corpora();
        Path whole = trained("whole", overrides);
        RunConfig config = config("killed", overrides);
        try (RunGroup group = RunGroup.of(RunDirectory.create(config))) {
            assertThatThrownBy(() -> train(group, -10)).isInstanceOf(Killed.class);
            assertThat(group.stepsDone()).isEqualTo(9);
        }
        try (RunGroup group = RunGroup.resume(config.out())) {
            assertThat(train(group, 0)).isEqualTo(RunState.DONE);
        }
        for (String file : List.of("metrics.csv", "trace.csv", "events.csv", "checkpoints/step_000012.safetensors")) {
            assertThat(config.out().resolve(file)).hasSameBinaryContentAs(whole.resolve(file));
        }
    }

    @Test
    void runsSideBySideShiftTogether() {
        String[] overrides = {"training.shiftAfter=7", "training.shiftedBatchSize=3", "training.freshOptimizer=true"};
        try (RunGroup group = RunGroup.create(config("group", overrides), List.of(42L, 43L))) {
            assertThat(train(group, 0)).isEqualTo(RunState.DONE);
        }
        Path alone = trained("alone", overrides);
        // Of several runs each is one lane's, a lone one is shared out.
        double[] side = losses(folder.resolve("group/seed-42"));
        double[] own = losses(alone);
        for (int step = 0; step < STEPS; step++) {
            assertThat(side[step]).isCloseTo(own[step], within(1e-9));
        }
    }

    @Test
    void whatCannotBeIsOneLine() throws IOException {
        refused("training.shiftAfter: nothing changes after step 7; choose", "training.shiftAfter=7");
        refused(
                "shiftedLearningRate, shiftedBatchSize and freshOptimizer need shiftAfter",
                "training.freshOptimizer=true");
        refused("task.shiftedCorpus needs training.shiftAfter", "task.name=text", "task.shiftedCorpus=jdk-code");
        refused(
                "shiftedCorpus needs task.source=corpus",
                "task.name=text",
                "task.source=rules",
                "task.shiftedCorpus=jdk-code");
        refused(
                "shiftedBatchSize needs batches that the program draws",
                "training.shiftAfter=7",
                "training.shiftedBatchSize=3",
                "training.randomStream=pytorch");
        refused("names no event of this run", "training.stopOn=task_shift");
    }

    private void refused(String message, String... overrides) {
        assertThatThrownBy(() -> config("refused", overrides))
                .isInstanceOf(UsageException.class)
                .hasMessageContaining(message);
    }

    private static final class Killed extends RuntimeException {
        private static final long serialVersionUID = 1;
    }

    /** Asks to stop in a step, or ends everything there if it is negative. */
    private static final class Stopping extends QuietObserver {
        private final StopRequest stop;
        private final int step;

        Stopping(StopRequest stop, int step) {
            super("probe", 1);
            this.stop = stop;
            this.step = step;
        }

        @Override
        public void record(Update update) {
            if (update.step() == step) {
                stop.make();
            }
            if (update.step() == -step) {
                throw new Killed();
            }
        }
    }
}
