package dev.spectraledge.analysis.cli;

import static dev.spectraledge.analysis.cli.CommandLineRunner.sedge;
import static org.assertj.core.api.Assertions.assertThat;

import dev.spectraledge.analysis.cli.CommandLineRunner.Outcome;
import dev.spectraledge.bindings.OpenBlasLibrary;
import dev.spectraledge.trainer.run.Environment;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class SedgeTest {
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '\0',
            value = {
                "reprot x | sedge: unknown command 'reprot'; did you mean 'report'?; see sedge --help",
                "report | sedge: Missing required parameter: 'RUN'; see sedge report --help",
                "report x --jsn | sedge: unknown option --jsn; did you mean '--json'?; see sedge report --help",
                "doctor now | sedge: unexpected argument 'now'; see sedge doctor --help",
                "export x | sedge: Missing required option: '--to=FORMAT'; see sedge export --help",
                "analyze x --out y --window five | sedge: Invalid value for option '--windows' (W): 'five' is not"
                        + " an int",
                "analyze x --out y --window 1 | sedge: --window must be 2 to 64, not 1",
                "analyze x --out y --window 65 | sedge: --window must be 2 to 64, not 65",
                "analyze x --out y --lr 0 | sedge: --lr must be a finite number greater than 0, not 0.0",
                "analyze x --out y --weight-decay=-1 | sedge: --weight-decay must be a finite number of at least 0,"
                        + " not -1.0",
                "analyze x --out y --lr=Infinity | sedge: --lr must be a finite number greater than 0, not Infinity",
                "analyze x --out y --lr=NaN | sedge: --lr must be a finite number greater than 0, not NaN",
                "analyze x --out y --weight-decay=1e400 | sedge: --weight-decay must be a finite number of at least 0,"
                        + " not Infinity",
            })
    void whatCannotBeUnderstoodGetsOneLineAndExitCode2(String arguments, String line) {
        Outcome outcome = sedge((Object[]) arguments.split(" "));
        assertThat(outcome.err()).isEqualTo(line + System.lineSeparator());
        assertThat(outcome.out()).isEmpty();
        assertThat(outcome.exitCode()).isEqualTo(2);
    }

    @ParameterizedTest
    @ValueSource(strings = {"--help", "analyze --help", "report --help", "doctor --help"})
    void helpGoesToStandardOutput(String arguments) {
        Outcome outcome = sedge((Object[]) arguments.split(" "));
        assertThat(outcome.exitCode()).isZero();
        assertThat(outcome.err()).isEmpty();
        assertThat(outcome.out()).contains("Usage: sedge").contains("--debug");
    }

    @Test
    void withoutACommandItHelps() {
        assertThat(sedge().out()).isEqualTo(sedge("--help").out());
        assertThat(sedge().exitCode()).isZero();
    }

    @Test
    void theVersionNamesJavaAndTheLibraryThatComputes() {
        OpenBlasLibrary library = OpenBlasLibrary.load();
        assertThat(sedge("--version").out().lines())
                .satisfiesExactly(
                        program -> assertThat(program).startsWith("sedge " + Environment.projectVersion()),
                        java -> assertThat(java).startsWith("Java " + Runtime.version()),
                        openBlas -> assertThat(openBlas)
                                .startsWith("OpenBLAS " + library.version() + ", core " + library.coreName()));
    }

    @Test
    void theStackTraceAppearsOnRequestOnly() {
        assertThat(sedge("report", "no-such-run").err().lines()).hasSize(1);
        assertThat(sedge("--debug", "report", "no-such-run").err()).contains("\tat dev.spectraledge");
        assertThat(sedge("report", "no-such-run", "--debug").err()).contains("\tat dev.spectraledge");
        assertThat(sedge("report", "--nonsense", "--debug").err()).contains("\tat picocli");
        assertThat(List.of(sedge("report", "no-such-run", "--debug").exitCode()))
                .containsExactly(1);
    }
}
