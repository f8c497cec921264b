package dev.spectraledge.analysis.cli;

import static dev.spectraledge.analysis.cli.CommandLineRunner.sedge;
import static org.assertj.core.api.Assertions.assertThat;

import dev.spectraledge.analysis.cli.CommandLineRunner.Outcome;
import java.io.OutputStream;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import picocli.CommandLine;
import picocli.CommandLine.Help.Ansi;

class HelpTest {
    private static final int COLUMNS = 80;

    private static Stream<CommandLine> commands() {
        Console nowhere = new Console(OutputStream.nullOutputStream(), OutputStream.nullOutputStream());
        return withSubcommands(new CommandLine(new Sedge(nowhere, List.of())));
    }

    private static Stream<CommandLine> withSubcommands(CommandLine command) {
        return Stream.concat(
                Stream.of(command), command.getSubcommands().values().stream().flatMap(HelpTest::withSubcommands));
    }

    @Test
    void linesFitATerminal() {
        assertThat(commands()
                        .flatMap(command -> command.getUsageMessage(Ansi.OFF).lines()))
                .allMatch(line -> line.length() <= COLUMNS);
    }

    /** An example that is broken into two lines cannot be copied. */
    @Test
    void noLineBelowTheOptionsIsBroken() {
        assertThat(commands()
                        .flatMap(command -> Stream.of(
                                command.getCommandSpec().usageMessage().footer()))
                        .filter(line -> line.length() > COLUMNS))
                .isEmpty();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "sweep | sedge sweep needs a command: plan, run, status, report, slurm; see sedge sweep --help",
                "data | sedge data needs a command: scan, text; see sedge data --help",
            })
    void aCommandOfCommandsNamesItselfAndThem(String arguments, String line) {
        Outcome outcome = sedge(arguments);
        assertThat(outcome.err().lines()).containsExactly("sedge: " + line);
        assertThat(outcome.out()).isEmpty();
        assertThat(outcome.exitCode()).isEqualTo(2);
    }
}
