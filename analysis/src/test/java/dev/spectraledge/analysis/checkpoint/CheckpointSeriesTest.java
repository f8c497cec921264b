package dev.spectraledge.analysis.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.spectraledge.trainer.RunException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class CheckpointSeriesTest {
    @TempDir
    Path folder;

    @ParameterizedTest
    @ValueSource(strings = {"flat", "sharded", "bf16", "nanogpt"})
    void everyFormIsASeriesByStep(String form) {
        CheckpointSeries series = CheckpointSeries.of(Fixtures.get(form));
        assertThat(series.steps().keySet()).containsExactly(1L, 2L, 3L, 4L);
        assertThat(series.leftOut()).isEmpty();
        try (Checkpoint first = series.open(1);
                Checkpoint last = series.open(4)) {
            assertThat(last.tensors().keySet()).isEqualTo(first.tensors().keySet());
            assertThat(last.tensors().get("transformer.wte.weight").shape()).containsExactly(11L, 8L);
        }
    }

    @ParameterizedTest
    @CsvSource({
        "'step_000100, step_1000000, weights-20, 3', '100, 1000000, 20, 3'",
        "'gpt2-step1000-lr0.01, gpt2-step200-lr0.01', '1000, 200'",
        "'checkpoint-20, checkpoint-100', '20, 100'",
        "'pythia-70m-step512-v1, pythia-70m-step1000-v1', '512, 1000'",
        "'epoch=1-step=500, epoch=2-step=1000', '500, 1000'",
        "'gpt2-10-small, gpt2-20-small', '10, 20'",
        "'global_step16, global_step8', '16, 8'",
        "'iter-000100-ckpt, iter-000200-ckpt', '100, 200'",
        "'stage1-step50-tokens2B, stage1-step100-tokens4B', '50, 100'",
        "'step1000-unsharded, step2000-unsharded', '1000, 2000'",
        "'model_3, model_20, gpt2', '3, 20, -1'",
        "'step1, step2, gpt2, final', '1, 2, -1, -1'",
        "'a-1-2, a-2-3', '-1, -1'",
        "'checkpoint_epoch_3, checkpoint_epoch_12', '3, 12'"
    })
    void theStepIsFoundAnywhereInANameAndSortedAsANumber(String names, String steps) {
        List<String> stems = List.of(names.split(", "));
        StepNames found = new StepNames(stems);
        assertThat(stems.stream().map(stem -> Long.toString(found.of(stem).orElse(-1))))
                .containsExactly(steps.split(", "));
    }

    @Test
    void saysWhatIsLeftOutAndWhy() throws IOException {
        Path run = Fixtures.copy("trainer", folder.resolve("run"));
        Fixtures.copy("trainer/checkpoint-1", folder.resolve("elsewhere"));
        Files.copy(Fixtures.get("trainer/checkpoint-2/model.safetensors"), run.resolve("model.safetensors"));
        Files.writeString(run.resolve("model-00001-of-00002.safetensors"), "");
        Files.writeString(run.resolve("training_args.bin"), "");
        Files.writeString(run.resolve("README.md"), "");
        Files.createDirectory(run.resolve("logs"));
        Path distributed = Files.createDirectory(run.resolve("checkpoint-3"));
        Files.createFile(distributed.resolve("__0_0.distcp"));
        Files.createSymbolicLink(run.resolve("checkpoint-4"), folder.resolve("elsewhere"));
        CheckpointSeries series = CheckpointSeries.of(run);
        assertThat(series.steps()).containsOnlyKeys(1L, 2L);
        assertThat(series.leftOut())
                .containsEntry("model.safetensors", "there is no step in its name")
                .containsEntry("model-00001-of-00002.safetensors", "one of the files of a model in several")
                .containsEntry("training_args.bin", "arguments of a training, no weights")
                .containsEntry("README.md", "no file of weights")
                .containsEntry("logs", "a folder without a checkpoint of a known form")
                .containsEntry("checkpoint-3", DistributedForm.DESCRIPTION)
                .containsEntry("checkpoint-4", "a link to nowhere or out of " + run + ", which is not followed")
                .hasSize(7);
    }

    @Test
    void ourOwnRunsAreReadFromTheirFolderOfCheckpoints() throws IOException {
        Path checkpoints = Files.createDirectories(folder.resolve("run/checkpoints"));
        for (String name : List.of("step_000100", "step_001000", "step_001000.optimizer", "resume")) {
            Files.copy(Fixtures.get("flat/gpt2-step1-lr0.01.safetensors"), checkpoints.resolve(name + ".safetensors"));
        }
        CheckpointSeries series = CheckpointSeries.of(folder.resolve("run"));
        assertThat(series.steps().keySet()).containsExactly(100L, 1000L);
        assertThat(series.leftOut()).containsOnlyKeys("step_001000.optimizer.safetensors", "resume.safetensors");
    }

    @Test
    void aStepThatIsNotInANameIsReadFromTheFile() throws IOException {
        for (int step = 1; step <= 3; step++) {
            Files.copy(
                    Fixtures.get("nanogpt/out-" + step + "/ckpt.pt"), folder.resolve("abc".charAt(step - 1) + ".pt"));
        }
        assertThat(CheckpointSeries.of(folder).steps().values().stream().map(FileNames::of))
                .containsExactly("a.pt", "b.pt", "c.pt");
        assertThat(CheckpointSeries.of(Fixtures.get("nanogpt/out-3")).steps()).containsOnlyKeys(3L);
        assertThat(CheckpointSeries.of(Fixtures.get("sharded/checkpoint-3")).steps())
                .containsOnlyKeys(3L);
    }

    @Test
    void oneCheckpointInTwoFormsIsOneAndTwoOfOneStepAreRefused() throws IOException {
        Path flat = Fixtures.get("flat/gpt2-step1-lr0.01.safetensors");
        Files.copy(flat, folder.resolve("step_1.safetensors"));
        Files.copy(Fixtures.get("nanogpt/out-1/ckpt.pt"), folder.resolve("step_1.pt"));
        CheckpointSeries series = CheckpointSeries.of(folder);
        assertThat(series.steps().get(1L)).isEqualTo(folder.resolve("step_1.safetensors"));
        assertThat(series.leftOut()).containsEntry("step_1.pt", "the same checkpoint as step_1.safetensors");
        Files.copy(flat, folder.resolve("other_000001.safetensors"));
        assertRefused(folder, folder + ": both other_000001.safetensors and step_1.pt are checkpoints of step 1");
    }

    @Test
    void aFolderThatGoesBackwardsIsRefused() throws IOException {
        Files.copy(Fixtures.get("nanogpt/out-3/ckpt.pt"), folder.resolve("ckpt_100.pt"));
        Files.copy(Fixtures.get("nanogpt/out-1/ckpt.pt"), folder.resolve("ckpt_200.pt"));
        CheckpointSeries series = CheckpointSeries.of(folder);
        series.open(100).close();
        assertThatThrownBy(() -> series.open(200))
                .isInstanceOf(RunException.class)
                .hasMessage(folder
                        + ": goes backwards: by its name ckpt_200.pt follows ckpt_100.pt, but inside they say to "
                        + "be of step 1 and 3; checkpoints of different runs do not form a series");
    }

    @Test
    void anEmptyFolderSaysWhatWasExpected() throws IOException {
        assertRefused(
                folder,
                folder + ": holds no checkpoints, files or folders named by step, like step_000100.safetensors");
        Path step = Files.createDirectory(folder.resolve("step5"));
        Files.createFile(step.resolve("__0_0.distcp"));
        assertRefused(folder, "; step5: a checkpoint of torch.distributed.checkpoint (.distcp), which cannot be read");
        Path missing = folder.resolve("none");
        assertRefused(missing, "cannot read directory " + missing + ": no such file or directory");
    }

    private static void assertRefused(Path path, String message) {
        assertThatThrownBy(() -> CheckpointSeries.of(path))
                .isInstanceOf(RunException.class)
                .hasMessageContaining(message);
    }
}
