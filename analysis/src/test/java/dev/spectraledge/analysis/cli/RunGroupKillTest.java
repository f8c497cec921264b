package dev.spectraledge.analysis.cli;

import static dev.spectraledge.analysis.cli.CommandLineRunner.succeed;
import static org.assertj.core.api.Assertions.assertThat;

import dev.spectraledge.trainer.io.Json;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Runs side by side that are killed and stopped end with the bytes of those that were left alone. */
@Tag("process")
class RunGroupKillTest {
    private static final int KILLS = 2;
    private static final long SEED = 7;
    /** What a life may add to the tables of its three runs before it is killed: some steps. */
    private static final int MOST_BYTES = 20_000;

    @TempDir
    private Path folder;

    @Test
    void killsLeaveNoTrace() throws Exception {
        Path undisturbed = folder.resolve("undisturbed");
        List<String> command = new ArrayList<>(RunGroupCommandTest.RUN);
        command.addAll(List.of("evaluation.stopAccuracy=0.99", "--threads", "2", "--seeds", "3", "--out"));
        succeed(command, undisturbed);

        Path killed = folder.resolve("killed");
        Path state = killed.resolve("resume.safetensors");
        Random random = new Random(SEED);
        SedgeProcess process = start("life-0", command, killed.toString());
        for (int life = 1; life <= KILLS; life++) {
            process.awaitNewVersion(state);
            process.awaitGrowth(killed, random.nextInt(MOST_BYTES));
            process.kill();
            process = start("life-" + life, List.of("run", "--resume", killed.toString()));
        }
        process.awaitNewVersion(state);
        process.signal("TERM");
        process.requireExitCode(StopSignals.TRY_AGAIN);
        assertThat(process.output()).contains("to go on: sedge run --resume " + killed);
        succeed(List.of("run", "--resume", killed.toString()));
        SedgeProcess.requireSameBytes(undisturbed, killed);
        for (int seed = 42; seed < 45; seed++) {
            assertThat(Json.readObject(killed.resolve("seed-" + seed + "/summary.json")))
                    .containsEntry("state", "done")
                    .containsKey("grok_step");
        }
    }

    private SedgeProcess start(String name, List<String> command, String... more) throws IOException {
        return SedgeProcess.start(folder.resolve(name + ".log"), command, more);
    }
}
