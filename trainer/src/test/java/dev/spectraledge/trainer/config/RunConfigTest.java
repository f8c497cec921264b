package dev.spectraledge.trainer.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.spectraledge.trainer.RunException;
import dev.spectraledge.trainer.UsageException;
import dev.spectraledge.trainer.data.Batching;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RunConfigTest {
    @TempDir
    Path folder;

    private final RunConfig config = new ConfigResolver()
            .override("training.data=some/data.safetensors")
            .override("training.clip=null")
            .override("training.learningRate=0.1")
            .override("checkpoints.schedule=list")
            .override("checkpoints.steps=[10, 3, 3]")
            .override("out=somewhere")
            .resolve();

    @Test
    void survivesJson() {
        assertThat(RunConfig.fromJson(config.toJson())).isEqualTo(config);
    }

    @Test
    void survivesYaml() throws IOException {
        Path file = Files.writeString(folder.resolve("config.yaml"), config.toYaml());
        assertThat(new ConfigResolver().file(file).resolve()).isEqualTo(config);
    }

    @Test
    void theHashLeavesOutOnlyThePlace() {
        RunConfig elsewhere =
                new ConfigResolver(config).override("out=elsewhere").resolve();
        RunConfig other =
                new ConfigResolver(config).override("training.seed=43").resolve();
        assertThat(config.hash()).matches("[0-9a-f]{64}");
        assertThat(elsewhere.hash()).isEqualTo(config.hash());
        assertThat(other.hash()).isNotEqualTo(config.hash());
        assertThat(RunConfig.fromJson(config.toJson()).hash()).isEqualTo(config.hash());
    }

    @Test
    void readsRunsFromBeforeThereWereRandomStreams() {
        RunConfig config = new ConfigResolver().resolve();
        String recorded = config.toJson().replaceFirst("\\s*\"randomStream\" : \"philox\",", "");
        assertThat(recorded).isNotEqualTo(config.toJson());
        assertThat(RunConfig.fromJson(recorded)).isEqualTo(config);
    }

    @Test
    void streamsOfPyTorchAreKnownForSomeTasks() {
        ConfigResolver modular =
                new ConfigResolver().override("task.name=modular").override("training.randomStream=pytorch");
        assertThatThrownBy(modular::resolve)
                .isInstanceOf(UsageException.class)
                .hasMessageContaining("known for tasks dyck and scan, not for modular; choose philox");
    }

    @Test
    void prefixesAreSharedByCausalModelsAlone() {
        for (String task : new String[] {"modular", "scan"}) {
            ConfigResolver other =
                    new ConfigResolver().override("task.name=" + task).override("training.batching=prefixes");
            assertThatThrownBy(other::resolve)
                    .isInstanceOf(UsageException.class)
                    .hasMessageContaining("training.batching prefixes needs a causal model")
                    .hasMessageContaining(
                            "the model of task " + task + " is not causal; choose deduplicated, packed or padded");
        }
        for (String task : new String[] {"dyck", "text"}) {
            RunConfig causal = new ConfigResolver()
                    .override("task.name=" + task)
                    .override("training.batching=prefixes")
                    .resolve();
            assertThat(causal.training().batching()).isEqualTo(Batching.PREFIXES);
        }
    }

    @Test
    void refusesAnIncompleteOrForeignDocument() throws IOException {
        assertThatThrownBy(() -> RunConfig.fromJson("{\"task\": {\"name\": \"dyck\"}}"))
                .isInstanceOf(UsageException.class)
                .hasMessage("configuration: task.maxPairs is missing");
        Path file = Files.writeString(folder.resolve("config.json"), "{\"seed\": 1}");
        assertThatThrownBy(() -> RunConfig.read(file))
                .isInstanceOf(RunException.class)
                .hasMessage(file + ": task.name is missing");
        Path broken = Files.writeString(folder.resolve("broken.json"), "{\"seed\": ");
        assertThatThrownBy(() -> RunConfig.read(broken))
                .isInstanceOf(RunException.class)
                .hasMessageStartingWith(broken + ": not valid JSON at line 1");
    }

    /** A run's identity from before there was evaluation.tokens. */
    @Test
    void aKeyThatCameLaterChangesNoIdentityWhereItSaysNothing() {
        RunConfig usual = new ConfigResolver().resolve();
        assertThat(usual.hash()).isEqualTo("63ede6356497555db94c70e23aaf367548ce5631c6c2b7934b21caabccd36e23");
        assertThat(usual.toYaml()).contains("tokens: null");
        RunConfig sampled =
                new ConfigResolver().override("evaluation.tokens=500").resolve();
        assertThat(sampled.hash()).isNotEqualTo(usual.hash());
        assertThat(RunConfig.of(sampled.toMap(), "map").hash()).isEqualTo(sampled.hash());
        assertThat(new ConfigResolver()
                        .override("training.decayed=all")
                        .resolve()
                        .hash())
                .isEqualTo(usual.hash());
        assertThat(new ConfigResolver()
                        .override("training.decayed=matrices")
                        .resolve()
                        .hash())
                .isNotEqualTo(usual.hash());
    }

    @Test
    void aLanguageModelHasSeenTheTokensOfItsWindows() {
        ConfigResolver resolver = new ConfigResolver()
                .override("task.name=text")
                .override("task.source=rules")
                .override("task.contextLength=16")
                .override("training.batchSize=3")
                .override("training.accumulation=2");
        assertThat(resolver.resolve().tokensSeen(10)).hasValue(10 * 3 * 2 * 16);
        RunConfig shifted = resolver.override("training.shiftAfter=4")
                .override("training.shiftedBatchSize=5")
                .resolve();
        assertThat(shifted.tokensSeen(3)).hasValue(3 * 3 * 2 * 16);
        assertThat(shifted.tokensSeen(10)).hasValue((4 * 3 + 6 * 5) * 2 * 16);
        assertThat(new ConfigResolver().override("task.name=dyck").resolve().tokensSeen(10))
                .isEmpty();
        assertThat(new ConfigResolver()
                        .override("task.name=text")
                        .override("task.sampling=documents")
                        .resolve()
                        .tokensSeen(10))
                .isEmpty();
    }
}
