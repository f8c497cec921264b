package dev.spectraledge.analysis.experiment.coupling;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.spectraledge.analysis.experiment.Findings;
import dev.spectraledge.analysis.experiment.Procedure;
import dev.spectraledge.analysis.experiment.RandomDirections;
import dev.spectraledge.analysis.experiment.StudiedRun;
import dev.spectraledge.analysis.experiment.SyntheticRun;
import dev.spectraledge.analysis.phase.PhaseSteps;
import dev.spectraledge.analysis.series.DrawnSeries;
import dev.spectraledge.kernels.MemoryOwner;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class AdiabaticTest {
    private static final int SNAPSHOTS = 131;
    private static final long JUMP = 6700;

    @TempDir
    private Path folder;

    private StudiedRun run(SyntheticRun.Motion motion) throws IOException {
        StringBuilder table = new StringBuilder("step,train_accuracy,test_accuracy\n");
        for (int index = 0; index < SNAPSHOTS; index++) {
            table.append(100 * index).append(index < 120 ? ",1," : ",0.9,").append(index < 66 ? "0.2\n" : "0.97\n");
        }
        Files.writeString(folder.resolve("metrics.csv"), table);
        return SyntheticRun.write(folder, 0, SNAPSHOTS, motion);
    }

    private static double value(Findings findings, Procedure procedure, String quantity, String item, long step) {
        return findings.value(procedure, quantity, item, step).orElseThrow();
    }

    /** Three directions of fixed strengths, others after the jump: eigenvalues stay, the basis does not. */
    @Test
    void aJumpOfTheBasisIsSeenByTheOperatorAlone() throws IOException {
        Findings findings = new Adiabatic()
                .measure(
                        run((index, attention, backend) -> {
                            try (MemoryOwner owner = MemoryOwner.open("basis")) {
                                long basis = index < 65 ? 1 : 2;
                                var directions = RandomDirections.draw(backend, owner, basis, 3, attention.size(1));
                                int which = index % 3;
                                backend.axpy(which + 1, directions.get(which), attention);
                            }
                        }),
                        PhaseSteps.given(List.of(JUMP, 10_000L)));
        String item = "step " + JUMP + "/operator";
        assertThat(value(findings, Procedure.CONTROLLED, "rise-p", item, JUMP)).isLessThan(0.05);
        assertThat(value(findings, Procedure.CONTROLLED, "rise-p", "step 10000/operator", 10_000))
                .isGreaterThan(0.05);
        double before = value(findings, Procedure.CONTROLLED, "adiabatic-per-update", "operator", 6400);
        assertThat(value(findings, Procedure.CONTROLLED, "adiabatic-per-update", "operator", JUMP))
                .isGreaterThan(10 * before);
        assertThat(value(findings, Procedure.CONTROLLED, "adiabatic-per-update", "eigenvalues", JUMP))
                .isLessThan(1);
        assertThat(value(findings, Procedure.PUBLISHED, "adiabatic", "operator", JUMP))
                .isCloseTo(
                        value(findings, Procedure.CONTROLLED, "adiabatic-per-update", "operator", JUMP) / 0.001,
                        within(1e-6));
        // Train accuracy falls at step 12,000.
        assertThat(findings.value(Procedure.PUBLISHED, "as-claimed", "forgetting/operator", 12_000))
                .isPresent();
        assertThat(value(findings, Procedure.CONTROLLED, "plateau-windows", "operator", 13_000))
                .isPositive();
        assertThat(findings.figures()).hasSize(1);
    }

    @Test
    void forgettingComesAfterKnowing() {
        double[] steps = {0, 100, 200, 300, 400};
        assertThat(Adiabatic.fallen(steps, new double[] {0.2, 0.995, 0.98, 1, 0.9}, 300))
                .hasValue(400);
        assertThat(Adiabatic.fallen(steps, new double[] {0.2, 0.5, 0.6, 0.98, 0.9}, 0))
                .isEmpty();
    }

    private static void requireLevel(int runs) {
        Random random = new Random(30);
        int fired = 0;
        for (int run = 0; run < runs; run++) {
            double[] values = Arrays.stream(DrawnSeries.autoregressive(random, 0.5, 100))
                    .map(Math::exp)
                    .toArray();
            fired += Adiabatic.riseProbability(values, 40) <= 0.05 ? 1 : 0;
        }
        assertThat((double) fired / runs).isCloseTo(0.05, within(1.96 * Math.sqrt(0.05 * 0.95 / runs)));
    }

    @Test
    void aSeriesWithoutMomentsRisesAtOneOfTwenty() {
        requireLevel(400);
    }

    @Test
    @Tag("nightly")
    void aSeriesWithoutMomentsRisesAtOneOfTwentyOfMany() {
        requireLevel(5000);
    }

    @Test
    void aPlantedRiseIsFound() {
        double[] values = DrawnSeries.autoregressive(new Random(31), 0.5, 100);
        for (int index = 37; index <= 43; index++) {
            values[index] += 6;
        }
        assertThat(Adiabatic.riseProbability(values, 40)).isLessThan(0.05);
        assertThat(Adiabatic.riseProbability(values, 80)).isGreaterThan(0.05);
    }

    @Test
    void tooFewWindowsAreSaid() throws IOException {
        Files.writeString(folder.resolve("metrics.csv"), "step,train_accuracy,test_accuracy\n0,0,0\n");
        StudiedRun run = SyntheticRun.write(
                folder, 0, 6, (index, attention, backend) -> SyntheticRun.addRandom(attention, backend, index, 1));
        Findings findings = new Adiabatic().measure(run, PhaseSteps.none());
        assertThat(findings.measurements()).isEmpty();
        assertThat(findings.remarks()).singleElement().asString().contains("7 are needed", "checkpoints.every=100");
    }
}
