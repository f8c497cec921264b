package dev.spectraledge.analysis.experiment.dynamics;

import static org.assertj.core.api.Assertions.assertThat;

import dev.spectraledge.analysis.experiment.DyckExtract;
import dev.spectraledge.analysis.experiment.Findings;
import dev.spectraledge.analysis.experiment.Procedure;
import dev.spectraledge.analysis.experiment.StudiedRun;
import dev.spectraledge.analysis.experiment.SyntheticRun;
import dev.spectraledge.analysis.experiment.TinyTraining;
import dev.spectraledge.analysis.phase.PhaseSteps;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class HessianBottomTest {
    @TempDir
    private Path folder;

    /** Losses bend down somewhere from the start on, so that the published onset cannot tell anything. */
    @Test
    void theOnsetAsPublishedIsTheFirstRecord() {
        List<Long> kept = List.of(0L, 10L, 20L, 30L);
        try (StudiedRun run = TinyTraining.write(folder, kept, "model.width=8", "model.layers=1")) {
            Findings findings = new HessianBottom().measure(run, PhaseSteps.everywhere("test", Map.of()));
            for (long step : kept) {
                double least = value(findings, Procedure.CONTROLLED, "eigenvalue", "least-1", step);
                double bound = value(findings, Procedure.CONTROLLED, "eigenvalue-error-bound", "least-1", step);
                assertThat(least).isLessThan(value(findings, Procedure.CONTROLLED, "eigenvalue", "least-5", step));
                assertThat(least).isLessThan(value(findings, Procedure.CONTROLLED, "eigenvalue", "largest", step));
                assertThat(bound).isBetween(0.0, 0.01);
                assertThat(value(findings, Procedure.CONTROLLED, "deviation-of-draws", "least-1", step))
                        .isPositive();
            }
            assertThat(value(findings, Procedure.PUBLISHED, "onset-step", "negative", 30))
                    .isZero();
            assertThat(value(findings, Procedure.CONTROLLED, "onset-is-first-record", "negative", 30))
                    .isEqualTo(1);
        }
    }

    private static double value(Findings findings, Procedure procedure, String quantity, String item, long step) {
        return findings.value(procedure, quantity, item, step).orElseThrow();
    }

    /** Records that differ from each other as draws do: no more than 5 % of runs have an onset. */
    private static void requireLevel(int runs) {
        Random random = new Random(90);
        int fired = 0;
        for (int run = 0; run < runs; run++) {
            List<Double> records = random.doubles(10)
                    .mapToObj(ignored -> random.nextGaussian())
                    .toList();
            double margin = HessianBottom.margin(records.getFirst(), random.nextGaussian(), random.nextGaussian());
            fired += HessianBottom.deeper(records, margin).isPresent() ? 1 : 0;
        }
        assertThat((double) fired / runs).isBetween(0.005, 0.05 + 1.96 * Math.sqrt(0.05 * 0.95 / runs));
    }

    @Test
    void recordsThatDifferAsDrawsDoHaveAnOnsetInNoMoreThanOneOfTwentyRuns() {
        requireLevel(1000);
    }

    @Test
    @Tag("nightly")
    void recordsThatDifferAsDrawsDoHaveAnOnsetInNoMoreThanOneOfTwentyOfManyRuns() {
        requireLevel(50_000);
    }

    /** The same weights at every snapshot but for what training moves in a moment, or six times as large from the fourth one on. */
    private Findings ofMotion(double factor) {
        try (StudiedRun run = SyntheticRun.write(folder, 0, 6, (index, attention, backend) -> {
            SyntheticRun.addRandom(attention, backend, index, 1e-3);
            if (index == 2) {
                backend.scale(factor, attention);
            }
        })) {
            return new HessianBottom().measure(run, PhaseSteps.none());
        }
    }

    @Test
    void weightsThatHardlyMoveHaveNoOnset() {
        assertThat(ofMotion(1).value(Procedure.CONTROLLED, "onset-step", "deeper-than-first", 500))
                .isEmpty();
    }

    @Test
    void aLossThatBendsDownMoreFromASnapshotOnHasItsOnsetThere() {
        assertThat(ofMotion(6).value(Procedure.CONTROLLED, "onset-step", "deeper-than-first", 500))
                .hasValue(300);
    }

    @Test
    void anOnsetNeedsThreeInARow() {
        assertThat(HessianBottom.firstBelow(List.of(1.0, -1.0, -1.0, 1.0, -1.0, -1.0, -1.0), 0))
                .hasValue(4);
        assertThat(HessianBottom.firstBelow(List.of(-1.0, -1.0, 1.0), 0)).isEmpty();
        assertThat(HessianBottom.firstBelow(List.of(-1.0), 0)).isEmpty();
    }

    @Test
    void snapshotsAreThinnedEvenly() {
        List<Long> steps = LongStream.rangeClosed(0, 100).boxed().toList();
        assertThat(HessianBottom.thinned(steps, 5)).containsExactly(0L, 25L, 50L, 75L, 100L);
        assertThat(HessianBottom.thinned(List.of(1L, 2L), 5)).containsExactly(1L, 2L);
    }

    @Test
    void itIsAskedOfDyckAsWell() {
        try (StudiedRun run = DyckExtract.open()) {
            assertThat(new HessianBottom().objection(run)).isEmpty();
            assertThat(new KrylovBound().objection(run)).isEmpty();
        }
    }
}
