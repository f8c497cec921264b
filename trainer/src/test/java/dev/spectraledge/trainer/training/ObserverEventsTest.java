package dev.spectraledge.trainer.training;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.spectraledge.kernels.Workers;
import dev.spectraledge.kernels.cpu.CpuBackend;
import dev.spectraledge.trainer.QuietObserver;
import dev.spectraledge.trainer.RunEvents;
import dev.spectraledge.trainer.Update;
import dev.spectraledge.trainer.UsageException;
import dev.spectraledge.trainer.config.RunConfig;
import dev.spectraledge.trainer.io.EventLog;
import dev.spectraledge.trainer.run.RunDirectory;
import dev.spectraledge.trainer.run.RunGroup;
import dev.spectraledge.trainer.run.RunState;
import dev.spectraledge.trainer.run.TrainingProgress;
import dev.spectraledge.trainer.step.Lanes;
import java.lang.reflect.Proxy;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What observers have seen happen, with results that are known at the end of a block of eight steps. */
class ObserverEventsTest {
    private static final int SEEN = 11;
    private static final int BLOCK_END = 16;
    private static final int INTERRUPTED = 13;

    @TempDir
    private Path folder;

    private final List<String> messages = new ArrayList<>();

    private RunConfig config(String name, String... overrides) {
        List<String> all = new ArrayList<>(List.of(
                "training.steps=30",
                "evaluation.every=50",
                "evaluation.grokAccuracy=1",
                "checkpoints.resumeEvery=50",
                "checkpoints.schedule=none",
                "observers=[{name: probe, stride: 1, alarm: 2}]"));
        all.addAll(List.of(overrides));
        return TinyRuns.config(folder.resolve(name), all.toArray(String[]::new));
    }

    private RunState train(RunGroup group, StopRequest stop) {
        return train(group, stop, 0);
    }

    /** @param stopStep in which the observer asks to stop */
    private RunState train(RunGroup group, StopRequest stop, int stopStep) {
        TrainingProgress progress = (TrainingProgress) Proxy.newProxyInstance(
                getClass().getClassLoader(), new Class<?>[] {TrainingProgress.class}, (proxy, method, arguments) -> {
                    if (method.getName().equals("message")) {
                        messages.add((String) arguments[0]);
                    }
                    return null;
                });
        try (Workers workers = new Workers(1);
                TrainingLoop loop = new TrainingLoop(
                        group,
                        setup -> Lanes.onHost(new CpuBackend(), workers),
                        (own, context) ->
                                new Probe(context.runs().getFirst().events(), context.block(), stop, stopStep),
                        progress,
                        stop)) {
            return loop.train();
        }
    }

    private RunState trainAnew(RunConfig config) {
        try (RunGroup group = RunGroup.of(RunDirectory.create(config))) {
            return train(group, new StopRequest());
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"stopOn: edge_probe", "weightDecayChange: edge_probe+2, finalWeightDecay: 0"})
    void anEventActsAtTheEndOfItsBlockWhereverTheRunWasInterrupted(String keys) {
        RunConfig whole = config("whole", "training={" + keys + "}");
        assertThat(trainAnew(whole)).isEqualTo(RunState.DONE);

        RunConfig interrupted = config("interrupted", "training={" + keys + "}");
        try (RunGroup group = RunGroup.of(RunDirectory.create(interrupted))) {
            assertThat(train(group, new StopRequest(), INTERRUPTED)).isEqualTo(RunState.STOPPED);
            assertThat(group.stepsDone()).isEqualTo(INTERRUPTED);
        }
        try (RunGroup group = RunGroup.resume(interrupted.out())) {
            assertThat(train(group, new StopRequest())).isEqualTo(RunState.DONE);
        }
        for (String file : List.of("events.csv", "metrics.csv", "trace.csv")) {
            assertThat(interrupted.out().resolve(file))
                    .hasSameBinaryContentAs(whole.out().resolve(file));
        }
        List<EventLog.Event> events = EventLog.read(whole.out().resolve("events.csv"));
        assertThat(events).contains(new EventLog.Event(SEEN, BLOCK_END, "edge_probe", "seen"));
        if (keys.startsWith("stopOn")) {
            assertThat(events.getLast().step()).isEqualTo(BLOCK_END);
        } else {
            assertThat(events.get(1).name()).isEqualTo("weight_decay");
            assertThat(events.get(1).step()).isEqualTo(BLOCK_END);
        }
    }

    @Test
    void anEvaluationOrACheckpointEndsABlock() {
        RunConfig config = config("evaluated", "training.stopOn=edge_probe+1", "evaluation.every=6");
        assertThat(trainAnew(config)).isEqualTo(RunState.DONE);
        assertThat(EventLog.read(config.out().resolve("events.csv")))
                .contains(new EventLog.Event(SEEN, 12, "edge_probe", "seen"))
                .last()
                .returns(12L, EventLog.Event::step);
    }

    @Test
    void anEventIsShown() {
        trainAnew(config("shown"));
        assertThat(messages).contains("step 11: edge_probe, seen");
    }

    @Test
    void onlyEventsOfTheRunCanBeReferredTo() {
        assertThatThrownBy(() -> config("typo", "training.stopOn=edge_prob+5"))
                .isInstanceOf(UsageException.class)
                .hasMessageContaining("training.stopOn (edge_prob+5) names no event of this run")
                .hasMessageContaining("grok, edge_probe");
        assertThatThrownBy(() -> config("silent", "observers=[{name: probe}]", "training.stopOn=edge_probe"))
                .isInstanceOf(UsageException.class)
                .hasMessageContaining("names no event of this run; there are grok");
    }

    /** Sees something in a step; its results are known when a block is complete. */
    private static final class Probe extends QuietObserver {
        private final RunEvents events;
        private final int block;
        private final StopRequest stop;
        private final int stopStep;
        private int pending;

        Probe(RunEvents events, int block, StopRequest stop, int stopStep) {
            super("probe", 1);
            this.events = events;
            this.block = block;
            this.stop = stop;
            this.stopStep = stopStep;
        }

        @Override
        public void record(Update update) {
            pending = (pending + 1) % block;
            if (update.step() == stopStep) {
                stop.make();
            }
        }

        @Override
        public int pending() {
            return pending;
        }

        @Override
        public void complete() {
            pending = 0;
        }

        @Override
        public void absorb(long step, Update update) {
            if (step == SEEN) {
                events.raise("edge_probe", step, "seen");
            }
        }
    }
}
