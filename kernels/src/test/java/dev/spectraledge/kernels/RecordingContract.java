package dev.spectraledge.kernels;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

/** Rings, recordings, and transfers: what a training step consists of besides arithmetic. */
interface RecordingContract extends ContractPart {
    int SLOTS = 3;
    int LENGTH = 131;

    @Test
    default void ringsTakeAndGiveTheSlotOfTheirCounter() {
        for (Setting setting : Setting.all()) {
            try (Operands operands = operands(setting)) {
                // A window of each run, and slots that hold all runs.
                roundTrip(operands, operands.unwritten(SLOTS, LENGTH).leading(1));
                roundTrip(operands, backend().allocate(operands.owner(), type(), SLOTS, operands.runs(), LENGTH));
                operands.assertNothingElseWritten();
            }
        }
    }

    private void roundTrip(Operands operands, Tensor ring) {
        Tensor source = operands.accumulator(0, LENGTH);
        Tensor target = operands.unwritten(LENGTH);
        Tensor counter = operands.doubles(i -> 1 + 1e6 * SLOTS, 1);
        // One more than there are slots: the last one overwrites the first.
        for (int stored = 0; stored <= SLOTS; stored++) {
            int number = stored;
            HostTensors.write(source, i -> number + 0.5 * i);
            backend().store(source, ring, counter);
            backend().increment(counter);
        }
        int[] holds = {2, 3, 1};
        for (int slot = 0; slot < SLOTS; slot++) {
            int number = holds[slot];
            assertThat(HostTensors.read(ring.at(slot))).isEqualTo(expected(operands, number));

            counter.set(slot, 0);
            backend().load(ring, counter, target);
            assertThat(HostTensors.read(target)).isEqualTo(expected(operands, number));
        }
    }

    private static double[] expected(Operands operands, int number) {
        double[] values = new double[operands.runs() * LENGTH];
        for (int i = 0; i < values.length; i++) {
            values[i] = number + 0.5 * i;
        }
        return values;
    }

    @Test
    default void ringsMoveIntegersAndMatrices() {
        try (Operands operands = operands(Setting.plain())) {
            Tensor integers = operands.numbers(operands.rows(), 1000);
            Tensor ring = backend().allocate(operands.owner(), DType.INT32, 2, 1, integers.size(1));
            Tensor counter = operands.doubles(i -> 1, 1);
            backend().store(integers, ring, counter);
            assertThat(HostTensors.read(ring.at(1))).isEqualTo(HostTensors.read(integers));
            assertThat(HostTensors.read(ring.at(0))).containsOnly(0);

            Tensor matrix = operands.accumulator(1, 4, 9);
            Tensor columns = operands.unwritten(4, 5);
            Tensor matrices = backend().allocate(operands.owner(), type(), 2, 1, 4, 9);
            backend().store(matrix, matrices, counter);
            backend().load(matrices.slice(3, 2, 7), counter, columns);
            assertThat(HostTensors.read(columns)).isEqualTo(HostTensors.read(matrix.slice(2, 2, 7)));
        }
    }

    @Test
    default void aRecordingIsDoneWhenItIsReplayed() {
        try (Operands operands = operands(Setting.all().getLast())) {
            Tensor x = operands.accumulator(i -> i % 17, LENGTH);
            Tensor sum = operands.accumulator(0, LENGTH);
            Tensor history = backend().allocate(operands.owner(), type(), SLOTS, operands.runs(), LENGTH);
            Tensor counter = operands.doubles(i -> 0, 1);
            Runnable operations = () -> {
                backend().axpy(0.5, x, sum);
                backend().store(sum, history, counter);
                backend().increment(counter);
            };
            operations.run();
            double[] after = HostTensors.read(sum);
            try (Replay replay = backend().record(operations)) {
                assertThat(HostTensors.read(sum)).isEqualTo(after);
                replay.replay();
                backend().copy(sum, x);
                replay.replay();
            }

            double[] second = HostTensors.read(history.at(1));
            double[] third = HostTensors.read(history.at(2));
            for (int i = 0; i < after.length; i++) {
                assertThat(second[i]).isEqualTo(2 * after[i]);
                assertThat(third[i]).isEqualTo(3 * after[i]);
            }
            assertThat(counter.get(0)).isEqualTo(3);
        }
    }

    @Test
    default void aClosedRecordingIsNotReplayed() {
        try (Operands operands = operands(Setting.plain())) {
            Tensor counter = operands.doubles(i -> 0, 1);
            backend().increment(counter);
            Replay replay = backend().record(() -> backend().increment(counter));
            replay.close();
            replay.close();

            assertThatThrownBy(replay::replay).isInstanceOf(IllegalStateException.class);
            assertThat(counter.get(0)).isEqualTo(1);
        }
    }

    /** One recording serves batches of other sequences, tokens and targets, as long as the rows are as many. */
    @Test
    default void aRecordedLayerTakesTheNextBatchFromARing() {
        int[][] lengths = {{4, 1, 9}, {14}, {1, 1, 1, 11}};
        AttentionShape shape = new AttentionShape(2, 8, true);
        try (Operands operands = operands(Setting.plain())) {
            PackedSequences rows = operands.rows();
            Tensor table = backend().table(rows);
            Tensor tables = backend().allocate(operands.owner(), DType.INT32, lengths.length, 1, table.size(1));
            Tensor tokenRing = backend().allocate(operands.owner(), DType.INT32, lengths.length, 1, 14);
            Tensor counter = operands.doubles(i -> 0, 1);
            RecordedLayer layer = new RecordedLayer(backend(), operands, shape);
            double[][] expected = new double[lengths.length][];
            for (int batch = 0; batch < lengths.length; batch++) {
                rows.clear();
                for (int length : lengths[batch]) {
                    rows.append(0, length);
                }
                int number = batch;
                HostTensors.write(layer.tokens(), i -> (5 * i + number) % RecordedLayer.TOKENS);
                counter.set(batch, 0);
                expected[batch] = layer.run();
                backend().store(backend().table(rows), tables, counter);
                backend().store(layer.tokens(), tokenRing, counter);
            }
            counter.set(0, 0);
            Runnable step = () -> {
                backend().load(tables, counter, table);
                backend().load(tokenRing, counter, layer.tokens());
                layer.enqueue();
                backend().increment(counter);
            };
            step.run();
            assertThat(layer.results()).isEqualTo(expected[0]);
            counter.set(0, 0);
            try (Replay replay = backend().record(step)) {
                for (double[] result : expected) {
                    replay.replay();
                    assertThat(layer.results()).isEqualTo(result);
                }
            }
        }
    }

    @Test
    default void mirrorsMoveBothWays() {
        try (Operands operands = operands(Setting.plain())) {
            Tensor tensor = operands.accumulator(1, 3, LENGTH);
            HostMirror mirror = backend().mirror(operands.owner(), tensor);
            assertThat(mirror.isDone()).isTrue();
            mirror.download();
            mirror.await();

            assertThat(mirror.isDone()).isTrue();
            assertThat(mirror.values().isOnDevice()).isFalse();
            assertThat(mirror.values().shape()).isEqualTo(tensor.shape());
            assertThat(HostTensors.read(mirror.values())).isEqualTo(HostTensors.read(tensor));

            HostTensors.write(mirror.values(), i -> -i);
            mirror.upload();
            backend().scale(2, tensor.reshape(1, 3L * LENGTH));
            mirror.await();
            for (int i = 0; i < 3 * LENGTH; i++) {
                assertThat(tensor.get(0, i / LENGTH, i % LENGTH)).isEqualTo(-2 * i);
            }
        }
    }
}
