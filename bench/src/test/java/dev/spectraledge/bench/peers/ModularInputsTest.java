package dev.spectraledge.bench.peers;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ModularInputsTest {
    @TempDir
    private Path folder;

    @Test
    void ourEngineFollowsTheReferenceFromTheWrittenInputs() {
        StepInputs inputs = StepInputs.read(ModularInputs.write(folder));
        assertThat(inputs.parameterCount()).isEqualTo(290_401);
        assertThat(inputs.batchTokens(0)).hasSize(2 * 512);
        assertThat(inputs.batchLabels(0)).hasSize(512);
        assertThat(Workload.MODULAR.providers())
                .extracting(StepContestantProvider::name)
                .containsExactly("spectral-edge-deduplicated", "spectral-edge-packed");
        for (StepContestantProvider provider : Workload.MODULAR.providers()) {
            StepContestant contestant = provider.create(inputs, new ThreadConfiguration(2, 1));
            for (int step = 0; step < StepTournament.VERIFIED_STEPS; step++) {
                double reference = inputs.losses()[step];
                assertThat(contestant.step())
                        .as("%s, step %d", provider.name(), step + 1)
                        .isCloseTo(reference, within(StepTournament.LOSS_TOLERANCE * reference));
            }
        }
    }
}
