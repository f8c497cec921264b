package dev.spectraledge.analysis.cli;

import static dev.spectraledge.analysis.cli.CommandLineRunner.sedgeUntil;
import static dev.spectraledge.analysis.cli.CommandLineRunner.succeed;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.spectraledge.analysis.cli.CommandLineRunner.Outcome;
import dev.spectraledge.trainer.io.Json;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A run that signals stop says how to go on, and going on ends with the bytes of a run that was left alone. */
class StopAndResumeTest {
    private static final int SIGINT = 2;
    /** An evaluation that is neither the first nor the last after a signal. */
    private static final String CHANGE = "rows: .*/metrics.csv";

    private static final int COUNT = 3;
    /** Resume states are due at the end only: whatever else there is was written because of the signal. */
    private static final List<String> RUN = List.of(
            "run",
            "dyck",
            "task.sequences=80",
            "model.width=16",
            "model.heads=2",
            "model.feedForwardWidth=16",
            "training.steps=60",
            "training.stopOn=null",
            "training.trace=true",
            "evaluation.every=4",
            "checkpoints.resumeEvery=60",
            "observers.paper.stride=2",
            "observers.paper.nullEvery=5",
            "device=cpu",
            "threads=2");

    @TempDir
    private Path temporary;

    @Test
    void everySignalStopsAfterAWholeStep() throws IOException {
        assumeTrue(Signals.exist(), "this system has no signals");
        Path undisturbed = temporary.resolve("undisturbed");
        succeed(RUN, "--out", undisturbed);

        Path stopped = temporary.resolve("stopped");
        List<String> begin = new ArrayList<>(RUN);
        begin.addAll(List.of("--out", stopped.toString()));
        List<String> resume = List.of("run", "--resume", stopped.toString());
        List<String> command = begin;
        for (String signal : Signals.isIgnored(SIGINT) ? List.of("TERM", "USR1") : List.of("TERM", "USR1", "INT")) {
            Outcome outcome = sedgeUntil(signal, CHANGE, COUNT, command.toArray());
            assertThat(outcome.exitCode())
                    .isEqualTo(signal.equals("INT") ? StopSignals.INTERRUPTED : StopSignals.TRY_AGAIN);
            var summary = Json.readObject(stopped.resolve("summary.json"));
            assertThat(summary).containsEntry("state", "stopped");
            assertThat(outcome.err().lines())
                    .last()
                    .isEqualTo("sedge: stopped after step " + summary.get("final_step")
                            + "; to go on: sedge run --resume " + stopped);
            command = resume;
        }
        succeed(resume);
        assertThat(Json.readObject(stopped.resolve("summary.json"))).containsEntry("state", "done");
        SedgeProcess.requireSameBytes(undisturbed, stopped);
    }
}
