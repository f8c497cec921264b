package dev.spectraledge.analysis.checkpoint;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.spectraledge.analysis.offline.GoldenFolder;
import dev.spectraledge.trainer.RunException;
import dev.spectraledge.trainer.io.SafetensorsType;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.zip.CRC32;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** One model in every form has the same tensors; a damaged or hostile one is refused in one line. */
class CheckpointFormTest {
    private static final List<String> NAMES = List.of(
            "transformer.h.0.attn.bias",
            "transformer.h.0.attn.c_attn.weight",
            "transformer.h.0.attn.c_proj.weight",
            "transformer.h.0.ln_1.weight",
            "transformer.h.0.ln_2.weight",
            "transformer.h.0.mlp.c_fc.weight",
            "transformer.h.0.mlp.c_proj.weight",
            "transformer.ln_f.weight",
            "transformer.wpe.weight",
            "transformer.wte.weight");

    @TempDir
    Path folder;

    @Test
    void oneModelHasTheSameTensorsInEveryForm() {
        try (Checkpoint flat = Checkpoint.open(Fixtures.get("flat/gpt2-step3-lr0.01.safetensors"));
                Checkpoint sharded = Checkpoint.open(Fixtures.get("sharded/checkpoint-3"));
                Checkpoint half = Checkpoint.open(Fixtures.get("bf16/tiny-step3"));
                Checkpoint torch = Checkpoint.open(Fixtures.get("nanogpt/out-3/ckpt.pt"));
                Checkpoint inFolder = Checkpoint.open(Fixtures.get("nanogpt/out-3"))) {
            assertThat(flat.tensors().keySet()).containsExactlyElementsOf(NAMES);
            assertThat(sharded.tensors()).containsOnlyKeys(NAMES);
            assertThat(torch.tensors().keySet())
                    .as("the prefix of torch.compile is off")
                    .containsExactlyInAnyOrderElementsOf(with(NAMES, "lm_head.weight"));
            for (String name : NAMES) {
                StoredTensor expected = flat.tensors().get(name);
                for (Checkpoint other : List.of(sharded, torch, inFolder)) {
                    StoredTensor tensor = other.tensors().get(name);
                    assertThat(tensor.shape()).isEqualTo(expected.shape());
                    assertThat(tensor.type()).isEqualTo(expected.type());
                    assertThat(tensor.data().mismatch(expected.data())).as(name).isEqualTo(-1);
                }
                if (expected.type().isFloating()) {
                    double[] rounded = Fixtures.values(half.tensors().get(name));
                    double[] exact = Fixtures.values(expected);
                    assertThat(half.tensors().get(name).type()).isEqualTo(SafetensorsType.BF16);
                    for (int index = 0; index < exact.length; index++) {
                        assertThat(rounded[index]).isEqualTo(toBfloat16((float) exact[index]));
                    }
                }
            }
            StoredTensor table = torch.tensors().get("transformer.wte.weight");
            assertThat(torch.tensors().get("lm_head.weight").storage()).isEqualTo(table.storage());
            assertThat(torch.tensors().values().stream()
                            .map(StoredTensor::storage)
                            .distinct())
                    .hasSize(NAMES.size());
        }
    }

    private static List<String> with(List<String> names, String other) {
        List<String> all = new ArrayList<>(names);
        all.add(other);
        return all;
    }

    /** Rounds to nearest, ties to even. */
    private static double toBfloat16(float value) {
        int bits = Float.floatToIntBits(value);
        return Float.intBitsToFloat((bits + 0x7FFF + ((bits >>> 16) & 1)) & 0xFFFF_0000);
    }

