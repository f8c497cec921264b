package dev.spectraledge.trainer.training;

import dev.spectraledge.kernels.Backend;
import dev.spectraledge.kernels.DType;
import dev.spectraledge.kernels.HostMirror;
import dev.spectraledge.kernels.MemoryOwner;
import dev.spectraledge.kernels.PackedSequences;
import dev.spectraledge.kernels.Tensor;
import dev.spectraledge.trainer.RunException;
import dev.spectraledge.trainer.data.BatchPacker;
import dev.spectraledge.trainer.data.ExampleForm;
import dev.spectraledge.trainer.data.PackedBatch;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * The batches of the steps to come, in memory of the backend. The host packs a stretch of them, brings it over in one
 * piece and goes on; a recorded step takes the batch that a counter names. There are two halves, so that one is packed
 * while steps take from the other.
 *
 * <p>A recorded step has a fixed number of rows. A stretch is therefore filled up, with sequences that count for nothing,
 * to a common multiple of {@value #ROWS} rows that is enough for the longest of its batches; each such number has a
 * recording of its own.
 */
final class BatchRing {
    private static final int ROWS = 64;

    private final Backend backend;
    private final TrainingSetup setup;
    private final BatchSource source;
    private final BatchPacker packer;
    private final ExampleForm form;
    private final int context;
    private final int half;
    private final int capacityRows;
    private final int capacitySequences;
    private final Tensor counter;
    private final PackedBatch taken;
    private final Tensor[] rings;
    private final List<Tensor> targets;
    private final List<List<HostMirror>> mirrors = new ArrayList<>();
    private final PackedBatch[] staged;
    private final PackedBatch[] batchOfRun = new PackedBatch[1];
    private final int[] draws;
    private final Map<Integer, PackedBatch> batches = new HashMap<>();
    private final MemoryOwner owner;
    private long position;

    /** @param half batches in a half */
    BatchRing(Backend backend, MemoryOwner owner, TrainingSetup setup, BatchSource source, int half) {
        this.backend = backend;
        this.owner = owner;
        this.setup = setup;
        this.source = source;
        this.half = half;
        form = setup.form();
        if (form.hasSource()) {
            throw new RunException("sequences that answer a source are trained on the CPU only: choose device=cpu");
        }
        context = setup.contextLength();
        capacityRows = roundUp(setup.capacityRows());
        capacitySequences = setup.batchSize() + capacityRows / context + 1;
        packer = new BatchPacker(
                setup.trainSequences(), context, setup.batching(), setup.paddingToken(), setup.batchSize(), 1);
        draws = new int[setup.batchSize()];
        counter = backend.allocate(owner, DType.FLOAT64, 1);
        int runs = setup.runs();
        taken = new PackedBatch(backend, owner, setup.precision(), form, runs, capacitySequences, capacityRows);
        targets = taken.tensors();
        rings = new Tensor[targets.size() + 1];
        for (int kind = 0; kind < targets.size(); kind++) {
            rings[kind] = backend.allocate(
                    owner, targets.get(kind).type(), slots(targets.get(kind).shape()));
        }
        rings[targets.size()] = backend.allocate(owner, DType.INT32, 2L * half, runs, capacitySequences + 2L);
        staged = new PackedBatch[2 * half];
        for (int side = 0; side < 2; side++) {
            List<HostMirror> own = new ArrayList<>();
            for (Tensor ring : rings) {
                own.add(backend.mirror(owner, ring.slice(0, (long) side * half, (side + 1L) * half)));
            }
            mirrors.add(own);
            for (int slot = 0; slot < half; slot++) {
                staged[side * half + slot] = stagedBatch(own, slot);
            }
        }
    }

    private long[] slots(long[] shape) {
        long[] result = new long[shape.length + 1];
        result[0] = 2L * half;
        System.arraycopy(shape, 0, result, 1, shape.length);
        return result;
    }

    private PackedBatch stagedBatch(List<HostMirror> own, int slot) {
        Tensor table = own.get(targets.size()).values().at(slot);
        return taken.in(
                tables(new PackedSequences(table, capacityRows)),
                own.subList(0, targets.size()).stream()
                        .map(mirror -> mirror.values().at(slot))
                        .toList());
    }

    /** With the rows that are labelled where those are not the rows of the sequences. */
    private List<PackedSequences> tables(PackedSequences sequences) {
        return form.eachToken()
                ? List.of(sequences)
                : List.of(sequences, new PackedSequences(owner, setup.runs(), capacitySequences, capacitySequences));
    }

    /** Sequences that are labelled must stay whole. */
    private int roundUp(int rows) {
        int multiple = form.eachToken() ? ROWS : ROWS * context;
        return (rows + multiple - 1) / multiple * multiple;
    }

    /** Rows of the largest batch. */
    int capacityRows() {
        return capacityRows;
    }

    /** Batches that the present half still has room for. */
    int room() {
        return half - (int) (position % half);
    }

    /**
     * Packs the batches of {@code count} steps, at most {@link #room}, and begins to bring them over. The steps before
     * them must have been finished if they were less than a half ago.
     *
     * @return rows of each of these batches
     */
    int stage(long firstStep, int count) {
        int slot = (int) (position % staged.length);
        List<HostMirror> own = mirrors.get(slot / half);
        own.forEach(HostMirror::await);
        int rows = 1;
        for (int i = 0; i < count; i++) {
            batchOfRun[0] = staged[slot + i];
            batchOfRun[0].clear();
            for (int run = 0; run < setup.runs(); run++) {
                source.draw(firstStep + i, run, draws);
                packer.pack(setup.data().get(run).train(), run, draws, draws.length, batchOfRun);
                rows = Math.max(rows, batchOfRun[0].sequences().rows(run));
            }
        }
        rows = roundUp(rows);
        for (int i = 0; i < count; i++) {
            for (int run = 0; run < setup.runs(); run++) {
                staged[slot + i].appendFiller(run, setup.data().get(run).train(), rows, setup.paddingToken());
            }
        }
        own.forEach(HostMirror::upload);
        position += count;
        return rows;
    }

    /** The batch that a step of so many rows computes with, made when it is first asked for. */
    PackedBatch batch(int rows) {
        return batches.computeIfAbsent(rows, this::makeBatch);
    }

    private PackedBatch makeBatch(int rows) {
        List<PackedSequences> tables =
                tables(new PackedSequences(owner, setup.runs(), capacitySequences, capacityRows));
        PackedBatch batch = taken.in(tables, targets);
        batch.clear();
        // As many as there can be, because a call that is not recorded serves no more than it sees here.
        int count = form.eachToken() ? capacitySequences : rows / context;
        for (int run = 0; run < setup.runs(); run++) {
            for (int index = 0; index < count; index++) {
                batch.sequences().append(run, rows / count + (index < rows % count ? 1 : 0));
                if (!form.eachToken()) {
                    batch.labelled().append(run, 1);
                }
            }
        }
        return batch;
    }

    /** The operations that take the next batch. */
    void take(PackedBatch batch) {
        for (int kind = 0; kind < targets.size(); kind++) {
            backend.load(rings[kind], counter, targets.get(kind));
        }
        backend.load(rings[targets.size()], counter, backend.table(batch.sequences()));
        backend.increment(counter);
    }
}
