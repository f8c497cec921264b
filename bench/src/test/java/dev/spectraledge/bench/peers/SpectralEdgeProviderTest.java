package dev.spectraledge.bench.peers;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.spectraledge.trainer.data.Batching;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class SpectralEdgeProviderTest {

    private static final Path GOLDEN = Path.of(System.getProperty("golden.dir", "../../shared/golden"));

    @ParameterizedTest
    @EnumSource
    void everyLayoutFollowsTheReferenceOnOneAndTwoWorkers(Batching batching) {
        StepInputs.Files files = StepInputs.Files.golden(GOLDEN, "dyck");
        assumeTrue(Files.isReadable(files.trace()), "no reference trajectories at " + GOLDEN);
        StepInputs inputs = StepInputs.read(files);
        SpectralEdgeProvider provider = new SpectralEdgeProvider(Workload.DYCK, batching);
        assertThat(provider.name()).isEqualTo("spectral-edge-" + batching.key());
        for (ThreadConfiguration threads : provider.threadConfigurations(2)) {
            StepContestant contestant = provider.create(inputs, threads);
            for (int step = 0; step < StepTournament.VERIFIED_STEPS; step++) {
                double reference = inputs.losses()[step];
                assertThat(contestant.step())
                        .as("%s, %s, step %d", batching, threads.label(), step + 1)
                        .isCloseTo(reference, within(StepTournament.LOSS_TOLERANCE * reference));
            }
            assertThat(contestant.environment()).containsEntry("workers", Integer.toString(threads.operators()));
        }
    }
}
