package dev.spectraledge.analysis.cli;

import static dev.spectraledge.analysis.cli.CommandLineRunner.succeed;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import dev.spectraledge.trainer.io.Json;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A run that signals stop says how to go on, and going on ends with the bytes of a run that was left alone. */
@Tag("process")
class StopAndResumeTest {
    private static final Path STATUS = Path.of("/proc/self/status");
    private static final int SIGINT = 2;
    private static final int ROWS_BETWEEN_SIGNALS = 7;
    /** Resume states are due at the end only: whatever else there is was written because of the signal. */
    private static final List<String> RUN = List.of(
            "run",
            "dyck",
            "task.sequences=550",
            "model.width=32",
            "model.heads=2",
            "model.feedForwardWidth=48",
            "training.steps=2000",
            "training.trace=true",
            "evaluation.every=50",
            "checkpoints.resumeEvery=2000",
            "observers.paper.stride=20",
            "observers.paper.nullEvery=5",
            "threads=2");

    @TempDir
    private Path temporary;

    @Test
    void everySignalStopsAfterAWholeStep() throws Exception {
        assumeThat(STATUS).as("a system with signals").exists();
        Path undisturbed = temporary.resolve("undisturbed");
        succeed(RUN, "--out", undisturbed);

        Path stopped = temporary.resolve("stopped");
        List<String> begin = new ArrayList<>(RUN);
        begin.addAll(List.of("--out", stopped.toString()));
        List<String> resume = List.of("run", "--resume", stopped.toString());
        List<String> signals = isIgnored(SIGINT) ? List.of("TERM", "USR1") : List.of("TERM", "USR1", "INT");
        for (String signal : signals) {
            boolean isFirst = signal.equals(signals.getFirst());
            SedgeProcess process = SedgeProcess.start(temporary.resolve(signal + ".log"), isFirst ? begin : resume);
            awaitRows(process, stopped.resolve("metrics.csv"));
            process.signal(signal);
            process.requireExitCode(signal.equals("INT") ? StopSignals.INTERRUPTED : StopSignals.TRY_AGAIN);
            var summary = Json.readObject(stopped.resolve("summary.json"));
            assertThat(summary).containsEntry("state", "stopped");
            assertThat(process.output().lines())
                    .last()
                    .isEqualTo("sedge: stopped after step " + summary.get("final_step")
                            + "; to go on: sedge run --resume " + stopped);
        }
        succeed(resume);
        assertThat(Json.readObject(stopped.resolve("summary.json"))).containsEntry("state", "done");
        SedgeProcess.requireSameBytes(undisturbed, stopped);
    }

    /** Waits for some evaluations more than there are now. */
    private static void awaitRows(SedgeProcess process, Path table) throws IOException, InterruptedException {
        long goal = rows(table) + ROWS_BETWEEN_SIGNALS;
        process.await(goal + " rows of " + table, () -> rows(table) >= goal);
    }

    private static long rows(Path table) throws IOException {
        if (Files.notExists(table)) {
            return 0;
        }
        try (var lines = Files.lines(table)) {
            return lines.count();
        }
    }

    /** Shells let the programs that they start in the background ignore Ctrl-C, and their children as well. */
    private static boolean isIgnored(int signal) throws IOException {
        try (var lines = Files.lines(STATUS)) {
            long ignored = lines.filter(line -> line.startsWith("SigIgn:"))
                    .mapToLong(line -> Long.parseUnsignedLong(line.substring(7).strip(), 16))
                    .findFirst()
                    .orElseThrow();
            return (ignored >> (signal - 1) & 1) == 1;
        }
    }
}
