package dev.spectraledge.analysis.cli;

import static dev.spectraledge.analysis.cli.CommandLineRunner.sedgeUntil;
import static dev.spectraledge.analysis.cli.CommandLineRunner.succeed;
import static org.assertj.core.api.Assertions.assertThat;

import dev.spectraledge.analysis.cli.CommandLineRunner.Outcome;
import dev.spectraledge.trainer.io.Json;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Runs side by side that are killed and stopped end with the bytes of those that were left alone. */
@Tag("process")
@Tag("nightly") // EveryDiskChangeTest kills runs side by side in every build, without a process of their own
class RunGroupKillTest {
    @TempDir
    private Path folder;

    @Test
    void killsLeaveNoTrace() throws Exception {
        Path undisturbed = folder.resolve("undisturbed");
        List<String> command = new ArrayList<>(RunGroupCommandTest.RUN);
        command.addAll(List.of("--threads", "2", "--seeds", "3", "--out"));
        succeed(command, undisturbed);

        Path killed = folder.resolve("killed");
        SedgeProcess.startSignalled(
                        folder.resolve("log"),
                        "KILL",
                        "unfinished: .*/killed/resume.safetensors",
                        2,
                        command,
                        killed.toString())
                .requireKilled();
        // When one of the runs has ended and the others have not.
        Outcome stopped = sedgeUntil("TERM", "whole: .*/report.html", 1, "run", "--resume", killed);
        assertThat(stopped.exitCode()).as(stopped.err()).isEqualTo(StopSignals.TRY_AGAIN);
        assertThat(stopped.err()).contains("to go on: sedge run --resume " + killed);
        succeed(List.of("run", "--resume", killed.toString()));
        SedgeProcess.requireSameBytes(undisturbed, killed);
        for (int seed = 42; seed < 45; seed++) {
            assertThat(Json.readObject(killed.resolve("seed-" + seed + "/summary.json")))
                    .containsEntry("state", "done")
                    .containsKey("grok_step");
        }
    }
}
