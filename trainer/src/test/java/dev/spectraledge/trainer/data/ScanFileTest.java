package dev.spectraledge.trainer.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.spectraledge.trainer.RunException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ScanFileTest {
    @TempDir
    private Path folder;

    @Test
    void linesBecomeExamples() throws IOException {
        Path file = folder.resolve("tasks.txt");
        Files.writeString(file, "IN: walk twice OUT: I_WALK I_WALK\nIN: jump OUT: I_JUMP\n");
        assertThat(ScanFile.read(file))
                .containsExactly(
                        new ScanLanguage.Example(List.of("walk", "twice"), List.of("I_WALK", "I_WALK")),
                        new ScanLanguage.Example(List.of("jump"), List.of("I_JUMP")));
    }

    @Test
    void otherLinesAreRefused() throws IOException {
        Path file = folder.resolve("tasks.txt");
        Files.writeString(file, "IN: jump OUT: I_JUMP\njump, I_JUMP\n");
        assertThatThrownBy(() -> ScanFile.read(file))
                .isInstanceOf(RunException.class)
                .hasMessage(file + ", line 2: 'jump, I_JUMP' is not of the form 'IN: <command> OUT: <actions>'");
        assertThatThrownBy(() -> ScanFile.read(folder.resolve("none")))
                .isInstanceOf(RunException.class)
                .hasMessageContaining("none");
    }
}
