package dev.spectraledge.trainer.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.spectraledge.trainer.RunException;
import dev.spectraledge.trainer.UsageException;
import dev.spectraledge.trainer.config.ConfigResolver;
import dev.spectraledge.trainer.config.RunConfig;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RunGroupTest {
    private static final List<Long> SEEDS = List.of(137L, 42L);

    @TempDir
    private Path folder;

    private RunConfig config(Path out) {
        return new ConfigResolver().override("out=" + out).resolve();
    }

    @Test
    void everyRunHasADirectoryOfItsOwn() {
        Path root = folder.resolve("group");
        try (RunGroup group = RunGroup.create(config(root), SEEDS)) {
            assertThat(group.root()).isEqualTo(root);
            assertThat(group.runs())
                    .extracting(RunDirectory::root)
                    .containsExactly(root.resolve("seed-137"), root.resolve("seed-42"));
            assertThat(group.runs())
                    .extracting(run -> run.config().training().seed())
                    .isEqualTo(SEEDS);
            assertThat(group.runs()).allMatch(RunDirectory::isInUse);
            assertThat(group.resumeState()).isEqualTo(root.resolve("resume.safetensors"));
        }
        RunConfig first = RunDirectory.open(root.resolve("seed-137")).config();
        assertThat(first).isEqualTo(config(root).with(137, root.resolve("seed-137")));
        assertThat(RunGroup.config(root)).isEqualTo(first);
    }

    @Test
    void runsThatComeTogetherForTheMomentKeepTheirOwnStates() throws IOException {
        List<RunDirectory> runs = Stream.of("a", "b")
                .map(name -> RunDirectory.begin(folder.resolve(name), config(null), note -> {}))
                .toList();
        try (RunGroup group = RunGroup.sideBySide(runs)) {
            assertThat(group.root()).isEqualTo(folder);
            assertThat(group.isDivisible()).isTrue();
            assertThatThrownBy(group::resumeState).isInstanceOf(IllegalStateException.class);
            assertThat(group.resumeStates()).isEmpty();
            Files.createFile(runs.getFirst().resumeState());
            assertThatThrownBy(() -> RunGroup.sideBySide(runs)).isInstanceOf(IllegalArgumentException.class);
            Files.createFile(runs.getLast().resumeState());
            assertThat(group.resumeStates()).hasSize(2);
            runs.getFirst().writeSummary(RunState.DONE, Map.of());
            assertThat(group.running()).containsExactly(runs.getLast());
            assertThat(group.resumeStates()).containsExactly(runs.getLast().resumeState());
        }
    }

    @Test
    void anOrdinaryRunIsAGroupOfOne() throws IOException {
        Path root = folder.resolve("run");
        try (RunGroup group = RunGroup.of(RunDirectory.create(config(root)))) {
            assertThat(group.hasOwnStates()).isTrue();
            assertThat(group.isDivisible()).isFalse();
            assertThat(group.resumeStates()).isEmpty();
            Path state = Files.createFile(root.resolve("checkpoints/resume.safetensors"));
            assertThat(group.resumeStates()).containsExactly(state);
        }
        try (RunGroup group = RunGroup.resume(root)) {
            assertThat(group.runs()).extracting(RunDirectory::root).containsExactly(root);
        }
        assertThat(RunGroup.config(root)).isEqualTo(config(root));
    }

    @Test
    void resumingKeepsTheOrderAndLocksAll() {
        Path root = folder.resolve("group");
        RunGroup.create(config(root), SEEDS).close();
        try (RunGroup group = RunGroup.resume(root)) {
            assertThat(group.runs())
                    .extracting(RunDirectory::root)
                    .containsExactly(root.resolve("seed-137"), root.resolve("seed-42"));
            assertThatThrownBy(() -> RunGroup.resume(root))
                    .isInstanceOf(RunException.class)
                    .hasMessageContaining("is writing into this run directory");
            assertThat(group.runs()).allMatch(RunDirectory::isInUse);
        }
        assertThat(RunLock.isHeld(root.resolve("seed-137"))).isFalse();
    }

    @Test
    void aGroupWithoutANameIsCounted() {
        RunConfig config = new ConfigResolver().resolve();
        try (RunGroup first = RunGroup.create(config, SEEDS, folder);
                RunGroup second = RunGroup.create(config, SEEDS, folder)) {
            assertThat(first.root()).isEqualTo(folder.resolve("dyck_wd1_2seeds"));
            assertThat(second.root()).isEqualTo(folder.resolve("dyck_wd1_2seeds_2"));
        }
    }

    @Test
    void refusesFoldersThatAreNotItsOwn() throws IOException {
        Path root = folder.resolve("group");
        RunGroup.create(config(root), SEEDS).close();
        assertThatThrownBy(() -> RunGroup.create(config(root), SEEDS.reversed()))
                .isInstanceOf(UsageException.class)
                .hasMessageContaining("exists and is not empty");
        assertThatThrownBy(() -> RunGroup.resume(root.resolve("seed-42")))
                .isInstanceOf(UsageException.class)
                .hasMessage(root.resolve("seed-42") + " trains side by side with others; resume all of them: " + root);
        Files.writeString(root.resolve("group.json"), "{\"seeds\": [\"many\"]}");
        assertThatThrownBy(() -> RunGroup.resume(root))
                .isInstanceOf(RunException.class)
                .hasMessage(root.resolve("group.json") + ": should list the seeds of the runs");
    }
}
