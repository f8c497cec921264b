package dev.spectraledge.trainer.task.scan;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.spectraledge.trainer.RunException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

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
    void blankLinesAtTheEndAreNoExamples() throws IOException {
        Path file = folder.resolve("tasks.txt");
        Files.writeString(file, "IN: jump OUT: I_JUMP\n\n  \n");
        assertThat(ScanFile.read(file)).containsExactly(new ScanLanguage.Example(List.of("jump"), List.of("I_JUMP")));
        Files.writeString(file, "IN: jump OUT: I_JUMP\n\nIN: run OUT: I_RUN\n");
        assertThatThrownBy(() -> ScanFile.read(file)).hasMessageStartingWith(file + ", line 2: '' is not of the form");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "IN: hop OUT: I_JUMP | 'hop' is no command of SCAN",
                "IN: jump OUT: I_HOP | 'I_HOP' is no action of SCAN",
                "IN:  OUT: I_JUMP | '' is no command of SCAN",
            })
    void anUnknownWordIsNamedWithFileAndLine(String line, String message) throws IOException {
        Path file = folder.resolve("tasks.txt");
        Files.writeString(file, "IN: walk OUT: I_WALK\n" + line + "\n");
        assertThatThrownBy(() -> ScanFile.read(file))
                .isInstanceOf(RunException.class)
                .hasMessage(file + ", line 2: " + message);
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
