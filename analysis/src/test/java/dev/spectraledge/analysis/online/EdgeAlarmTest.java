package dev.spectraledge.analysis.online;

import static org.assertj.core.api.Assertions.assertThat;

import dev.spectraledge.analysis.spectrum.DecaySource;
import dev.spectraledge.analysis.spectrum.ProductHistory;
import dev.spectraledge.analysis.spectrum.SyntheticTrajectory;
import dev.spectraledge.trainer.RunEvents;
import dev.spectraledge.trainer.io.CsvReader;
import dev.spectraledge.trainer.io.ExistingRows;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class EdgeAlarmTest {
    private static final int UPDATES = 14;

    @TempDir
    private Path folder;

    private final List<RunEvents.Event> raised = new ArrayList<>();

    private double[] gapRatios(String name, double alarm) {
        SyntheticTrajectory trajectory = new SyntheticTrajectory(1, UPDATES, 100, 0.03, 0.05);
        ProductHistory history = new ProductHistory(5, DecaySource.SINGLE_STEP);
        RunEvents events = new RunEvents();
        events.listen(step -> step + 2, raised::add);
        Path file = folder.resolve(name);
        try (SpectrumLog log = new SpectrumLog(file, history, null, 1, 100, ExistingRows.DROP)
                .withAlarm(new EdgeAlarm(events, "edge_x", alarm))) {
            for (int step = 1; step <= UPDATES; step++) {
                log.append(step, 1, trajectory.products(history, step - 1));
            }
        }
        return CsvReader.read(file).column("gap_ratio");
    }

    @Test
    void theFirstWindowThatReachesTheRatioRaisesTheEvent() {
        double[] ratios = gapRatios("never.csv", Double.MAX_VALUE);
        assertThat(raised).isEmpty();
        double last = Arrays.stream(ratios).max().orElseThrow();
        int first = 0;
        while (ratios[first] < last) {
            first++;
        }
        gapRatios("once.csv", last);
        // Rows begin with the second update.
        assertThat(raised).hasSize(1);
        assertThat(raised.getFirst().name()).isEqualTo("edge_x");
        assertThat(raised.getFirst().step()).isEqualTo(first + 2);
        assertThat(raised.getFirst().knownAt()).isEqualTo(first + 4);
        assertThat(raised.getFirst().detail()).startsWith("gap ratio ").contains(" at k* = ");
    }
}
