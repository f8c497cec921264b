package dev.spectraledge.analysis.experiment;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ObjectionsTest {
    @TempDir
    private Path folder;

    /** Nothing confines the gradient of what an experiment trains, so that it would be another training. */
    @Test
    void nothingTrainsOnFromARunWithAConfinedGradient() {
        Experiment training = Experiments.named("noise-edge");
        Experiment measuring = Experiments.named("training-record");
        StudiedRun confined = SyntheticRun.write(
                folder, "dyck", 1, 1, (index, attention, backend) -> {}, "training.attentionGradientRank=3");
        assertThat(Objections.of(training, confined))
                .hasValueSatisfying(reason -> assertThat(reason).contains("training.attentionGradientRank"));
        assertThat(Objections.of(measuring, confined)).isEmpty();
        StudiedRun free = SyntheticRun.write(folder, 1, 1, (index, attention, backend) -> {});
        assertThat(Objections.of(training, free))
                .hasValueSatisfying(reason -> assertThat(reason).doesNotContain("attentionGradientRank"));
    }
}
