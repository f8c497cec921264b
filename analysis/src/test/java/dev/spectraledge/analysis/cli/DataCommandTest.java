package dev.spectraledge.analysis.cli;

import static dev.spectraledge.analysis.cli.CommandLineRunner.sedge;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DataCommandTest {
    @TempDir
    private Path folder;

    @Test
    void allCommandsOfScanAreSortedLines() throws IOException {
        Path file = folder.resolve("scan.txt");
        assertThat(sedge("data", "scan", "--out", file)).isEqualTo(new CommandLineRunner.Outcome(0, file + "\n", ""));
        List<String> lines = Files.readAllLines(file);
        assertThat(lines).hasSize(20_910).isSorted().contains("IN: jump twice OUT: I_JUMP I_JUMP");
        assertThat(Files.readString(file)).endsWith("\n");
    }

    @Test
    void whatIsWrittenWhereMustBeSaid() {
        assertThat(sedge("data", "scan").exitCode()).isEqualTo(2);
        assertThat(sedge("data", "dyck").exitCode()).isEqualTo(2);
    }
}