    @Test
    void aCheckpointSaysItsStepRateAndDecay() {
        try (Checkpoint flat = Checkpoint.open(Fixtures.get("flat/gpt2-step3-lr0.01.safetensors"));
                Checkpoint torch = Checkpoint.open(Fixtures.get("nanogpt/out-3/ckpt.pt"));
                Checkpoint trainer = Checkpoint.open(Fixtures.get("trainer/checkpoint-2"));
                Checkpoint zero = Checkpoint.open(Fixtures.get("zero/global_step2"));
                Checkpoint sharded = Checkpoint.open(Fixtures.get("sharded/checkpoint-3"))) {
            assertThat(flat.metadata()).containsEntry("format", "pt");
            for (Checkpoint checkpoint : List.of(flat, torch, trainer, zero)) {
                assertThat(checkpoint.learningRate().orElseThrow()).isEqualTo(0.01);
                assertThat(checkpoint.weightDecay().orElseThrow()).isEqualTo(0.3);
                assertThat(checkpoint.step()).isPresent();
            }
            assertThat(flat.step()).hasValue(3);
            assertThat(torch.step()).hasValue(3);
            assertThat(trainer.step()).hasValue(2);
            assertThat(zero.step()).hasValue(2);
            assertThat(sharded.step()).isEmpty();
            assertThat(sharded.optimizer()).isEmpty();
        }
    }

    @Test
    void deepSpeedsParametersInSinglePrecisionAreTaken() {
        try (Checkpoint zero = Checkpoint.open(Fixtures.get("zero/global_step2"));
                Checkpoint flat = Checkpoint.open(Fixtures.get("flat/gpt2-step2-lr0.01.safetensors"))) {
            flat.tensors()
                    .forEach((name, tensor) -> assertThat(
                                    zero.tensors().get(name).data().mismatch(tensor.data()))
                            .as(name)
                            .isEqualTo(-1));
            assertThat(zero.tensors().get("lm_head.weight").storage())
                    .isEqualTo(zero.tensors().get("transformer.wte.weight").storage());
        }
    }

    @ParameterizedTest
    @CsvSource({
        "hf_gpt2_tiny, ., F32, 28", "hf_gpt2_tiny, sharded, F32, 28", "hf_gpt2_tiny, bf16, BF16, 28",
        "hf_gpt2_tiny, hub, F32, 30", "hf_gpt2_tiny, bin, F32, 31", "hf_llama_tiny, ., F32, 21",
        "hf_llama_tiny, sharded, F32, 21", "hf_llama_tiny, bf16, BF16, 21", "hf_neox_tiny, ., F32, 28",
        "hf_neox_tiny, f16, F16, 28", "hf_neox_tiny, hub, F16, 34"
    })
    void theFormsOfTheHubAreRead(String model, String form, SafetensorsType type, int tensors) {
        Path root = GoldenFolder.require(model);
        try (Checkpoint checkpoint = Checkpoint.open(root.resolve(form).normalize());
                Checkpoint flat = Checkpoint.open(root.resolve("model.safetensors"))) {
            assertThat(checkpoint.tensors()).hasSize(tensors);
            long matching = flat.tensors().entrySet().stream()
                    .filter(entry -> checkpoint.tensors().entrySet().stream()
                            .anyMatch(other -> entry.getKey().endsWith(other.getKey())
                                    && other.getValue().type() == type
                                    && other.getValue()
                                            .shape()
                                            .equals(entry.getValue().shape())
                                    && (type != SafetensorsType.F32
                                            || other.getValue()
                                                            .data()
                                                            .mismatch(entry.getValue()
                                                                    .data())
                                                    < 0)))
                    .count();
            assertThat(matching).isEqualTo(flat.tensors().size());
        }
    }

    @Test
    void aPickleWithCodeInItIsRefusedByNameAndPlace() throws IOException {
        Path file = write("a/data.pkl", "\u0080\u0002cos\nsystem\nX\u0004\0\0\0ruin\u0085R.");
        assertRefused(file, file + ": its pickle names 'os.system' (GLOBAL at byte 2), which is neither a tensor nor");
        Path model = write("a/data.pkl", "\u0080\u0002c__main__\nMyModel\n)\u0081.");
        assertRefused(model, "names '__main__.MyModel' (GLOBAL at byte 2)");
        Path other = write("a/data.pkl", "\u0080\u0002}X\u0005\0\0\0epochK\3s.");
        assertRefused(
                other,
                other + ": holds no state_dict, a dictionary of tensors by name, neither itself nor under model");
    }

