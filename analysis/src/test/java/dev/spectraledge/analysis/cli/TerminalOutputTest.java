package dev.spectraledge.analysis.cli;

import static dev.spectraledge.analysis.cli.CommandLineRunner.sedge;
import static dev.spectraledge.analysis.cli.CommandLineRunner.sedgeOn;
import static org.assertj.core.api.Assertions.assertThat;

import dev.spectraledge.analysis.cli.CommandLineRunner.Outcome;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What commands print on a terminal of 80 columns, and what they quote of what was typed. */
class TerminalOutputTest {
    private static final int COLUMNS = 80;
    private static final String LONG = "x".repeat(5000);
    private static final String ESCAPE = "\u001b[31mred\u0007";

    @TempDir
    private Path folder;

    @Test
    void listsAndTablesFit() throws IOException {
        Path file = Files.writeString(folder.resolve("sweep.yaml"), """
            task: dyck
            sweep:
              grid: {training.weightDecay: [1, 0], training.learningRateSchedule: [constant, cosine]}
              zip: {training.warmUpSteps: [100, 200], training.muon.momentum: [0.9, 0.8]}
              seeds: 2
            """);
        Path root = folder.resolve("sweep");
        assertFits(sedgeOn(COLUMNS, "sweep", "plan", file, "-o", root));
        assertFits(sedgeOn(COLUMNS, "sweep", "status", root));
        assertFits(sedgeOn(COLUMNS, "experiment", "list"));
        assertThat(sedge("sweep", "status", root).out().lines()).anyMatch(line -> line.length() > COLUMNS);
    }

    private static void assertFits(Outcome outcome) {
        assertThat(outcome.exitCode()).as(outcome.err()).isZero();
        assertThat(outcome.out().lines().filter(line -> line.length() > COLUMNS))
                .isEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "LONG",
                "run LONG",
                "run dyck --LONG",
                "run dyck --seed LONG",
                "run dyck --seeds LONG",
                "run dyck --checkpoints LONG",
                "run dyck --preset LONG",
                "run dyck --stop-on LONG",
                "run dyck --config LONG",
                "run dyck LONG",
                "run dyck LONG=1",
                "run dyck training.LONG=1",
                "run dyck training.seed=LONG",
                "analyze DIR -o x --window LONG",
                "analyze DIR -o x --window=LONG",
                "analyze DIR -o x --subset LONG",
                "experiment LONG DIR",
                "experiment ablation DIR --phases LONG",
                "export DIR --to LONG",
                "report LONG",
                "reproduce LONG",
                "reproduce lifecycle --scale LONG",
                "sweep LONG",
                "sweep status LONG",
                "sweep run DIR --parallel LONG",
                "doctor LONG"
            })
    void whatWasTypedIsQuotedPrintableAndCut(String command) {
        for (String typed : new String[] {LONG, ESCAPE, ESCAPE + LONG}) {
            Object[] arguments = command.replace("LONG", typed)
                    .replace("DIR", folder.toString())
                    .split(" ");
            Outcome outcome = sedge(arguments);
            assertThat(outcome.exitCode()).isIn(1, 2);
            assertThat(outcome.err().lines()).hasSize(1);
            // Two quotations at most, and the words around them, among which may be the names of all keys of a group.
            assertThat(outcome.err().length()).isLessThan(2 * 200 + 600);
            assertThat(outcome.err().strip().chars()).noneMatch(Character::isISOControl);
        }
    }
}
