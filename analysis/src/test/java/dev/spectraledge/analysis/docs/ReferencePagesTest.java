package dev.spectraledge.analysis.docs;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.function.Supplier;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The pages of the reference that are made from the code are those of this code. */
class ReferencePagesTest {
    private static final Path FOLDER = MarkdownPage.ROOT.resolve("docs/reference");
    private static final String WRITE = "spectraledge.docs.write";
    private static final String COMMAND = "mvn -B test -pl analysis -am -Dtest=ReferencePagesTest"
            + " -Dsurefire.failIfNoSpecifiedTests=false -D" + WRITE + "=true";

    private static final Map<String, Supplier<String>> PAGES = Map.of(
            "configuration.md", ConfigurationPage::text,
            "experiments.md", ExperimentsPage::text,
            "events.md", EventsPage::text,
            "commands.md", CommandsPage::text);

    @ParameterizedTest
    @ValueSource(strings = {"configuration.md", "experiments.md", "events.md", "commands.md"})
    void aPageIsWhatTheCodeSays(String name) throws IOException {
        Path page = FOLDER.resolve(name);
        String text = PAGES.get(name).get();
        if (Boolean.getBoolean(WRITE)) {
            Files.writeString(page, text);
        }
        assertThat(Files.readString(page))
                .as("docs/reference/" + name + " is rewritten by: " + COMMAND)
                .isEqualTo(text);
    }
}
