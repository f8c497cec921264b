package dev.spectraledge.trainer.warning;

import static org.assertj.core.api.Assertions.assertThat;

import dev.spectraledge.trainer.io.CsvTable;
import dev.spectraledge.trainer.io.ExistingRows;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class WarningWatchTest {
    private static final DetectorRule LOW = new DetectorRule(
            "low",
            "plain",
            DetectorTable.METRICS,
            "loss",
            Resolved.NOTHING,
            Map.of("below", Map.of("level", 1, "rows", 3)),
            true,
            "low");
    private static final DetectorRule ABSENT = new DetectorRule(
            "absent",
            "plain",
            DetectorTable.METRICS,
            "x",
            Resolved.NOTHING,
            Map.of("below", Map.of("level", 1, "rows", 1)),
            true,
            "x");

    @TempDir
    private Path temporary;

    private final List<String> raised = new ArrayList<>();

    @Test
    void rowsAreSeenAsTheyAreWritten() {
        try (CsvTable table = open(ExistingRows.DROP)) {
            watch(table);
            write(table, 0, 5, 0.5, 0.5, 0.25, 0.25);
        }
        assertThat(raised).containsExactly("warning_low 3 loss 0.25 < 1 for 3 evaluations");
    }

    @Test
    void aRunThatGoesOnWarnsOfTheSameStep() {
        try (CsvTable table = open(ExistingRows.DROP)) {
            write(table, 0, 5, 0.5, 0.5);
            write(table, 3, 9, 9);
        }
        try (CsvTable table = open(ExistingRows.KEEP)) {
            WarningWatch watch = watch(table);
            table.rewindTo(2);
            watch.rewound();
            write(table, 3, 0.25);
        }
        assertThat(raised).containsExactly("warning_low 3 loss 0.25 < 1 for 3 evaluations");
    }

    @Test
    void whatWasRaisedBeforeIsNotRaisedAgain() {
        try (CsvTable table = open(ExistingRows.DROP)) {
            write(table, 0, 0.5, 0.5, 0.5, 0.5);
        }
        try (CsvTable table = open(ExistingRows.KEEP)) {
            WarningWatch watch = watch(table);
            table.rewindTo(2);
            watch.rewound();
            write(table, 3, 0.5, 0.5, 0.5);
        }
        assertThat(raised).isEmpty();
    }

    private CsvTable open(ExistingRows existing) {
        return new CsvTable(temporary.resolve("metrics.csv"), List.of("step", "loss"), existing);
    }

    private WarningWatch watch(CsvTable table) {
        return new WarningWatch(
                table, List.of(LOW, ABSENT), (event, step, detail) -> raised.add(event + " " + step + " " + detail));
    }

    private static void write(CsvTable table, long first, double... losses) {
        for (int row = 0; row < losses.length; row++) {
            table.begin(first + row);
            table.set(1, losses[row]);
            table.commit();
        }
    }
}
