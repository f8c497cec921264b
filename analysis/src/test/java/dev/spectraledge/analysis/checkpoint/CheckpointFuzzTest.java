package dev.spectraledge.analysis.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;

import dev.spectraledge.trainer.RunException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.SplittableRandom;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Checkpoints in which a few bytes are other ones, mostly in what describes their tensors: each is read or refused in one
 * line, and so is the optimiser's state. How many there are of each says {@code spectraledge.fuzz.checkpoints}.
 */
@Tag("fuzz")
class CheckpointFuzzTest {
    private static final int MUTANTS = Integer.getInteger("spectraledge.fuzz.checkpoints", 200);
    private static final long SEED = 0x5eed;

    @TempDir
    Path folder;

    @ParameterizedTest
    @CsvSource({
        "nanogpt/out-2, ckpt.pt",
        "trainer/checkpoint-2, optimizer.pt",
        "trainer/checkpoint-2, model.safetensors",
        "sharded/checkpoint-2, model.safetensors.index.json",
        "zero/global_step2, mp_rank_00_model_states.pt",
        "zero/global_step2, zero_pp_rank_1_mp_rank_00_optim_states.pt"
    })
    void everyMutantIsReadOrRefusedInOneLine(String checkpoint, String file) throws IOException {
        Path copy = Fixtures.copy(checkpoint, folder.resolve("checkpoint"));
        byte[] good = Files.readAllBytes(copy.resolve(file));
        int refused = 0;
        for (int mutant = 0; mutant < MUTANTS; mutant++) {
            Files.write(copy.resolve(file), mutated(good, new SplittableRandom(SEED + mutant)));
            refused += isRead(copy, file + ", mutant " + mutant) ? 0 : 1;
        }
        assertThat(refused).isPositive();
    }

    private static byte[] mutated(byte[] good, RandomGenerator random) {
        byte[] bytes = good.clone();
        for (int change = 1 + random.nextInt(3); change > 0; change--) {
            // Descriptions come first in every form.
            int position = random.nextInt(Math.min(bytes.length, random.nextInt(8) > 0 ? 4000 : bytes.length));
            bytes[position] = random.nextBoolean()
                    ? (byte) random.nextInt(256)
                    : (byte) (bytes[position] ^ (1 << random.nextInt(8)));
        }
        return bytes;
    }

    private static boolean isRead(Path path, String mutant) {
        try (Checkpoint checkpoint = Checkpoint.open(path)) {
            checkpoint.tensors().values().forEach(CheckpointFuzzTest::touch);
            checkpoint.step();
            checkpoint.learningRate();
            checkpoint.weightDecay();
            checkpoint
                    .optimizer()
                    .ifPresent(state -> state.moments().values().forEach(moments -> {
                        touch(moments.parameter());
                        touch(moments.first());
                        touch(moments.second());
                        assertThat(moments.first().shape())
                                .isEqualTo(moments.parameter().shape());
                    }));
            return true;
        } catch (RunException refusal) {
            assertThat(refusal.getMessage()).as(mutant).hasSizeBetween(1, 2000).matches("\\P{Cntrl}*");
            return false;
        } catch (RuntimeException | StackOverflowError unexpected) {
            throw new AssertionError(mutant, unexpected);
        }
    }

    /** The data are as long as the shape says, and are there. */
    private static void touch(StoredTensor tensor) {
        long elements = tensor.shape().stream().reduce(1L, (product, size) -> product * size);
        assertThat(tensor.data().byteSize()).isEqualTo(elements * tensor.type().bytes());
        if (elements > 0 && tensor.type().isFloating()) {
            tensor.type().real(tensor.data(), elements - 1);
        }
    }
}
