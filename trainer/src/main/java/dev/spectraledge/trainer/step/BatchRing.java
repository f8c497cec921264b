package dev.spectraledge.trainer.step;

import dev.spectraledge.kernels.Backend;
import dev.spectraledge.kernels.DType;
import dev.spectraledge.kernels.HostMirror;
import dev.spectraledge.kernels.MemoryOwner;
import dev.spectraledge.kernels.PackedSequences;
import dev.spectraledge.kernels.Tensor;
import dev.spectraledge.trainer.data.BatchPacker;
import dev.spectraledge.trainer.data.ExampleForm;
import dev.spectraledge.trainer.data.Examples;
import dev.spectraledge.trainer.data.PackedBatch;
import dev.spectraledge.trainer.data.ShareCapacity;
import dev.spectraledge.trainer.data.TokenRows;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * The batches of the steps to come, in memory of the backend. The host packs a block of them, brings it over in one
 * piece and goes on; a recorded step takes the batch that a counter names. There are two halves, so that one is packed
 * while steps take from the other.
 *
 * <p>A recorded step has a fixed number of rows. A block is therefore filled up, with sequences that count for nothing,
 * to a common multiple of {@value #ROWS} rows ({@value #SOURCE_ROWS} of sources) that is enough for the longest of its
 * batches, and likewise of what sequences share; each such {@link BatchSize} has a recording of its own. Blocks are counted
 * from the first step of the training and always packed whole, wherever the steps that are asked for begin and end: the number
 * of rows decides how a product is computed, and so must be the same for a step whether the training was resumed before it or
 * not.
 */
final class BatchRing {
    private static final int ROWS = 64;
    private static final int SOURCE_ROWS = 256;

    private final Backend backend;
    private final TrainingSetup setup;
    private final BatchSource source;
    private final BatchPacker packer;
    private final ExampleForm form;
    private final int context;
    /** Steps in a block, which fills a half of the ring. */
    private final int steps;
    /** Batches in a half. */
    private final int half;

    private final int capacityRows;
    private final int capacityKeys;
    private final int capacitySourceRows;
    private final int capacitySequences;
    private final Tensor counter;
    private final PackedBatch taken;
    private final List<Tensor> targets;
    private final Tensor[] rings;
    private final List<List<HostMirror>> mirrors = new ArrayList<>();
    private final PackedBatch[] staged;
    private final PackedBatch[] batchOfRun = new PackedBatch[1];
    private final long[] draws;
    private final Map<BatchSize, PackedBatch> batches = new HashMap<>();
    private final MemoryOwner owner;
    private long packed = -1;
    private BatchSize size;

    /** @param steps in a block */
    BatchRing(Backend backend, MemoryOwner owner, TrainingSetup setup, BatchSource source, int steps) {
        this.backend = backend;
        this.owner = owner;
        this.setup = setup;
        this.source = source;
        this.steps = steps;
        half = steps * setup.accumulation();
        form = setup.form();
        context = setup.contextLength();
        ShareCapacity whole = setup.capacity(1);
        int capacityVisible = form.hasSource()
                ? multiple(whole.sourceRows() + 2 * setup.batchSize(), SOURCE_ROWS) + 2 * SOURCE_ROWS
                : 0;
        capacitySourceRows = capacityVisible + multiple(whole.sourceRows(), SOURCE_ROWS);
        int capacityShared = setup.sharesPrefixes() ? multiple(whole.keys(), ROWS) : 0;
        int sharingFillers = Math.ceilDiv(capacityShared, Math.max(1, context - 1));
        capacityRows = roundUp(whole.rows() + capacityVisible + sharingFillers);
        capacityKeys = setup.sharesPrefixes() ? capacityRows + capacityShared : 0;
        capacitySequences = setup.batchSize() + capacityVisible + sharingFillers + capacityRows / context + 1;
        packer = setup.packer(1);
        draws = new long[setup.drawsOfStep()];
        counter = backend.allocate(owner, DType.FLOAT64, 1);
        int runs = setup.runs();
        taken = new PackedBatch(
                backend,
                owner,
                setup.precision(),
                form,
                runs,
                new ShareCapacity(capacitySequences, capacityRows, capacityKeys, capacitySourceRows));
        targets = taken.tensors();
        List<PackedSequences> moving = moving(taken);
        rings = new Tensor[targets.size() + moving.size()];
        for (int kind = 0; kind < rings.length; kind++) {
            Tensor one = kind < targets.size()
                    ? targets.get(kind)
                    : moving.get(kind - targets.size()).table();
            rings[kind] = backend.allocate(owner, one.type(), slots(one.shape()));
        }
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

    /** The tables of a batch that differ from batch to batch: not those of labelled rows, which are one for each sequence. */
    private List<PackedSequences> moving(PackedBatch batch) {
        return form.eachToken() ? batch.tables() : List.of(batch.sequences());
    }

    /** All tables of a batch, given those that {@link #moving} would name. */
    private List<PackedSequences> tables(List<PackedSequences> moving) {
        return form.eachToken()
                ? moving
                : List.of(
                        moving.getFirst(),
                        new PackedSequences(owner, setup.runs(), capacitySequences, capacitySequences));
    }

    private long[] slots(long[] shape) {
        long[] result = new long[shape.length + 1];
        result[0] = 2L * half;
        System.arraycopy(shape, 0, result, 1, shape.length);
        return result;
    }

    private PackedBatch stagedBatch(List<HostMirror> own, int slot) {
        List<Tensor> memory =
                own.stream().map(mirror -> mirror.values().at(slot)).toList();
        List<PackedSequences> moved = new ArrayList<>();
        for (PackedSequences sequences : moving(taken)) {
            moved.add(new PackedSequences(memory.get(targets.size() + moved.size()), sequences.capacityRows()));
        }
        return taken.in(tables(moved), memory.subList(0, targets.size()));
    }

    /** Sequences that are labelled must stay whole. */
    private int roundUp(int rows) {
        return multiple(rows, form.eachToken() ? ROWS : ROWS * context);
    }

    private static int multiple(int rows, int of) {
        return Math.ceilDiv(rows, of) * of;
    }

    /** Rows of the largest batch. */
    int capacityRows() {
        return capacityRows;
    }

    /** Rows that the sequences of the largest batch see where they share prefixes, otherwise 0. */
    int capacityKeys() {
        return capacityKeys;
    }

    /** Rows of the sources of the largest batch. */
    int capacitySourceRows() {
        return capacitySourceRows;
    }

    private long block(long step) {
        return (step - 1) / steps;
    }

    /** Steps from this one to the end of its block. */
    int room(long firstStep) {
        return (int) ((block(firstStep) + 1) * steps + 1 - firstStep);
    }

    /**
     * Packs the block of these steps, unless that is done, and begins to bring it over. All steps up to the last but one
     * block must have been finished; the steps follow those that were staged before, if any were.
     */
    void stage(long firstStep, int count) {
        long block = block(firstStep);
        if (count > room(firstStep)) {
            throw new IllegalArgumentException(
                    count + " steps from step " + firstStep + " are not in one block of " + steps);
        }
        if (firstStep + count - 1 > source.lastStep()) {
            throw new IllegalArgumentException(count + " steps from step " + firstStep
                    + ": the last step that can be drawn is " + source.lastStep());
        }
        if (block == packed) {
            return;
        }
        if (packed == -1) {
            backend.fill(counter, (double) (firstStep - 1) * setup.accumulation());
        }
        pack(block);
        packed = block;
    }

    private void pack(long block) {
        int slot = (int) (block % 2) * half;
        long before = block * steps;
        int count = (int) Math.min(steps, source.lastStep() - before);
        int batchCount = count * setup.accumulation();
        List<HostMirror> own = mirrors.get((int) (block % 2));
        own.forEach(HostMirror::await);
        for (int i = 0; i < batchCount; i++) {
            staged[slot + i].clear();
        }
        for (int i = 0; i < count; i++) {
            for (int run = 0; run < setup.runs(); run++) {
                pack(before + 1 + i, run, slot + i * setup.accumulation());
            }
        }
        size = form.hasSource() ? sizeWithSources(slot, batchCount) : size(slot, batchCount);
        for (int i = 0; i < batchCount; i++) {
            for (int run = 0; run < setup.runs(); run++) {
                fill(staged[slot + i], run, size);
            }
        }
        own.forEach(HostMirror::upload);
    }

    /** Packs a run's batches of one step, the first of them to {@code slot}. */
    private void pack(long step, int run, int slot) {
        Examples data = setup.data().get(run).train();
        source.draw(step, run, draws);
        int counted = BatchPacker.countedTargets(data, draws);
        for (int batch = 0; batch < setup.accumulation(); batch++) {
            batchOfRun[0] = staged[slot + batch];
            packer.pack(data, run, draws, batch * setup.batchSize(), setup.batchSize(), counted, batchOfRun);
        }
    }

    /** Rows of each of the batches of the block that was staged last. */
    BatchSize size() {
        return size;
    }

    private BatchSize size(int slot, int count) {
        int rows = 1;
        int shared = 0;
        for (int i = 0; i < count; i++) {
            for (int run = 0; run < setup.runs(); run++) {
                rows = Math.max(rows, staged[slot + i].sequences().rows(run));
                shared = Math.max(shared, staged[slot + i].sharedKeys(run));
            }
        }
        BatchSize size;
        do {
            rows = roundUp(rows);
            size = new BatchSize(rows, multiple(shared, ROWS), 0, 0);
            rows++;
        } while (!canShare(slot, count, size));
        return size;
    }

    /** Whether fillers of all rows that are missing have room for what is missing of shared ones. */
    private boolean canShare(int slot, int count, BatchSize size) {
        for (int i = 0; i < count; i++) {
            for (int run = 0; run < setup.runs(); run++) {
                int missingRows = size.rows() - staged[slot + i].sequences().rows(run);
                int missingShared = size.sharedKeys() - staged[slot + i].sharedKeys(run);
                if (missingShared > (long) missingRows * (context - 1)) {
                    return false;
                }
            }
        }
        return true;
    }

    /** The smallest that all batches can be filled up to, with one filler for each missing row that is no padding. */
    private BatchSize sizeWithSources(int slot, int count) {
        int visible = 1;
        int padding = 0;
        int surplus = 0;
        for (int i = 0; i < count; i++) {
            for (int run = 0; run < setup.runs(); run++) {
                int ownVisible = staged[slot + i].source().keys().rows(run);
                visible = Math.max(visible, ownVisible);
                padding =
                        Math.max(padding, staged[slot + i].source().sequences().rows(run) - ownVisible);
                surplus = Math.max(surplus, staged[slot + i].sequences().rows(run) - ownVisible);
            }
        }
        BatchSize size;
        do {
            visible = multiple(visible, SOURCE_ROWS);
            size = new BatchSize(roundUp(visible + surplus), 0, multiple(visible + padding, SOURCE_ROWS), visible);
            visible++;
        } while (!canBeFilled(slot, count, size));
        return size;
    }

    private boolean canBeFilled(int slot, int count, BatchSize size) {
        for (int i = 0; i < count; i++) {
            for (int run = 0; run < setup.runs(); run++) {
                TokenRows ofSource = staged[slot + i].source();
                int fillers = size.visibleRows() - ofSource.keys().rows(run);
                if (size.sourceRows() - ofSource.sequences().rows(run) > fillers * form.sourceLength()
                        || size.rows() - staged[slot + i].sequences().rows(run) > fillers * context) {
                    return false;
                }
            }
        }
        return true;
    }

    private void fill(PackedBatch batch, int run, BatchSize size) {
        Examples data = setup.data().get(run).train();
        if (form.hasSource()) {
            batch.appendFillers(run, data, size.rows(), size.sourceRows(), size.visibleRows(), setup.paddingToken());
        } else {
            batch.appendFiller(run, data, context, size.rows(), size.sharedKeys(), setup.paddingToken());
        }
    }

    /** The batch that a step of this size computes with, made when it is first asked for. */
    PackedBatch batch(BatchSize size) {
        return batches.computeIfAbsent(size, this::makeBatch);
    }

    private PackedBatch makeBatch(BatchSize size) {
        List<PackedSequences> own = moving(taken).stream()
                .map(sequences -> new PackedSequences(owner, setup.runs(), capacitySequences, sequences.capacityRows()))
                .toList();
        PackedBatch batch = taken.in(tables(own), targets);
        batch.clear();
        int count = form.hasSource() ? Math.min(capacitySequences, size.visibleRows()) : sequencesOf(size);
        // As many as there can be, because a call that is not recorded serves no more than it sees here.
        for (int run = 0; run < setup.runs(); run++) {
            for (int index = 0; index < sequencesOf(size); index++) {
                batch.sequences().append(run, share(size.rows(), count, index));
                if (!form.eachToken()) {
                    batch.labelled().append(run, 1);
                }
                if (setup.sharesPrefixes()) {
                    batch.rows().keys().append(run, share(size.rows() + size.sharedKeys(), count, index));
                }
                if (form.hasSource()) {
                    batch.source().sequences().append(run, share(size.sourceRows(), count, index));
                    batch.source().keys().append(run, share(size.visibleRows(), count, index));
                }
            }
        }
        return batch;
    }

    private int sequencesOf(BatchSize size) {
        return form.eachToken() ? capacitySequences : size.rows() / context;
    }

    /** Of {@code rows} that the first {@code count} sequences have, the part of one of them; none for those behind. */
    private static int share(int rows, int count, int index) {
        return index < count ? rows / count + (index < rows % count ? 1 : 0) : 0;
    }

    /** The operations that take the next batch. */
    void take(PackedBatch batch) {
        List<Tensor> places = new ArrayList<>(targets);
        moving(batch).forEach(sequences -> places.add(backend.table(sequences)));
        backend.loadNext(rings, counter, places.toArray(Tensor[]::new));
    }
}
