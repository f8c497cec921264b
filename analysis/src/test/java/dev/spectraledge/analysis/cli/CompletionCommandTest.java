package dev.spectraledge.analysis.cli;

import static dev.spectraledge.analysis.cli.CommandLineRunner.sedge;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CompletionCommandTest {
    private static final Path BASH = Path.of("/bin/bash");

    @TempDir
    private Path folder;

    /** What bash shows to whoever presses the tabulator. */
    private String completed(String... words) throws IOException, InterruptedException {
        Path script =
                Files.writeString(folder.resolve("script"), sedge("completion").out());
        String ask = "source " + script + "; COMP_WORDS=(" + String.join(" ", words) + "); COMP_CWORD="
                + (words.length - 1) + "; COMP_LINE=\"${COMP_WORDS[*]}\"; COMP_POINT=${#COMP_LINE};"
                + " _complete_sedge; printf '%s\\n' \"${COMPREPLY[@]}\"";
        Process bash = new ProcessBuilder(BASH.toString(), "-c", ask)
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        String shown = new String(bash.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(bash.waitFor()).isZero();
        return shown;
    }

    @Test
    void bashCompletesCommandsAndOptions() throws IOException, InterruptedException {
        assumeTrue(Files.isExecutable(BASH), "no bash");
        assertThat(completed("sedge", "re").lines()).contains("report", "reproduce");
        assertThat(completed("sedge", "sweep", "sl").lines()).contains("slurm");
        assertThat(completed("sedge", "run", "--weight").lines()).contains("--weight-decay");
    }
}
