package dev.spectraledge.analysis.experiment.weights;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.spectraledge.analysis.experiment.Findings;
import dev.spectraledge.analysis.experiment.GoldenRun;
import dev.spectraledge.analysis.experiment.Measurement;
import dev.spectraledge.analysis.experiment.Procedure;
import dev.spectraledge.analysis.experiment.StudiedRun;
import dev.spectraledge.analysis.experiment.SyntheticRun;
import dev.spectraledge.analysis.phase.Phase;
import dev.spectraledge.analysis.phase.PhaseSteps;
import dev.spectraledge.trainer.run.RunDirectory;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class GramGapTest {
    private static final int SNAPSHOTS = 13;
    private static final long GROK = 1200;
    private static final PhaseSteps PHASES = PhaseSteps.everywhere("test", Map.of(Phase.AT_GROK, GROK));
    private static final String USUAL = "W=5/stride=100";
    private static final String MODULAR = "W=10/stride=100/full";

    private final GramGap experiment = new GramGap();

    @TempDir
    private Path folder;

    @Test
    void hasNoDeclineAtTheOrdinaryCadenceOfTheReferencesRun() {
        Findings findings = experiment.measure(GoldenRun.dyck(), PhaseSteps.published("dyck"));
        // Measured in PyTorch on the same run: 10.56 at step 600 itself, a decline of 1.00; W = 5: 7.117 and 1.711.
        assertThat(findings.value(Procedure.PUBLISHED, "early-g23", "run", 600).orElseThrow())
                .isCloseTo(10.56, within(5.1e-3));
        assertThat(findings.value(Procedure.PUBLISHED, "decline", "run", 600)).hasValue(1);
        assertThat(findings.value(Procedure.CONTROLLED, "g23", USUAL, 300).orElseThrow())
                .isCloseTo(7.117, within(5.1e-4));
        assertThat(findings.value(Procedure.CONTROLLED, "g23", USUAL, 600).orElseThrow())
                .isCloseTo(1.711, within(5.1e-4));
    }

    @Test
    void randomUpdatesHaveNoGapBeyondChance() {
        Findings findings = experiment.measure(
                SyntheticRun.write(
                        folder,
                        1,
                        SNAPSHOTS,
                        (index, attention, backend) -> SyntheticRun.addRandom(attention, backend, index, 1)),
                PHASES);
        assertThat(exceedance(findings)).isGreaterThan(0.02);
    }

    /** Two directions in all updates, one twice as strong, stand above the rest. */
    @Test
    void aPlantedEdgeHasAGapBeyondChance() {
        Findings findings = experiment.measure(
                SyntheticRun.write(folder, 1, SNAPSHOTS, (index, attention, backend) -> {
                    SyntheticRun.addRandom(attention, backend, 98, 2);
                    SyntheticRun.addRandom(attention, backend, 99, index % 2 == 0 ? 1 : -1);
                    SyntheticRun.addRandom(attention, backend, index, 0.1);
                }),
                PHASES);
        assertThat(exceedance(findings)).isEqualTo(0.01);
    }

    /** A large first update makes an early peak and a decline of any run, and is named as their cause. */
    @Test
    void theEarlyPeakIsTracedToTheFirstUpdate() {
        Findings findings = experiment.measure(
                SyntheticRun.write(
                        folder,
                        1,
                        SNAPSHOTS,
                        (index, attention, backend) ->
                                SyntheticRun.addRandom(attention, backend, index, Math.pow(0.6, index))),
                PHASES);
        long peak = findings.measurements().stream()
                .filter(measurement -> measurement.quantity().equals("early-g23")
                        && measurement.item().equals(USUAL))
                .findFirst()
                .orElseThrow()
                .step();
        assertThat(findings.value(Procedure.CONTROLLED, "first-update-at-peak", USUAL, peak))
                .hasValue(1);
        assertThat(findings.value(Procedure.CONTROLLED, "decline", USUAL, GROK).orElseThrow())
                .isGreaterThan(100);
        // Its shape is that of its norms alone: relative to the window's energy nothing declines.
        assertThat(findings.value(Procedure.CONTROLLED, "decline-of-relative-g23", USUAL, GROK)
                        .orElseThrow())
                .isBetween(0.3, 3.0);
    }

    /** Snapshots until step 600 of a run that groks at 1400 say nothing about the gap at its grok step. */
    @Test
    void windowsThatEndLongBeforeTheRunGroksAreNoneAtItsGrokStep() throws IOException {
        Files.writeString(folder.resolve("metrics.csv"), "step,test_accuracy\n600,0.5\n1400,0.96\n");
        StudiedRun run = SyntheticRun.write(
                folder, 1, 7, (index, attention, backend) -> SyntheticRun.addRandom(attention, backend, index, 1));
        Findings findings = experiment.measure(run, PHASES);
        assertThat(findings.measurements())
                .extracting(Measurement::quantity)
                .contains("g23", "early-g23")
                .doesNotContain("grok-g23", "decline", "monotonic", "grok-gap-ratio", "decline-of-relative-g23");
        assertThat(findings.remarks())
                .singleElement()
                .asString()
                .contains("groks at step 1400", "as published, at step 600", "checkpoints.every=100");
    }

    /**
     * Modular arithmetic has its own script: windows of ten of thinned snapshots. In a control with 101 snapshots of equal random
     * updates, ten of 55 windows hold the update across 36 removed ones, six times as long as the others; nothing else makes R_early
     * of controls large.
     */
    @Test
    void theRatioOfControlsOfModularArithmeticIsThatOfTheirThinning() throws IOException {
        Files.writeString(folder.resolve("metrics.csv"), "step,test_accuracy\n0,0.01\n10000,0.3\n");
        Findings findings = experiment.measure(modular(101, 0), PHASES);
        assertThat(findings.curve(Procedure.PUBLISHED, "gap-ratio", "window"))
                .hasSize(55)
                .filteredOn(window -> window.value() > 4)
                .extracting(Measurement::step)
                .containsExactly(8600L, 8700L, 8800L, 8900L, 9000L, 9100L, 9200L, 9300L, 9400L, 9500L);
        assertThat(findings.value(Procedure.PUBLISHED, "early-gap-ratio", "run", 10_000)
                        .orElseThrow())
                .isGreaterThan(1.7);
        assertThat(findings.value(Procedure.CONTROLLED, "early-gap-ratio", MODULAR, GROK)
                        .orElseThrow())
                .isLessThan(1.3);
        // The script leaves the decline of such a run undefined, and counts it as none.
        assertThat(findings.value(Procedure.PUBLISHED, "declined", "run", 10_000))
                .hasValue(0);
        assertThat(findings.items(Procedure.PUBLISHED, "decline")).isEmpty();
        // Ours looks at it where the run grokked that it is the control of.
        for (String early : List.of("up-to-grok", "before-grok", "first")) {
            assertThat(findings.value(Procedure.CONTROLLED, "decline", MODULAR + "/" + early, GROK))
                    .isPresent();
        }
    }

    @Test
    void aPlantedFallOfTheGapIsSmallestAtTheGrokStep() throws IOException {
        Files.writeString(folder.resolve("metrics.csv"), "step,test_accuracy\n0,0.01\n4000,0.97\n");
        StudiedRun run = SyntheticRun.write(folder, "modular", 1, 61, (index, attention, backend) -> {
            SyntheticRun.addRandom(attention, backend, 98, 2);
            SyntheticRun.addRandom(attention, backend, 99, (index % 2 == 0 ? 1 : -1) * Math.exp(-index / 20.0));
            SyntheticRun.addRandom(attention, backend, index, 0.01);
        });
        Findings findings = experiment.measure(run, PHASES);
        assertThat(findings.value(Procedure.CONTROLLED, "share-as-small", MODULAR, 4000)
                        .orElseThrow())
                .isEqualTo(1.0 / 31);
        // From the window that ends at step 1000 to that at 4000 the second mode falls by e^(−30/20).
        assertThat(findings.value(Procedure.CONTROLLED, "decline", MODULAR + "/first", 4000)
                        .orElseThrow())
                .isCloseTo(Math.exp(3), within(0.5));
        assertThat(findings.value(Procedure.PUBLISHED, "declined", "run", 4000)).hasValue(1);
        assertThat(findings.value(Procedure.CONTROLLED, "terminal-edge", MODULAR, 6000))
                .hasValue(1);
    }

    /** What an observer recorded at a cadence that the snapshots do not have is looked at as well. */
    @Test
    void recordedWindowsStandBesideThoseOfSnapshots() throws IOException {
        StudiedRun run = modular(13, 1, "observers=[{name: fine, stride: 25, window: 3}]");
        Files.createDirectories(
                RunDirectory.spectrum(run.directory(), run.config(), "fine").getParent());
        Files.writeString(RunDirectory.spectrum(run.directory(), run.config(), "fine"), """
            step,window_updates,g23,g23_over_trace,k_star_weighted,gap_ratio_weighted
            75,3,8,0.5,1,2
            600,3,12,0.5,1,2
            1200,3,2,0.25,2,3
            """);
        Findings findings = experiment.measure(run, PHASES);
        assertThat(findings.value(Procedure.CONTROLLED, "decline", "W=3/stride=25/full/first", 1200))
                .hasValue(4);
        assertThat(findings.value(Procedure.CONTROLLED, "decline", "W=3/stride=25/full/before-grok", 1200))
                .hasValue(6);
        assertThat(findings.value(Procedure.CONTROLLED, "decline-of-relative-g23", "W=3/stride=25/full/first", 1200))
                .hasValue(2);
    }

    private StudiedRun modular(int snapshots, double weightDecay, String... settings) {
        return SyntheticRun.write(
                folder,
                "modular",
                weightDecay,
                snapshots,
                (index, attention, backend) -> SyntheticRun.addRandom(attention, backend, index, 1),
                settings);
    }

    private static double exceedance(Findings findings) {
        return findings.value(Procedure.CONTROLLED, "g23-exceedance", USUAL + "/independent", GROK)
                .orElseThrow();
    }
}
