package dev.spectraledge.analysis.experiment.functional;

import static org.assertj.core.api.Assertions.assertThat;

import dev.spectraledge.analysis.experiment.Findings;
import dev.spectraledge.analysis.experiment.Measurement;
import dev.spectraledge.analysis.experiment.Procedure;
import dev.spectraledge.analysis.experiment.StudiedModel;
import dev.spectraledge.analysis.experiment.StudiedRun;
import dev.spectraledge.analysis.experiment.SyntheticRun;
import dev.spectraledge.analysis.experiment.VectorProducts;
import dev.spectraledge.analysis.phase.Phase;
import dev.spectraledge.analysis.phase.PhaseSteps;
import dev.spectraledge.kernels.Tensor;
import dev.spectraledge.trainer.ParameterSubset;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ResidueModesTest {
    private static final int LENGTH = 31;
    private static final int PAIRS = 480;
    private static final int SNAPSHOTS = 22;
    private static final long LAST = 100 * (SNAPSHOTS - 1);
    private static final double SMALLEST = 1.0 / (1 + ResidueModes.RANDOM);

    @TempDir
    private Path folder;

    private static final ResidueBasis BASIS = basis();
    private static final CircleSpectrum SPECTRUM = new CircleSpectrum(LENGTH);

    private static ResidueBasis basis() {
        int[] places = new int[PAIRS];
        for (int pair = 0; pair < PAIRS; pair++) {
            places[pair] = 7 * pair % LENGTH;
        }
        return new ResidueBasis("result", LENGTH, places);
    }

    private static double[] noise(Random random) {
        return random.doubles(PAIRS).map(value -> value * value).toArray();
    }

    private static Findings findings(Random random, List<double[]> own) {
        List<double[]> chance = new ArrayList<>();
        for (int draw = 0; draw < ResidueModes.RANDOM; draw++) {
            chance.add(noise(random));
        }
        Findings findings = new Findings();
        ResidueModes.circle(BASIS, SPECTRUM, own, chance, 0, findings);
        return findings;
    }

    /** Responses that know nothing of the residues are exceeded by random ones as often as p says, by both nulls. */
    @Test
    void chanceIsAsRareAsItSays() {
        int trials = 200;
        int rare = 0;
        int rareOrder = 0;
        int rareEdge = 0;
        Random random = new Random(17);
        for (int trial = 0; trial < trials; trial++) {
            Findings findings = findings(random, List.of(noise(random), noise(random), noise(random)));
            rare += value(findings, FunctionalModes.P_VALUE, ResidueModes.CONCENTRATION + "/v1/result") <= 0.05 ? 1 : 0;
            rareOrder += value(findings, ResidueModes.ORDER_P, "v1/result") <= 0.05 ? 1 : 0;
            rareEdge += value(findings, FunctionalModes.P_VALUE, ResidueModes.CONCENTRATION + "/edge/result") <= 0.05
                    ? 1
                    : 0;
        }
        double most = trials * 0.05 + 4 * Math.sqrt(trials * 0.05 * 0.95);
        assertThat(rare).isLessThan((int) most);
        assertThat(rareOrder).isLessThan((int) most);
        assertThat(rareEdge).isLessThan((int) most);
    }

    @Test
    void aPlantedWaveIsFound() {
        Random random = new Random(18);
        double[] wave = noise(random);
        for (int pair = 0; pair < PAIRS; pair++) {
            wave[pair] += 0.5 * Math.cos(2 * Math.PI * 4 * BASIS.places()[pair] / LENGTH);
        }
        Findings findings = findings(random, List.of(wave, noise(random), noise(random)));
        assertThat(value(findings, FunctionalModes.P_VALUE, ResidueModes.CONCENTRATION + "/v1/result"))
                .isEqualTo(SMALLEST);
        assertThat(value(findings, ResidueModes.ORDER_P, "v1/result")).isEqualTo(1.0 / (1 + ResidueModes.ORDERS));
        assertThat(findings.value(Procedure.PUBLISHED, ResidueModes.FREQUENCY, "v1/result", 0))
                .hasValue(4);
        assertThat(value(findings, FunctionalModes.P_VALUE, ResidueModes.CONCENTRATION + "/edge/result"))
                .isLessThan(0.05);
    }

    private static double value(Findings findings, String quantity, String item) {
        return findings.value(Procedure.CONTROLLED, quantity, item, 0).orElseThrow();
    }

    /** A random walk of the weights is answered as random directions are, in every basis. */
    @Test
    void aRandomWalkIsAnsweredAsRandomDirectionsAre() {
        StudiedRun run = SyntheticRun.write(
                folder,
                "modular",
                0,
                SNAPSHOTS,
                (index, attention, backend) -> SyntheticRun.addRandom(attention, backend, index, 0.1),
                "task.prime=13");
        Findings findings = measure(run);
        double[] probabilities = probabilities(findings);
        // Eight directions, and the edge, by six bases and on the plane.
        assertThat(probabilities).hasSize(9 * 7);
        // Uniform ones have the mean 1/2; the eight directions are independent, so that their means scatter by 0.29/√8.
        assertThat(Arrays.stream(probabilities).average().orElseThrow())
                .isBetween(0.5 - 4 * 0.29 / Math.sqrt(8), 0.5 + 4 * 0.29 / Math.sqrt(8));
        assertThat(findings.figures()).hasSize(1);
        assertThat(findings.value(Procedure.PUBLISHED, ResidueModes.CONCENTRATION, "v1/log-result", LAST)
                        .orElseThrow())
                .isBetween(1.0 / 6, 1.0);
        assertThat(findings.value(Procedure.PUBLISHED, FunctionalModes.SINGULAR_VALUE, "v8", LAST))
                .isPresent();
    }

    private static double[] probabilities(Findings findings) {
        return findings.measurements().stream()
                .filter(found -> found.quantity().equals(FunctionalModes.P_VALUE)
                        && found.item().startsWith(ResidueModes.CONCENTRATION))
                .mapToDouble(Measurement::value)
                .toArray();
    }

    private static Findings measure(StudiedRun run) {
        return new FunctionalModes().measure(run, PhaseSteps.everywhere("test", Map.of(Phase.LATE, LAST)));
    }

    /** Updates along a gradient, of changing length, since the mean of all is taken out. */
    @Test
    void updatesAlongAGradientAreAnsweredMoreThanRandomOnes() throws IOException {
        String prime = "task.prime=13";
        StudiedRun random = SyntheticRun.write(
                Files.createDirectory(folder.resolve("random")),
                "modular",
                0,
                2,
                (index, attention, backend) -> {},
                prime);
        try (StudiedModel model = StudiedModel.of(random, random.data().test(), 100)) {
            model.load(0);
            model.differentiate();
            Tensor gradient = model.gradient().subset(ParameterSubset.ATTENTION);
            model.backend().scale(1 / VectorProducts.norm(model.backend(), gradient), gradient);
            StudiedRun driven = SyntheticRun.write(
                    Files.createDirectory(folder.resolve("driven")),
                    "modular",
                    0,
                    SNAPSHOTS,
                    (index, attention, backend) -> {
                        backend.axpy(index % 2 == 0 ? 0.02 : -0.02, gradient, attention);
                        SyntheticRun.addRandom(attention, backend, index, 1e-4);
                    },
                    prime);
            Findings findings = measure(driven);
            assertThat(findings.value(
                            Procedure.CONTROLLED, FunctionalModes.P_VALUE, FunctionalModes.RESPONSE + "/v1", LAST))
                    .hasValue(SMALLEST);
        }
    }

    @Test
    void aModulusThatIsNoPrimeIsRefused() {
        StudiedRun run =
                SyntheticRun.write(folder, "modular", 0, 2, (index, attention, backend) -> {}, "task.prime=12");
        assertThat(new FunctionalModes().objection(run))
                .hasValueSatisfying(reason ->
                        assertThat(reason).isEqualTo("needs a prime modulus, which has discrete logarithms, not 12"));
    }

    @Test
    void tooFewSnapshotsAreSaidSo() {
        StudiedRun run =
                SyntheticRun.write(folder, "modular", 0, 5, (index, attention, backend) -> {}, "task.prime=13");
        Findings findings = new FunctionalModes().measure(run, PhaseSteps.everywhere("test", Map.of(Phase.LATE, 400L)));
        assertThat(findings.measurements()).isEmpty();
        assertThat(findings.remarks())
                .singleElement()
                .asString()
                .contains("no window of 20 updates of 100 steps ends at step 400", "checkpoints.every=100");
    }
}
