package dev.spectraledge.trainer.task.scan;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import org.junit.jupiter.api.Test;

class ScanLanguageTest {
    private final List<ScanLanguage.Example> examples = ScanLanguage.examples();

    /** Of the published command–action pairs as sorted lines. */
    @Test
    void allExamplesAreThePublishedOnes() throws NoSuchAlgorithmException {
        List<String> lines =
                examples.stream().map(ScanLanguage.Example::line).sorted().toList();
        assertThat(lines).hasSize(20_910).doesNotHaveDuplicates();
        byte[] text = (String.join("\n", lines) + "\n").getBytes(StandardCharsets.UTF_8);
        byte[] hash = MessageDigest.getInstance("SHA-256").digest(text);
        assertThat(HexFormat.of().formatHex(hash))
                .isEqualTo("6be4b39bc8bf3a20be810b6991250d0493e608560609db6765dd679e1ed1c98e");
    }

    @Test
    void commandsMeanWhatTheySay() {
        assertThat(actions("jump around left")).isEqualTo("I_TURN_LEFT I_JUMP".concat(" I_TURN_LEFT I_JUMP".repeat(3)));
        assertThat(actions("walk opposite right after turn left twice"))
                .isEqualTo("I_TURN_LEFT I_TURN_LEFT I_TURN_RIGHT I_TURN_RIGHT I_WALK");
        assertThat(actions("turn around right")).isEqualTo("I_TURN_RIGHT I_TURN_RIGHT I_TURN_RIGHT I_TURN_RIGHT");
        assertThat(actions("look thrice and run")).isEqualTo("I_LOOK I_LOOK I_LOOK I_RUN");
    }

    private String actions(String command) {
        return examples.stream()
                .filter(example -> String.join(" ", example.command()).equals(command))
                .map(example -> String.join(" ", example.actions()))
                .reduce((a, b) -> a + " | " + b)
                .orElseThrow();
    }
}
