package dev.spectraledge.analysis.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The memory that whole runs of language models take, as Linux counts it, beside what they say before they begin. */
@Tag("nightly")
class PeakMemoryTest {
    private static final Pattern PLAN = Pattern.compile("memory: .*: ([0-9.]+) (MB|GB) of ");

    @TempDir
    private Path folder;

    private int runs;

    /** @param planned bytes */
    private record Measured(double planned, double peak) {
        double ratio() {
            return peak / planned;
        }
    }

    @BeforeEach
    void requireLinux() {
        assumeTrue(Signals.exist(), "no /proc");
    }

    private Measured measured(String... settings) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(List.of("run", "text", "task.source=rules", "task.tokens=50000"));
        command.addAll(List.of(settings));
        command.addAll(
                List.of("device=cpu", "--out", folder.resolve("run" + ++runs).toString()));
        SedgeProcess process = SedgeProcess.start(folder.resolve("log"), command);
        double peak = process.awaitPeakMemory();
        Matcher plan = PLAN.matcher(process.output());
        assertThat(plan.find()).as(process.output()).isTrue();
        return new Measured(Double.parseDouble(plan.group(1)) * (plan.group(2).equals("GB") ? 1e9 : 1e6), peak);
    }

    /** 51 million parameters with an exact window of 10 over all of them, until the window is full. */
    @Test
    void aLargeRunTakesTheMemoryThatItSaysItWill() throws Exception {
        Measured run = measured(
                "--preset",
                "tinystories-51m",
                "task.contextLength=64",
                "training.batchSize=2",
                "training.accumulation=1",
                "evaluation.tokens=128",
                "checkpoints.schedule=none",
                "observers=[{name: one, stride: 1, window: 10, subset: all, groups: true}]",
                "threads=2",
                "--steps",
                "12");
        assertThat(run.ratio()).as(run.toString()).isBetween(0.9, 1.1);
    }

    /** The default model. */
    @Test
    void fourThreadsTakeLittleMoreThanOne() throws Exception {
        Measured one = measured("threads=1", "--steps", "20");
        Measured four = measured("threads=4", "--steps", "20");
        assertThat(four.peak() / one.peak()).as(one + " " + four).isLessThan(1.3);
    }
}
