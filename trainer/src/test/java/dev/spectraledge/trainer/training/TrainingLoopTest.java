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
import dev.spectraledge.trainer.TestMemory;
import dev.spectraledge.trainer.Update;
import dev.spectraledge.trainer.config.ConfigResolver;
import dev.spectraledge.trainer.config.RunConfig;
import dev.spectraledge.trainer.io.CsvReader;
import dev.spectraledge.trainer.io.EventLog;
import dev.spectraledge.trainer.io.SafetensorsFile;
import dev.spectraledge.trainer.run.ProgressReporter;
import dev.spectraledge.trainer.run.RunDirectory;
import dev.spectraledge.trainer.run.RunGroup;
import dev.spectraledge.trainer.run.RunState;
import dev.spectraledge.trainer.step.DivergenceException;
import dev.spectraledge.trainer.step.Lanes;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TrainingLoopTest {
    private static final List<Long> SEEDS = List.of(5L, 6L, 7L);
    private static final int STEPS = 20;
    private static final int POISONED_STEP = 8;

    @TempDir
    private Path folder;

    @AfterEach
    void nothingLeaks() {
        assertThat(TestMemory.leaks()).isEmpty();
    }

    private RunConfig config(String name, String... overrides) {
        ConfigResolver resolver = new ConfigResolver()
                .override("model.width=8")
                .override("model.heads=2")
                .override("model.feedForwardWidth=8")
                .override("task.sequences=80")
                .override("training.steps=" + STEPS)
                .override("training.trace=true")
                .override("evaluation.every=5")
                .override("checkpoints.resumeEvery=5")
                .override("observers=[{name: probe, stride: 1}]")
                .override("out=" + folder.resolve(name));
        for (String override : overrides) {
            resolver.override(override);
        }
        return resolver.resolve();
    }

    private static RunState train(RunGroup group, StopRequest stopRequest, Probe probe) {
        try (Workers workers = new Workers(2);
                ProgressReporter progress = ProgressReporter.toStandardError(0, STEPS);
                TrainingLoop loop = new TrainingLoop(
                        group,
                        setup -> Lanes.onHost(new CpuBackend(), workers),
                        (own, context) -> probe,
                        progress,
                        stopRequest)) {
            try {
                return loop.train();
            } catch (RuntimeException failure) {
                loop.failed(failure);
                throw failure;
            }
        }
    }

    @Test
    void aRunThatDivergesFailsAloneAndTheOthersGoOn() throws IOException {
        try (RunGroup sound = RunGroup.create(config("sound"), SEEDS)) {
            assertThat(train(sound, new StopRequest(), new Probe(-1, null))).isEqualTo(RunState.DONE);
        }
        Probe probe = new Probe(1, null);
        try (RunGroup group = RunGroup.create(config("poisoned"), SEEDS)) {
            assertThat(train(group, new StopRequest(), probe)).isEqualTo(RunState.FAILED);
            assertThat(group.runs())
                    .extracting(RunDirectory::state)
                    .containsExactly(RunState.DONE, RunState.FAILED, RunState.DONE);
            RunDirectory failed = group.runs().get(1);
            assertThat(failed.readSummary().get("error").toString())
                    .contains("run 1 (seed 6), step " + (POISONED_STEP + 1));
            assertThat(EventLog.read(failed.events()))
                    .extracting(EventLog.Event::name)
                    .containsExactly("failed");
            assertThat(Files.readAllLines(failed.trace())).hasSize(1 + POISONED_STEP);
            assertThat(probe.finished).containsExactly(1, 0, 2);
        }
        for (String survivor : List.of("seed-5", "seed-7")) {
            for (String file : List.of("trace.csv", "metrics.csv", "checkpoints/step_000020.safetensors")) {
                assertThat(folder.resolve("poisoned").resolve(survivor).resolve(file))
                        .hasSameBinaryContentAs(
                                folder.resolve("sound").resolve(survivor).resolve(file));
            }
        }
    }

    @Test
    void severalObjectivesAreShownOneByOneAndSurviveAnInterruption() throws IOException {
        RunConfig config = new ConfigResolver()
                .override("task.name=modular")
                .override("task.operation=add+mul")
                .override("task.prime=7")
                .override("model.width=8")
                .override("model.heads=2")
                .override("model.feedForwardWidth=8")
                .override("training.batchSize=8")
                .override("training.stopOn=null")
                .override("training.steps=" + STEPS)
                .override("evaluation.every=5")
                .override("evaluation.grokAccuracy=0")
                .override("evaluation.grokPatience=3")
                .override("checkpoints.resumeEvery=5")
                .override("observers=[]")
                .override("out=" + folder.resolve("modular"))
                .resolve();
        StopRequest stop = new StopRequest();
        try (Workers workers = new Workers(2);
                RunGroup group = RunGroup.create(config, SEEDS);
                ProgressReporter progress = ProgressReporter.toStandardError(0, STEPS);
                TrainingLoop loop = new TrainingLoop(
                        group,
                        setup -> Lanes.onHost(new CpuBackend(), workers),
                        (own, context) -> null,
                        progress,
                        stop)) {
            stop.make();
            assertThat(loop.train()).isEqualTo(RunState.STOPPED);
        }
        try (RunGroup group = RunGroup.resume(config.out())) {
            assertThat(train(group, new StopRequest(), new Probe(-1, null))).isEqualTo(RunState.DONE);
            for (RunDirectory run : group.runs()) {
                assertThat(Files.readAllLines(run.metrics()).getFirst())
                        .endsWith(",train_loss_add,train_accuracy_add,test_loss_add,test_accuracy_add"
                                + ",train_loss_mul,train_accuracy_mul,test_loss_mul,test_accuracy_mul");
                // Evaluated at steps 0, 1 and 5: the streak goes on where the interruption left it.
                assertThat(EventLog.read(run.events()))
                        .extracting(EventLog.Event::step, EventLog.Event::name)
                        .containsExactly(
                                tuple(0L, "grok_add"),
                                tuple(0L, "grok_mul"),
                                tuple(0L, "grok"),
                                tuple(20L, "finished"));
                assertThat(run.readSummary()).containsEntry("grok_step_add", 0L).containsEntry("grok_step_mul", 0L);
            }
            assertThat(Files.readAllLines(group.runs().get(0).metrics()).get(3))
                    .isNotEqualTo(
                            Files.readAllLines(group.runs().get(1).metrics()).get(3));
        }
    }

    @Test
    void aRunThatFailedIsNotTriedAgainWhenTheOthersResume() throws IOException {
        StopRequest stop = new StopRequest();
        RunConfig config = config("group");
        try (RunGroup group = RunGroup.create(config, SEEDS)) {
            assertThat(train(group, stop, new Probe(1, stop))).isEqualTo(RunState.STOPPED);
            assertThat(group.runs())
                    .extracting(RunDirectory::state)
                    .containsExactly(RunState.STOPPED, RunState.FAILED, RunState.STOPPED);
        }
        Path events = config.out().resolve("seed-6/events.csv");
        String before = Files.readString(events);
        try (RunGroup group = RunGroup.resume(config.out())) {
            assertThat(train(group, new StopRequest(), new Probe(-1, null))).isEqualTo(RunState.FAILED);
            assertThat(group.runs())
                    .extracting(RunDirectory::state)
                    .containsExactly(RunState.DONE, RunState.FAILED, RunState.DONE);
            assertThat(group.runs().get(1).readSummary()).containsKey("error");
        }
        assertThat(events).content().isEqualTo(before);
    }

    @Test
    void theOnlyRunThatDivergesIsAFailure() {
        RunConfig config = config("alone");
        try (RunGroup group = RunGroup.of(RunDirectory.create(config))) {
            assertThatThrownBy(() -> train(group, new StopRequest(), new Probe(0, null)))
                    .isInstanceOf(DivergenceException.class);
            assertThat(group.runs().getFirst().state()).isEqualTo(RunState.FAILED);
        }
    }

    @Test
    void aRunEndsWhenItIsTold() {
        assertThat(finalStep("by-number", "training.stopOn=7")).isEqualTo(7);
        // Every evaluation, also that of the initial model, reaches an accuracy of 0.
        assertThat(finalStep("by-event", "training.stopOn=grok+6", "evaluation.grokAccuracy=0"))
                .isEqualTo(6);
        assertThat(finalStep("never", "training.stopOn=grok+6", "evaluation.grokAccuracy=1"))
                .isEqualTo(STEPS);
        String stop = "evaluation.stopAccuracy=0";
        String patience = "evaluation.stopPatience=3";
        // Evaluations after 0, 1 and 5 steps.
        assertThat(finalStep("at-once", stop, patience)).isEqualTo(5);
        assertThat(finalStep("later", stop, patience, "training.stopOn=stop_accuracy+8"))
                .isEqualTo(5 + 8);
    }

    private long finalStep(String name, String... overrides) {
        try (RunGroup group = RunGroup.of(RunDirectory.create(config(name, overrides)))) {
            assertThat(train(group, new StopRequest(), new Probe(-1, null))).isEqualTo(RunState.DONE);
            return ((Number) group.runs().getFirst().readSummary().get("final_step")).longValue();
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"adamw", "adam", "muon"})
    void weightDecayChangesAfterAnEventAlsoWhenTheRunIsInterrupted(String optimizer) throws IOException {
        String[] overrides = {
            "training.optimizer=" + optimizer,
            "evaluation.grokAccuracy=0",
            "evaluation.grokPatience=3",
            "training.weightDecayChange=grok+7",
            "training.finalWeightDecay=0.25",
            "training.weightDecayRamp=4",
            "training.learningRateSchedule=cosine",
            "training.warmUpSteps=10",
        };
        // It is stopped with the change known and begun.
        RunConfig whole = sameAsInterrupted(overrides);
        // The third evaluation in a row, after 5 steps, shows the event of step 0.
        assertThat(EventLog.read(whole.out().resolve("events.csv")))
                .extracting(EventLog.Event::step, EventLog.Event::name)
                .containsExactly(tuple(0L, "grok"), tuple(5L, "weight_decay"), tuple(20L, "finished"));
        CsvReader metrics = CsvReader.read(whole.out().resolve("metrics.csv"));
        assertThat(metrics.column("step")).containsExactly(0, 1, 5, 10, 15, 20);
        assertThat(metrics.column("weight_decay")).containsExactly(1, 1, 1, 1 - 0.75 * 0.75, 0.25, 0.25);
        assertThat(metrics.column("learning_rate"))
                .containsExactly(new double[] {0, 1e-4, 5e-4, 1e-3, 5e-4, 0}, within(1e-18));
    }

    /** A run that is trained without an interruption, and once more with one after step 11. */
    private RunConfig sameAsInterrupted(String... overrides) {
        RunConfig whole = config("whole", overrides);
        try (RunGroup group = RunGroup.of(RunDirectory.create(whole))) {
            assertThat(train(group, new StopRequest(), new Probe(-1, null))).isEqualTo(RunState.DONE);
        }
        RunConfig interrupted = config("interrupted", overrides);
        StopRequest stop = new StopRequest();
        try (RunGroup group = RunGroup.of(RunDirectory.create(interrupted))) {
            assertThat(train(group, stop, new Probe(-1, stop))).isEqualTo(RunState.STOPPED);
        }
        try (RunGroup group = RunGroup.resume(interrupted.out())) {
            assertThat(train(group, new StopRequest(), new Probe(-1, null))).isEqualTo(RunState.DONE);
        }
        for (String file : List.of("metrics.csv", "trace.csv", "events.csv", "checkpoints/step_000020.safetensors")) {
            assertThat(interrupted.out().resolve(file))
                    .hasSameBinaryContentAs(whole.out().resolve(file));
        }
        return whole;
    }

    /** The matrix of queries, keys and values of the first block. */
    private static double[] attention(RunConfig run, String checkpoint) {
        try (MemoryOwner owner = MemoryOwner.open("attention");
                SafetensorsFile file = SafetensorsFile.open(run.out().resolve("checkpoints/" + checkpoint))) {
            Tensor read = file.read(owner, "encoder.layers.0.self_attn.in_proj_weight");
            Tensor flat = read.reshape(read.elements());
            double[] values = new double[Math.toIntExact(read.elements())];
            Arrays.setAll(values, flat::get);
            return values;
        }
    }

    @Test
    void aGradientIsConfinedToTheSameDirectionsAfterAnInterruption() {
        RunConfig confined = sameAsInterrupted("training.attentionGradientRank=3");
        RunConfig free = config("free");
        try (RunGroup group = RunGroup.of(RunDirectory.create(free))) {
            assertThat(train(group, new StopRequest(), new Probe(-1, null))).isEqualTo(RunState.DONE);
        }
        assertThat(attention(confined, "step_000020.safetensors"))
                .isNotEqualTo(attention(free, "step_000020.safetensors"));
    }

    /** Of which the first of the last twenty gradients are a part: those before the interruption, too. */
    @Test
    void aGradientIsConfinedToTheSameEdgeAfterAnInterruption() {
        RunConfig edge =
                sameAsInterrupted("training.attentionGradientRank=3", "training.attentionGradientDirections=edge");
        RunConfig random = config("random", "training.attentionGradientRank=3");
        try (RunGroup group = RunGroup.of(RunDirectory.create(random))) {
            assertThat(train(group, new StopRequest(), new Probe(-1, null))).isEqualTo(RunState.DONE);
        }
        assertThat(attention(edge, "step_000020.safetensors"))
                .isNotEqualTo(attention(random, "step_000020.safetensors"));
    }

    @Test
    void attentionWithoutDirectionsStaysWhereItBegan() {
        RunConfig frozen = config(
                "frozen",
                "training.attentionGradientRank=0",
                "training.weightDecay=0",
                "checkpoints.schedule=list",
                "checkpoints.steps=[0]");
        try (RunGroup group = RunGroup.of(RunDirectory.create(frozen))) {
            assertThat(train(group, new StopRequest(), new Probe(-1, null))).isEqualTo(RunState.DONE);
        }
        assertThat(attention(frozen, "step_000020.safetensors"))
                .isEqualTo(attention(frozen, "step_000000.safetensors"));
        double[] losses = CsvReader.read(frozen.out().resolve("trace.csv")).column("loss");
        assertThat(losses[STEPS - 1]).as("the rest learns").isLessThan(losses[0]);
    }

    /** Puts a NaN into the weights of one run, and asks to stop some steps later. */
    private static final class Probe extends QuietObserver {
        private final int poisonedRun;
        private final StopRequest stop;
        private final List<Integer> finished = new ArrayList<>();

        Probe(int poisonedRun, StopRequest stop) {
            super("probe", 1);
            this.poisonedRun = poisonedRun;
            this.stop = stop;
        }

        @Override
        public void record(Update update) {
            if (poisonedRun >= 0 && update.step() == POISONED_STEP) {
                update.parametersAfter().set(Double.NaN, poisonedRun, 3);
            }
            if (stop != null && update.step() == POISONED_STEP + 3) {
                stop.make();
            }
        }

        @Override
        public void finish(int run) {
            finished.add(run);
        }
    }
}
