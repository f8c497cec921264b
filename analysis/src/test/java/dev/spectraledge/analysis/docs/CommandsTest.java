package dev.spectraledge.analysis.docs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

import dev.spectraledge.analysis.cli.CommandTree;
import dev.spectraledge.trainer.config.ConfigResolver;
import java.io.IOException;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Function;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import picocli.CommandLine;
import picocli.CommandLine.MissingParameterException;

/** Every command in the documentation is understood: its options exist, and so do the keys that it sets. */
class CommandsTest {
    private static final Pattern PROGRAM = Pattern.compile("^(\\$ )?(\\./)?sedge ");
    /** What follows a command on its line: an explanation, a redirection, a comment. */
    private static final Pattern REST = Pattern.compile("\\s{2,}.*|\\s[>|#].*");

    private static final Pattern WORD = Pattern.compile("('[^']*'|\"[^\"]*\"|[^\\s'\"])+");
    private static final Pattern SETTING = Pattern.compile("([a-z][A-Za-z0-9]*(\\.[A-Za-z0-9]+)*)=.*");
    private static final int FEWEST_COMMANDS = 100;

    /** The commands of all pages, in the order in which they stand there, each once. */
    static List<String> commands() throws IOException {
        return found(MarkdownPage::code);
    }

    /** Commands that sentences mention, perhaps without what they cannot do without. */
    static List<String> mentions() throws IOException {
        return found(MarkdownPage::codeSpans);
    }

    private static List<String> found(Function<MarkdownPage, List<String>> lines) throws IOException {
        Set<String> commands = new LinkedHashSet<>();
        for (MarkdownPage page : MarkdownPage.all()) {
            lines.apply(page).stream()
                    .filter(line -> PROGRAM.matcher(line).find())
                    .map(line -> REST.matcher(PROGRAM.matcher(line).replaceFirst(""))
                            .replaceFirst("")
                            .strip())
                    .forEach(commands::add);
        }
        return List.copyOf(commands);
    }

    private static void parse(String command) {
        CommandTree.root().parseArgs(words(command).toArray(String[]::new));
    }

    @ParameterizedTest
    @MethodSource("commands")
    void everyCommandIsUnderstood(String command) {
        assertThatCode(() -> parse(command)).as(command).doesNotThrowAnyException();
    }

    @ParameterizedTest
    @MethodSource("mentions")
    void everyOptionThatASentenceMentionsExists(String command) {
        try {
            parse(command);
        } catch (MissingParameterException abbreviated) {
            assertThat(abbreviated.getMissing()).as(command).isNotEmpty();
        }
    }

    /** Of those that name a task and need no file, the whole configuration. */
    @ParameterizedTest
    @MethodSource("configured")
    void everyKeyOfARunExists(String command) {
        ConfigResolver resolver = new ConfigResolver();
        List<String> words = words(command);
        resolver.override("task.name=" + words.get(1));
        words.stream().filter(word -> SETTING.matcher(word).matches()).forEach(resolver::override);
        assertThatCode(resolver::resolve).as(command).doesNotThrowAnyException();
    }

    static List<String> configured() throws IOException {
        return commands().stream()
                .filter(command -> command.startsWith("run "))
                .filter(command -> words(command).stream()
                        .skip(2)
                        .anyMatch(word -> SETTING.matcher(word).matches()))
                .filter(command -> !command.contains("--config") && !command.contains("--init"))
                .toList();
    }

    /** A page that is read wrongly has no commands. */
    @Test
    void commandsAreFound() throws IOException {
        assertThat(commands()).hasSizeGreaterThan(FEWEST_COMMANDS).contains("run modular");
        assertThat(configured()).isNotEmpty();
        assertThat(CommandTree.all().map(CommandLine::getCommandName)).contains("run", "reproduce");
    }

    /** As a shell splits a line. */
    private static List<String> words(String command) {
        return WORD.matcher(command)
                .results()
                .map(word -> word.group().replaceAll("['\"]", ""))
                .toList();
    }
}
