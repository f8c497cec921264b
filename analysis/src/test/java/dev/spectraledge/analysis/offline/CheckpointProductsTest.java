package dev.spectraledge.analysis.offline;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.spectraledge.analysis.checkpoint.CheckpointSeries;
import dev.spectraledge.kernels.DType;
import dev.spectraledge.kernels.MemoryOwner;
import dev.spectraledge.kernels.Tensor;
import dev.spectraledge.kernels.Workers;
import dev.spectraledge.trainer.RunException;
import dev.spectraledge.trainer.io.SafetensorsWriter;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CheckpointProductsTest {
    private static final int AGES = 3;
    private static final int CHECKPOINTS = 9;
    private static final List<TensorGroup> GROUPS = List.of(
            new TensorGroup("first", "first", true, List.of("a", "c"), 40_003),
            new TensorGroup("second", "second", false, List.of("b"), 5));

    @TempDir
    private Path folder;

    private void write(int from, int to) {
        for (int step = from; step < to; step++) {
            Random random = new Random(step);
            try (MemoryOwner owner = MemoryOwner.open("checkpoint")) {
                Map<String, Tensor> tensors = new LinkedHashMap<>();
                tensors.put("a", random(owner, random, 40_000));
                tensors.put("b", random(owner, random, 5));
                tensors.put("c", random(owner, random, 3));
                SafetensorsWriter.write(folder.resolve("step_" + step + ".safetensors"), tensors, Map.of());
            }
        }
    }

    private static Tensor random(MemoryOwner owner, Random random, int elements) {
        Tensor tensor = Tensor.allocate(owner, DType.FLOAT32, elements);
        for (int index = 0; index < elements; index++) {
            tensor.set(random.nextGaussian(), index);
        }
        return tensor;
    }

    private CheckpointProducts extend(CheckpointProducts known, int workers) {
        CheckpointSeries series = CheckpointSeries.of(folder);
        try (Workers team = new Workers(workers)) {
            return known.extend(series, List.copyOf(series.steps().keySet()), team, ReadProgress.silent());
        }
    }

    private static void requireEqual(CheckpointProducts one, CheckpointProducts other) {
        assertThat(one.steps()).isEqualTo(other.steps());
        for (int group = 0; group < GROUPS.size(); group++) {
            for (int update = 0; update < one.updates(); update++) {
                for (int age = 0; age <= Math.min(update, AGES - 1); age++) {
                    assertThat(one.product(group, update, age)).isEqualTo(other.product(group, update, age));
                }
                assertThat(one.parametersAfter(group, update)).isEqualTo(other.parametersAfter(group, update));
            }
        }
    }

    @Test
    void whatIsAddedBitByBitIsWhatComesAtOnceForAnyNumberOfWorkers() {
        CheckpointProducts grown = CheckpointProducts.none(GROUPS, AGES);
        for (int end : new int[] {1, 2, 3, 6, 7, CHECKPOINTS}) {
            write(end - 1, end);
            for (int step = 0; step < end; step++) {
                if (!Files.exists(folder.resolve("step_" + step + ".safetensors"))) {
                    write(step, step + 1);
                }
            }
            grown = extend(grown, 1 + end % 3);
        }
        CheckpointProducts whole = extend(CheckpointProducts.none(GROUPS, AGES), 1);
        assertThat(whole.updates()).isEqualTo(CHECKPOINTS - 1);
        requireEqual(grown, whole);
        requireEqual(extend(CheckpointProducts.none(GROUPS, AGES), 3), whole);
    }

    /** The others may be gone. */
    @Test
    void aNewCheckpointReadsAsManyEarlierOnesAsThereAreAges() throws IOException {
        write(0, CHECKPOINTS);
        CheckpointProducts whole = extend(CheckpointProducts.none(GROUPS, AGES), 1);
        Files.delete(folder.resolve("step_8.safetensors"));
        CheckpointProducts known = extend(CheckpointProducts.none(GROUPS, AGES), 1);
        write(8, 9);
        CheckpointSeries series = CheckpointSeries.of(folder);
        for (int step = 0; step < 8 - AGES; step++) {
            Files.write(folder.resolve("step_" + step + ".safetensors"), new byte[] {1});
        }
        try (Workers team = new Workers(1)) {
            requireEqual(
                    known.extend(series, List.copyOf(series.steps().keySet()), team, ReadProgress.silent()), whole);
        }
    }

    /** Reading it all the same could end the process. */
    @Test
    void aFileThatIsCutWhileItIsReadGetsALine() throws IOException {
        write(0, 3);
        CheckpointSeries series = CheckpointSeries.of(folder);
        try (Workers team = new Workers(2);
                OpenSeries open = new OpenSeries(series, List.of(0L, 1L, 2L))) {
            try (FileChannel file = FileChannel.open(folder.resolve("step_1.safetensors"), StandardOpenOption.WRITE)) {
                file.truncate(1000);
            }
            assertThatThrownBy(() -> BandPass.run(open, GROUPS, AGES, ReadProgress.silent(), team))
                    .isInstanceOf(RunException.class)
                    .hasMessageStartingWith(folder + ": a checkpoint was cut or overwritten while it was read");
        }
    }

    @Test
    void areKeptInAFile() throws IOException {
        write(0, CHECKPOINTS);
        Path file = folder.resolve("out").resolve(ProductsFile.NAME);
        Files.createDirectories(file.getParent());
        assertThat(ProductsFile.read(file)).isEmpty();
        CheckpointProducts products = extend(CheckpointProducts.none(GROUPS, AGES), 2);
        ProductsFile.write(file, products);
        CheckpointProducts read = ProductsFile.read(file).orElseThrow();
        requireEqual(read, products);
        assertThat(read.groups()).isEqualTo(GROUPS);
        assertThat(read.ages()).isEqualTo(AGES);
        for (int length : new int[] {0, 7, 100, (int) Files.size(file) - 8}) {
            Files.write(folder.resolve("cut"), Arrays.copyOf(Files.readAllBytes(file), length));
            assertThat(ProductsFile.read(folder.resolve("cut"))).isEmpty();
        }
        Files.copy(folder.resolve("step_0.safetensors"), folder.resolve("weights"));
        assertThat(ProductsFile.read(folder.resolve("weights"))).isEmpty();
    }

    @Test
    void countAsFarAsCheckpointsAreTheSame() {
        write(0, CHECKPOINTS);
        CheckpointProducts products = extend(CheckpointProducts.none(GROUPS, AGES), 1);
        CheckpointSeries series = CheckpointSeries.of(folder);
        List<Long> steps = List.copyOf(series.steps().keySet());
        assertThat(products.of(series, steps, GROUPS, AGES).map(CheckpointProducts::steps))
                .contains(steps);
        assertThat(products.of(series, steps, GROUPS, AGES + 1)).isEmpty();
        assertThat(products.of(series, steps, GROUPS.reversed(), AGES)).isEmpty();
        assertThat(products.of(series, steps.subList(1, 4), GROUPS, AGES)).isEmpty();
        try (MemoryOwner owner = MemoryOwner.open("checkpoint")) {
            SafetensorsWriter.write(
                    folder.resolve("step_4.safetensors"), Map.of("a", random(owner, new Random(1), 2)), Map.of());
        }
        Optional<CheckpointProducts> rest = products.of(CheckpointSeries.of(folder), steps, GROUPS, AGES);
        assertThat(rest.map(CheckpointProducts::steps)).contains(List.of(0L, 1L, 2L, 3L));
        write(4, 5);
        requireEqual(extend(rest.orElseThrow(), 2), products);
    }
}
