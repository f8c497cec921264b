package dev.spectraledge.analysis.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.spectraledge.trainer.config.ConfigResolver;
import dev.spectraledge.trainer.config.RunConfig;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What a newcomer types first is what the README says about it. */
class ReadmeTest {
    private static final String COMMAND = "    ./sedge ";

    @Test
    void theFirstCommandShowsGrokkingAndEndsSoonAfterIt() throws IOException {
        List<String> commands = Files.readAllLines(Path.of("..", "README.md")).stream()
                .filter(line -> line.startsWith(COMMAND))
                .map(line -> line.substring(COMMAND.length()))
                .toList();
        assertThat(commands).startsWith("run modular");
        RunConfig config = new ConfigResolver().override("task.name=modular").resolve();
        assertThat(config.task().objectives()).containsExactly("add");
        assertThat(config.training().stopOn()).hasToString("grok+1500");
    }
}
