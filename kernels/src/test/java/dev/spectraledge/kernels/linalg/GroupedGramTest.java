package dev.spectraledge.kernels.linalg;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.spectraledge.kernels.Allocations;
import dev.spectraledge.kernels.Backend;
import dev.spectraledge.kernels.DType;
import dev.spectraledge.kernels.MemoryOwner;
import dev.spectraledge.kernels.Tensor;
import dev.spectraledge.kernels.Workers;
import dev.spectraledge.kernels.cpu.CpuBackend;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class GroupedGramTest {
    private static final int WINDOW = 4;
    private static final int UPDATES = 23;
    private static final int SIZE = 5000;

    private final MemoryOwner owner = MemoryOwner.open("grouped gram test");
    private final Backend backend = new CpuBackend();
    private final Workers workers = new Workers(3);
    private final double[][] updates = TestMatrices.gaussian(UPDATES, SIZE, 1);
    private final double[][] companions = TestMatrices.gaussian(UPDATES, SIZE, 2);

    @AfterEach
    void release() {
        workers.close();
        owner.close();
    }

    private final class Fed {
        private final GroupedGram.Shape shape;
        private final Tensor results;
        private final UpdateGram gram;
        private int fed;

        Fed(GroupedGram.Shape shape) {
            this(shape, false);
        }

        /** @param placed whether each update is written where it stays */
        Fed(GroupedGram.Shape shape, boolean placed) {
            this.shape = shape;
            int count = workers.count();
            results = backend.allocate(
                    owner, DType.FLOAT64, placed ? PlacedGram.results(shape, count) : shape.results(count));
            gram = placed
                    ? new PlacedGram(backend, workers, owner, shape, results)
                    : new GroupedGram(backend, workers, owner, shape, results);
        }

        Fed feed(int... blocks) {
            for (int count : blocks) {
                gram.begin();
                for (int row = 0; row < count; row++) {
                    Tensor update = tensor(updates[fed + row]);
                    Tensor companion = tensor(companions[fed + row]);
                    for (int worker = 0; worker < workers.count(); worker++) {
                        backend.copy(slice(update, worker), gram.part(row, worker));
                        if (shape.companion()) {
                            backend.copy(slice(companion, worker), gram.companionPart(row, worker));
                        }
                    }
                }
                gram.multiply(count);
                for (int row = 0; row < count; row++) {
                    gram.absorb(results, row);
                }
                fed += count;
            }
            return this;
        }

        /** Run 1 has the update backwards. */
        private Tensor tensor(double[] values) {
            Tensor tensor = Tensor.allocate(owner, shape.type(), shape.runs(), SIZE);
            for (int i = 0; i < SIZE; i++) {
                tensor.set(values[i], 0, i);
                if (shape.runs() > 1) {
                    tensor.set(values[i], 1, SIZE - 1 - i);
                }
            }
            return tensor;
        }

        private static Tensor slice(Tensor tensor, long from, long to) {
            return tensor.slice(1, from, to);
        }

        private Tensor slice(Tensor tensor, int worker) {
            return slice(tensor, workers.partBegin(SIZE, worker), workers.partBegin(SIZE, worker + 1));
        }
    }

    private static void requireSameState(Map<String, Tensor> actual, Map<String, Tensor> expected) {
        assertThat(actual.keySet()).isEqualTo(expected.keySet());
        expected.forEach((name, tensor) -> {
            for (int i = 0; i < tensor.size(0); i++) {
                Tensor own = tensor.rank() == 1 ? tensor : tensor.at(i);
                Tensor other = tensor.rank() == 1 ? tensor : actual.get(name).at(i);
                assertThat(other.segment().mismatch(own.segment())).as(name).isEqualTo(-1);
            }
        });
    }

    @ParameterizedTest
    @CsvSource({"FLOAT32, true", "FLOAT64, true", "FLOAT32, false", "FLOAT64, false"})
    void whereBlocksEndChangesNoBit(DType type, boolean companion) {
        Map<String, Tensor> expected = new Fed(new GroupedGram.Shape(type, 2, WINDOW, SIZE, companion, 1))
                .feed(ones())
                .gram
                .state();
        int[][] closed = {{8, 8, 7}, {3, 8, 1, 1, 5, 5}, {1, 7, 2, 6, 7}};
        for (int[] blocks : closed) {
            Fed fed = new Fed(new GroupedGram.Shape(type, 2, WINDOW, SIZE, companion, 8)).feed(blocks);
            requireSameState(fed.gram.state(), expected);
        }
    }

    @ParameterizedTest
    @CsvSource({"FLOAT32, true", "FLOAT64, true", "FLOAT32, false", "FLOAT64, false"})
    void whereAnUpdateIsWrittenChangesNoBit(DType type, boolean companion) {
        for (List<Long> ends : List.of(List.of((long) SIZE), List.of(1L, 1700L, 1705L, (long) SIZE))) {
            GroupedGram.Shape shape = new GroupedGram.Shape(type, 2, WINDOW, ends, companion, 1);
            Fed placed = new Fed(shape, true).feed(ones());
            Fed copied = new Fed(shape).feed(ones());
            requireSameState(placed.gram.state(), copied.gram.state());
            for (int age = 0; age <= WINDOW; age++) {
                assertThat(placed.gram.product(1, age)).isEqualTo(copied.gram.product(1, age));
                for (int group = 0; group < ends.size(); group++) {
                    assertThat(placed.gram.product(1, group, age)).isEqualTo(copied.gram.product(1, group, age));
                }
                if (companion) {
                    assertThat(placed.gram.companionProduct(1, age)).isEqualTo(copied.gram.companionProduct(1, age));
                    assertThat(placed.gram.productWithCompanion(1, age))
                            .isEqualTo(copied.gram.productWithCompanion(1, age));
                }
            }
        }
    }

    @Test
    void askingForTheStateChangesNoBit() {
        GroupedGram.Shape shape = new GroupedGram.Shape(DType.FLOAT32, 2, WINDOW, SIZE, false, 3);
        Fed asked = new Fed(shape);
        for (int count : new int[] {1, 3, 3, 2, 3, 3, 3, 3, 2}) {
            asked.feed(count).gram.state();
        }
        Fed left = new Fed(shape).feed(1, 3, 3, 2, 3, 3, 3, 3, 2);
        requireSameState(asked.gram.state(), left.gram.state());
    }

    private static int[] ones() {
        int[] ones = new int[UPDATES];
        java.util.Arrays.fill(ones, 1);
        return ones;
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2})
    void theStateOfOneGroupIsThatOfARollingGram(int runs) {
        Fed fed = new Fed(new GroupedGram.Shape(DType.FLOAT32, runs, WINDOW, SIZE, false, 8)).feed(8, 8, 7);
        RollingGram rolling = new RollingGram(backend, workers, owner, DType.FLOAT32, runs, WINDOW, SIZE);
        for (double[] update : updates) {
            rolling.add(fed.tensor(update));
        }
        requireSameState(fed.gram.state(), rolling.state());
    }

    @Test
    void aSubsetIsASumOfItsGroups() {
        Fed whole = new Fed(new GroupedGram.Shape(DType.FLOAT64, 2, WINDOW, SIZE, true, 8)).feed(8, 8, 7);
        GroupedGram.Shape shape =
                new GroupedGram.Shape(DType.FLOAT64, 2, WINDOW, List.of(1L, 1700L, 1705L, (long) SIZE), true, 8);
        Fed grouped = new Fed(shape).feed(8, 8, 7);
        for (int run = 0; run < 2; run++) {
            for (int age = 0; age <= WINDOW; age++) {
                assertThat(grouped.gram.product(run, age)).isCloseTo(whole.gram.product(run, age), within(1e-9));
                assertThat(grouped.gram.companionProduct(run, age))
                        .isCloseTo(whole.gram.companionProduct(run, age), within(1e-9));
                assertThat(grouped.gram.productWithCompanion(run, age))
                        .isCloseTo(whole.gram.productWithCompanion(run, age), within(1e-9));
            }
        }
    }

    /** Each as if there were no other parameters, also where it is less than a worker's part or more. */
    @ParameterizedTest
    @CsvSource({"1, false", "8, false", "8, true"})
    void everyGroupHasProductsOfItsOwn(int block, boolean companion) {
        List<Long> ends = List.of(1L, 1700L, 1705L, (long) SIZE);
        int[] blocks = IntStream.generate(() -> block).limit(16 / block).toArray();
        Fed grouped = new Fed(new GroupedGram.Shape(DType.FLOAT32, 2, WINDOW, ends, companion, block)).feed(blocks);
        for (int run = 0; run < 2; run++) {
            for (int age = 0; age <= WINDOW; age++) {
                double sum = 0;
                for (int group = 0; group < ends.size(); group++) {
                    long begin = group == 0 ? 0 : ends.get(group - 1);
                    double expected = 0;
                    double magnitude = 0;
                    for (long i = begin; i < ends.get(group); i++) {
                        int place = (int) (run == 0 ? i : SIZE - 1 - i);
                        double term = (double) (float) updates[15][place] * (float) updates[15 - age][place];
                        expected += term;
                        magnitude += Math.abs(term);
                    }
                    double product = grouped.gram.product(run, group, age);
                    assertThat(product).isCloseTo(expected, within(RollingGram.PRODUCT_ERROR * 64 * magnitude));
                    sum += product;
                }
                assertThat(grouped.gram.product(run, age)).isEqualTo(sum);
            }
        }
    }

    @Test
    void groupsGoOnFromARestoredState() {
        GroupedGram.Shape shape =
                new GroupedGram.Shape(DType.FLOAT32, 2, WINDOW, List.of(1700L, (long) SIZE), false, 8);
        Fed whole = new Fed(shape).feed(8, 8, 7);
        Fed first = new Fed(shape).feed(8, 3);
        Fed second = new Fed(shape);
        first.gram
                .state()
                .forEach((name, tensor) ->
                        backend.copy(tensor, second.gram.state().get(name)));
        second.fed = first.fed;
        second.feed(5, 7);
        requireSameState(second.gram.state(), whole.gram.state());
        assertThat(second.gram.product(1, 1, 2)).isEqualTo(whole.gram.product(1, 1, 2));
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void aRestoredStateContinuesBitForBit(boolean companion) {
        Fed whole = new Fed(new GroupedGram.Shape(DType.FLOAT32, 2, WINDOW, SIZE, companion, 8)).feed(8, 8, 7);
        Fed first = new Fed(new GroupedGram.Shape(DType.FLOAT32, 2, WINDOW, SIZE, companion, 8)).feed(8, 3);
        Fed second = new Fed(new GroupedGram.Shape(DType.FLOAT32, 2, WINDOW, SIZE, companion, 4));
        first.gram
                .state()
                .forEach((name, tensor) ->
                        backend.copy(tensor, second.gram.state().get(name)));
        second.fed = first.fed;
        second.feed(4, 4, 4);
        requireSameState(second.gram.state(), whole.gram.state());
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void whatWasCopiedGoesOnWhereItIsWritten(boolean companion) {
        GroupedGram.Shape shape = new GroupedGram.Shape(DType.FLOAT32, 2, WINDOW, SIZE, companion, 1);
        Fed whole = new Fed(shape).feed(ones());
        Fed first = new Fed(shape).feed(1, 1, 1, 1, 1, 1, 1);
        Fed second = new Fed(shape, true);
        first.gram
                .state()
                .forEach((name, tensor) ->
                        backend.copy(tensor, second.gram.state().get(name)));
        second.fed = first.fed;
        for (int update = first.fed; update < UPDATES; update++) {
            second.feed(1);
        }
        requireSameState(second.gram.state(), whole.gram.state());
    }

    @Tag("garbage")
    @ParameterizedTest
    @CsvSource({"8, true, false", "8, false, false", "1, true, true", "1, false, true"})
    void aBlockMakesNoGarbage(int block, boolean companion, boolean placed) {
        GroupedGram.Shape shape = new GroupedGram.Shape(DType.FLOAT32, 1, WINDOW, SIZE, companion, block);
        Fed fed = new Fed(shape, placed).feed(block);
        assertThat(Allocations.bytesPerCall(() -> {
                    fed.gram.begin();
                    fed.gram.multiply(block);
                    for (int row = 0; row < block; row++) {
                        fed.gram.absorb(fed.results, row);
                    }
                }))
                .isZero();
    }

    @Test
    void refusesShapesOfNothing() {
        assertThatThrownBy(() -> new GroupedGram.Shape(DType.FLOAT32, 1, 10, List.of(), false, 8))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> new GroupedGram.Shape(DType.FLOAT32, 1, 10, 100, false, 0))
                .isInstanceOf(IllegalArgumentException.class);
        GroupedGram.Shape blocks = new GroupedGram.Shape(DType.FLOAT32, 1, WINDOW, SIZE, false, 8);
        assertThatThrownBy(() -> new Fed(blocks, true)).isInstanceOf(IllegalArgumentException.class);
    }
}
