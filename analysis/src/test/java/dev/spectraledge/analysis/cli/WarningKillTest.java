package dev.spectraledge.analysis.cli;

import static dev.spectraledge.analysis.cli.CommandLineRunner.succeed;
import static org.assertj.core.api.Assertions.assertThat;

import dev.spectraledge.trainer.io.EventLog;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A run that is killed after one of its warnings and before the next has the events of one that was left alone. */
@Tag("process")
class WarningKillTest {
    private static final int EVENT = 2;

    private static final List<String> RUN = List.of(
            "run",
            "dyck",
            "model.width=8",
            "model.heads=2",
            "model.feedForwardWidth=8",
            "model.layers=1",
            "task.sequences=60",
            "training.steps=300",
            "training.stopOn=null",
            "training.learningRate=0.1",
            "training.weightDecay=0",
            "training.trace=true",
            "evaluation.every=100",
            "evaluation.attentionEvery=10",
            "evaluation.curvatureEvery=10",
            "warnings=loss_kurtosis,loss_cusum,step_gradient_norm,attention_entropy,directional_curvature,g23",
            "checkpoints.schedule=none",
            "checkpoints.resumeEvery=40",
            "observers=[{name: paper, stride: 5, window: 4, subset: all}]",
            "device=cpu",
            "threads=1");

    @TempDir
    private Path temporary;

    /** As the other does, without a process that dies. */
    @Test
    void theEventsOfARunThatStoppedInBetweenAreTheSame() throws Exception {
        Path whole = temporary.resolve("whole");
        succeed(RUN, "--out", whole);
        long between = EventLog.read(whole.resolve("events.csv")).get(EVENT).step();
        Path halves = temporary.resolve("halves");
        succeed(RUN, "--out", halves, "--steps", between);
        succeed(List.of("run", "--resume", halves.toString(), "--steps", "300"));
        // The end of its first half is an event as well.
        List<EventLog.Event> events = new ArrayList<>(EventLog.read(halves.resolve("events.csv")));
        assertThat(events.removeIf(
                        event -> event.step() == between && event.name().equals("finished")))
                .isTrue();
        assertThat(events).isEqualTo(EventLog.read(whole.resolve("events.csv")));
    }

    @Test
    @Tag("nightly")
    void theEventsAreThoseOfARunThatWasLeftAlone() throws Exception {
        Path whole = temporary.resolve("whole");
        succeed(RUN, "--out", whole);
        List<EventLog.Event> events = EventLog.read(whole.resolve("events.csv"));
        assertThat(events.stream().filter(event -> event.name().startsWith("warning_")))
                .hasSizeGreaterThan(EVENT);
        Path killed = temporary.resolve("killed");
        List<String> command = new ArrayList<>(RUN);
        command.addAll(List.of("--out", killed.toString()));
        SedgeProcess.startSignalled(temporary.resolve("log"), "KILL", "rows: .*/events.csv", EVENT, command)
                .requireKilled();
        succeed(List.of("run", "--resume", killed.toString()));
        assertThat(killed.resolve("events.csv")).hasSameTextualContentAs(whole.resolve("events.csv"));
    }
}
