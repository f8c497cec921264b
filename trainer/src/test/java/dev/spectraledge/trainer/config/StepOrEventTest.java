package dev.spectraledge.trainer.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class StepOrEventTest {
    @TempDir
    private Path folder;

    @ParameterizedTest
    @CsvSource({
        "5000, , 5000",
        "0, , 0",
        "grok, grok, 0",
        "grok+500, grok, 500",
        "stop_accuracy, stop_accuracy, 0",
        "stop_accuracy+1, stop_accuracy, 1",
    })
    void isReadAsItIsWritten(String text, String event, long steps) {
        assertThat(StepOrEvent.parse(text))
                .hasValue(new StepOrEvent(event, steps))
                .get()
                .hasToString(text);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", " ", "grok+", "grok+x", "+5", "-5", "1.5", "grok 5", "grok,stop"})
    void anythingElseIsRefused(String text) {
        assertThat(StepOrEvent.parse(text)).isEmpty();
    }

    @Test
    void isANumberOrATextInAFileAndSurvivesTheRunDirectory() throws Exception {
        for (String value : new String[] {"5000", "grok+20"}) {
            Path file = Files.writeString(folder.resolve("stop.yaml"), "training:\n  stopOn: " + value + "\n");
            RunConfig config = new ConfigResolver().file(file).resolve();
            assertThat(config.training().stopOn()).hasToString(value);
            assertThat(RunConfig.fromJson(config.toJson()).training().stopOn()).hasToString(value);
        }
    }
}
