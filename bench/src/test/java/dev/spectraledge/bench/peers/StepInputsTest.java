package dev.spectraledge.bench.peers;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class StepInputsTest {

    @TempDir
    private Path folder;

    @Test
    void batchesRepeatAfterTheLast() {
        StepInputs inputs = StepInputs.read(TinyInputs.write(folder));
        assertThat(inputs.parameterCount()).isEqualTo(2);
        assertThat(inputs.batchTokens(0)).containsExactly(0, 1);
        assertThat(inputs.batchTokens(1)).containsExactly(0, 2);
        assertThat(inputs.batchLabels(1)).containsExactly(1, DyckStepFacts.IGNORED_LABEL);
        assertThat(inputs.batchTokens(TinyInputs.STEPS + 1)).isEqualTo(inputs.batchTokens(1));
    }
}
