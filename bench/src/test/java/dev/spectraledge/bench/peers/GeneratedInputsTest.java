package dev.spectraledge.bench.peers;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.nio.file.Path;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class GeneratedInputsTest {
    @TempDir
    private Path folder;

    @Test
    void ourEngineFollowsTheReferenceFromTheWrittenInputs() {
        StepInputs inputs = StepInputs.read(GeneratedInputs.write(folder, Workload.MODULAR));
        assertThat(inputs.parameterCount()).isEqualTo(290_401);
        assertThat(inputs.batchTokens(0)).hasSize(2 * 512);
        assertThat(inputs.batchLabels(0)).hasSize(512);
        assertThat(Workload.MODULAR.providers())
                .extracting(StepContestantProvider::name)
                .containsExactly("spectral-edge-deduplicated", "spectral-edge-packed");
        followReference(Workload.MODULAR, inputs);
    }

    @Test
    @Tag("nightly") // 4,096 tokens a step on every backend; the tournament itself looks as well, before it measures
    void languageModelsFollowIt() {
        StepInputs inputs = StepInputs.read(GeneratedInputs.write(folder, Workload.NANO));
        assertThat(inputs.parameterCount()).isEqualTo(837_888);
        assertThat(inputs.batchTokens(0)).hasSize(4096);
        assertThat(inputs.batchLabels(0)).hasSize(4096);
        followReference(Workload.NANO, inputs);
    }

    private static void followReference(Workload workload, StepInputs inputs) {
        for (StepContestantProvider provider : workload.providers()) {
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
