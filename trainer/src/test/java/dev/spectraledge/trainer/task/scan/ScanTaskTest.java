package dev.spectraledge.trainer.task.scan;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.spectraledge.trainer.TestMemory;
import dev.spectraledge.trainer.UsageException;
import dev.spectraledge.trainer.config.ConfigResolver;
import dev.spectraledge.trainer.config.RunConfig;
import dev.spectraledge.trainer.task.Task;
import java.util.Map;
import org.junit.jupiter.api.Test;

class ScanTaskTest {
    private static ConfigResolver scan() {
        return new ConfigResolver().flags(Map.of("task.name", "scan"));
    }

    @Test
    void defaultsAreThePublishedTaskAndModel() {
        RunConfig config = scan().resolve();
        assertThat(config.task())
                .isEqualTo(new ScanTask("scan", ScanSplit.SIMPLE, 22, 2048, 500, 0, null, null, 11, 50, true));
        assertThat(config.task().architecture(config.model(), 50).layout().size())
                .isEqualTo(3_979_529);
        assertThat(config.task().judgesAnswers()).isTrue();
        assertThat(config.training().learningRate()).isEqualTo(1e-4);
        assertThat(config.training().batchSize()).isEqualTo(256);
        assertThat(config.evaluation().every()).isEqualTo(500);
    }

    @Test
    void thePaperStopsEarlyAndItsControlIsShorter() {
        RunConfig paper = scan().preset("paper").resolve();
        assertThat(paper.training().steps()).isEqualTo(30_000);
        assertThat(paper.evaluation().stopAccuracy()).isEqualTo(0.98);
        assertThat(paper.evaluation().stopPatience()).isEqualTo(5);
        RunConfig control =
                scan().preset("paper").override("training.weightDecay=0").resolve();
        assertThat(control.training().steps()).isEqualTo(20_000);
    }

    @Test
    void splitsHaveNamesAndDataOfTheirOwn() {
        Task task = scan().override("task.split=turn_left").resolve().task();
        assertThat(task.variant()).isEqualTo("scan_turn_left");
        assertThat(task.seedOfData(42)).isEqualTo(0);
        assertThat(task.generate(TestMemory.DATA, 0).train().size()).isEqualTo(2048);
        assertThatThrownBy(() -> scan().override("task.trainFile=a.txt").resolve())
                .isInstanceOf(UsageException.class)
                .hasMessageContaining("trainFile and testFile go together");
    }
}
