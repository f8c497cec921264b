package dev.spectraledge.analysis.cli;

import static dev.spectraledge.analysis.cli.CommandLineRunner.sedge;
import static org.assertj.core.api.Assertions.assertThat;

import dev.spectraledge.analysis.cli.CommandLineRunner.Outcome;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import picocli.CommandLine.Help.Ansi;

class HelpTest {
    private static final int COLUMNS = 80;

    @Test
    void linesFitATerminal() {
        assertThat(CommandTree.all()
                        .flatMap(command -> command.getUsageMessage(Ansi.OFF).lines()))
                .allMatch(line -> line.length() <= COLUMNS);
    }

    /** An example that is broken into two lines cannot be copied. */
    @Test
    void noLineBelowTheOptionsIsBroken() {
        assertThat(CommandTree.all()
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