    private Path write(String entry, String content) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (ZipOutputStream zip = new ZipOutputStream(bytes)) {
            byte[] pickle = content.getBytes(ISO_8859_1);
            CRC32 checksum = new CRC32();
            checksum.update(pickle);
            ZipEntry stored = new ZipEntry(entry);
            stored.setMethod(ZipEntry.STORED);
            stored.setSize(pickle.length);
            stored.setCrc(checksum.getValue());
            zip.putNextEntry(stored);
            zip.write(pickle);
        }
        return Files.write(folder.resolve("step_1.pt"), bytes.toByteArray());
    }

    @Test
    void aTruncatedFileIsRefused() throws IOException {
        byte[] good = Files.readAllBytes(Fixtures.get("nanogpt/out-3/ckpt.pt"));
        Path file = Files.write(folder.resolve("ckpt.pt"), Arrays.copyOf(good, good.length / 2));
        assertRefused(file, file + ": truncated: it begins as a zip archive, but has no directory at its end");
    }

    @Test
    void anIndexMustNameFilesThatAreThereAndInsideOfTheFolder() throws IOException {
        Path copy = Fixtures.copy("sharded/checkpoint-3", folder.resolve("checkpoint-3"));
        Path index = copy.resolve("model.safetensors.index.json");
        String good = Files.readString(index);
        Path shard = copy.resolve("model-00002-of-00002.safetensors");
        Files.move(shard, folder.resolve("elsewhere.safetensors"));
        assertRefused(
                copy,
                index
                        + ": places tensor 'transformer.h.0.attn.c_attn.weight' in 'model-00002-of-00002.safetensors',"
                        + " which is missing");
        Files.createSymbolicLink(shard, folder.resolve("elsewhere.safetensors"));
        assertRefused(copy, shard + ": is a link out of " + copy + ", which is not followed");
        Files.writeString(index, good.replace("model-00002-of-00002.safetensors", "../elsewhere.safetensors"));
        assertRefused(copy, "in '../elsewhere.safetensors', which is not the name of a safetensors file");
        Files.writeString(index, good.replace("model-00002-of-00002.safetensors", "model-00001-of-00002.safetensors"));
        assertRefused(
                copy, "model-00001-of-00002.safetensors: has no tensor 'transformer.h.0.attn.c_attn.weight', which is");
        Files.writeString(index, "{}");
        assertRefused(copy, index + ": has no object weight_map");
    }

    @Test
    void distributedCheckpointsAreRefusedByName() throws IOException {
        Path file =
                Files.createFile(Files.createDirectory(folder.resolve("step-5")).resolve("__0_0.distcp"));
        assertRefused(
                file.getParent(), file.getParent() + ": is a checkpoint of torch.distributed.checkpoint (.distcp)");
        assertRefused(file, "format_utils dcp_to_torch");
    }

    @Test
    void whatIsNoCheckpointIsRefused() throws IOException {
        Path text = Files.writeString(folder.resolve("notes.txt"), "no");
        assertRefused(
                text,
                text + ": is not a checkpoint that can be read; readable are safetensors files, torch.save files,");
        Path missing = folder.resolve("ckpt.pt");
        assertRefused(missing, "cannot read " + missing + ": no such file or directory");
    }

    @Test
    void ranksOfDeepSpeedMustAllBeThere() throws IOException {
        Path copy = Fixtures.copy("zero/global_step2", folder.resolve("global_step2"));
        Files.delete(copy.resolve("zero_pp_rank_1_mp_rank_00_optim_states.pt"));
        assertRefused(copy, copy + ": has the files of 1 ranks, 2 were written (zero_pp_rank_*_optim_states.pt)");
    }

    private static void assertRefused(Path path, String... parts) {
        assertThatThrownBy(() -> Checkpoint.open(path).close())
                .isInstanceOf(RunException.class)
                .hasMessageContainingAll(parts);
    }
}
