package dev.spectraledge.trainer.sweep;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.spectraledge.trainer.UsageException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SweepShardTest {
    @TempDir
    private Path folder;

    @Test
    void shardsShareOutAllRuns() throws IOException {
        SweepPlan plan = SweepPlan.of(Files.writeString(folder.resolve("sweep.yaml"), "sweep: {seeds: 7}"), folder);
        assertThat(SweepShard.whole().of(plan)).isEqualTo(plan.runs());
        assertThat(SweepShard.parse("1/3").of(plan))
                .containsExactly(plan.runs().get(1), plan.runs().get(4));
        List<PlannedRun> all = IntStream.range(0, 3)
                .mapToObj(index -> SweepShard.parse(index + "/3").of(plan))
                .flatMap(List::stream)
                .toList();
        assertThat(all).containsExactlyInAnyOrderElementsOf(plan.runs());
        assertThat(SweepShard.parse("8/9").of(plan)).isEmpty();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            nullValues = "-",
            value = {
                "- | 0/1",
                "SLURM_ARRAY_TASK_ID=3 SLURM_ARRAY_TASK_COUNT=8 SLURM_ARRAY_TASK_MIN=0 | 3/8",
                "SLURM_ARRAY_TASK_ID=1 SLURM_ARRAY_TASK_COUNT=8 SLURM_ARRAY_TASK_MIN=1 | 0/8",
                "SLURM_ARRAY_TASK_ID=14 SLURM_ARRAY_TASK_COUNT=3 SLURM_ARRAY_TASK_MIN=10 SLURM_ARRAY_TASK_STEP=2 | 2/3",
                "SLURM_ARRAY_TASK_ID=5 SLURM_ARRAY_TASK_COUNT=1 SLURM_ARRAY_TASK_MIN=5 JOB_COMPLETION_INDEX=9 | 0/1",
                "JOB_COMPLETION_INDEX=2 JOB_COMPLETION_COUNT=4 | 2/4",
            })
    void schedulersSayWhich(String environment, String expected) {
        assertThat(SweepShard.ofScheduler(variables(environment))).hasToString(expected);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "SLURM_ARRAY_TASK_ID=9 SLURM_ARRAY_TASK_COUNT=3 SLURM_ARRAY_TASK_MIN=1 | there is no shard 8/3",
                "SLURM_ARRAY_TASK_ID=9 | SLURM_ARRAY_TASK_COUNT should be a whole number, not ''",
                "SLURM_ARRAY_TASK_ID=x SLURM_ARRAY_TASK_COUNT=3 | SLURM_ARRAY_TASK_ID should be a whole number, not 'x'",
                "JOB_COMPLETION_INDEX=2 | set it as well, or say --shard 2/N",
            })
    void whatASchedulerLeavesOpenIsAskedFor(String environment, String expected) {
        assertThatThrownBy(() -> SweepShard.ofScheduler(variables(environment)))
                .isInstanceOf(UsageException.class)
                .hasMessageContaining(expected);
    }

    @Test
    void refusesWhatIsNoShard() {
        assertThatThrownBy(() -> SweepShard.parse("8/8")).hasMessageContaining("shards are numbered from 0, as 0/8");
        assertThatThrownBy(() -> SweepShard.parse("0/0")).hasMessageContaining("there is no shard 0/0");
        assertThatThrownBy(() -> SweepShard.parse("1of8")).hasMessageContaining("--shard cannot be '1of8'; it is i/N");
    }

    private static Map<String, String> variables(String text) {
        Map<String, String> variables = new HashMap<>();
        for (String assignment : text == null ? new String[0] : text.split(" ", -1)) {
            int equals = assignment.indexOf('=');
            variables.put(assignment.substring(0, equals), assignment.substring(equals + 1));
        }
        return variables;
    }
}
