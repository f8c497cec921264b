package dev.spectraledge.analysis.cli;

import static dev.spectraledge.analysis.cli.CommandLineRunner.sedge;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import dev.spectraledge.analysis.cli.CommandLineRunner.Outcome;
import dev.spectraledge.analysis.report.SampleRun;
import dev.spectraledge.trainer.io.Json;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ReportCommandTest {
    @TempDir
    private Path folder;

    @Test
    void printsThePathOfEachPage() {
        Path first = SampleRun.writeTo(folder.resolve("first"));
        Path second = SampleRun.writeTo(folder.resolve("second"));
        Outcome outcome = sedge("report", first, second);
        assertThat(outcome.exitCode()).isZero();
        assertThat(outcome.err()).isEmpty();
        assertThat(outcome.out().lines())
                .containsExactly(
                        first.resolve("report.html").toString(),
                        second.resolve("report.html").toString());
    }

    @Test
    void printsTheNumbersAsJson() {
        Path run = SampleRun.writeTo(folder.resolve("run"));
        Outcome outcome = sedge("report", "--json", run);
        assertThat(Json.parseObject("{\"reports\": " + outcome.out() + "}", "output")
                        .toString())
                .contains("grok_step=600", "final_step=3600", "sigma_1={measured=");
    }

    @Test
    void saysWhatIsMissingOnStandardError() throws IOException {
        Path run = SampleRun.writeTo(folder.resolve("run"));
        Files.delete(run.resolve("events.csv"));
        Outcome outcome = sedge("report", run);
        assertThat(outcome.exitCode()).isZero();
        assertThat(outcome.err().lines()).containsExactly("sedge: not in the report: events.csv is not there");
    }

    @Test
    void whatIsNoRunGetsOneLineAndExitCode1() throws IOException {
        Path missing = folder.resolve("missing");
        assertThat(sedge("report", missing).err().lines()).containsExactly("sedge: no such run directory: " + missing);
        assertThat(sedge("report", missing).exitCode()).isEqualTo(1);
        assertThat(sedge("report", folder).exitCode()).isEqualTo(1);
    }

    @Test
    void aDirectoryThatCannotBeWrittenGetsOneLine() throws IOException {
        Path run = SampleRun.writeTo(folder.resolve("run"));
        Files.createFile(run.resolve("figures"));
        Outcome outcome = sedge("report", run);
        assertThat(outcome.err().lines()).singleElement().asString().startsWith("sedge: cannot create ");
        assertThat(outcome.exitCode()).isEqualTo(1);
    }

    @Test
    void aDirectoryThatCannotBeReadGetsOneLine() throws IOException {
        Path run = SampleRun.writeTo(folder.resolve("run"));
        assumeThat(run.toFile().setReadable(false) && !Files.isReadable(run))
                .as("this user and file system can make a folder unreadable")
                .isTrue();
        try {
            Outcome outcome = sedge("report", run);
            assertThat(outcome.err().lines()).containsExactly("sedge: cannot read " + run + ": permission denied");
            assertThat(outcome.exitCode()).isEqualTo(1);
        } finally {
            assertThat(run.toFile().setReadable(true)).isTrue();
        }
    }
}
