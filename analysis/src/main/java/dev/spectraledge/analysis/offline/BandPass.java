package dev.spectraledge.analysis.offline;

import dev.spectraledge.analysis.checkpoint.StoredTensor;
import dev.spectraledge.kernels.MemoryOwner;
import dev.spectraledge.kernels.StoredFormat;
import dev.spectraledge.kernels.Workers;
import dev.spectraledge.kernels.cpu.DifferenceBand;
import dev.spectraledge.trainer.RunException;
import dev.spectraledge.trainer.io.SafetensorsType;
import java.util.ArrayList;
import java.util.List;

/**
 * One pass over the tensors of all checkpoints side by side, which reads every number once: the products of neighbouring
 * differences of each group of tensors. Workers take blocks of a tensor as they come, and what they find is added up in the order
 * of the blocks, with a correction for rounding: neither the number of workers, nor how many checkpoints there are, changes a bit
 * of the product of two of them. A block makes no garbage.
 */
final class BandPass {
    /** A worker may be so many blocks ahead of the one that is added next. */
    private static final int BLOCKS_AHEAD = 4;
    /** Elements of a tensor after which it is asked whether a file was cut, about a millisecond's work. */
    private static final long UNCUT_EVERY = 8L * DifferenceBand.BLOCK;

    private final OpenSeries series;
    private final List<TensorGroup> groups;
    private final int ages;
    private final ReadProgress progress;
    private final int differences;
    private final List<Sweep> sweeps = new ArrayList<>();
    private final ReadAhead readAhead;
    private final double[][] sums;
    private final double[][] corrections;
    /** What was found in blocks, until it is added. */
    private final Slot[] slots;

    private int nextSweep;
    private long nextElement;
    private long claimed;
    private long bytesClaimed;
    private long added;
    private Throwable failure;

    /** @param ages A: each difference is multiplied with itself and the A − 1 before it */
    private BandPass(OpenSeries series, List<TensorGroup> groups, int ages, ReadProgress progress, Workers workers) {
        this.series = series;
        this.groups = groups;
        this.ages = ages;
        this.progress = progress;
        differences = series.size() - 1;
        int products = differences * (ages + 1) + 1;
        sums = new double[groups.size()][products];
        corrections = new double[groups.size()][products];
        slots = new Slot[workers.count() * BLOCKS_AHEAD];
        for (int slot = 0; slot < slots.length; slot++) {
            slots[slot] = new Slot(products);
        }
        long bytes = 0;
        for (int group = 0; group < groups.size(); group++) {
            for (String name : groups.get(group).tensors()) {
                sweeps.add(new Sweep(group, series.tensor(name)));
                bytes += sweeps.getLast().bytes();
            }
        }
        readAhead = new ReadAhead(sweeps.stream().map(sweep -> sweep.tensors).toList());
        progress.begin(bytes);
    }

    /**
     * Makes the pass.
     *
     * @return for each group, n − 1 times: ⟨Δ_i, Δ_{i−a}⟩ for 0 ≤ a &lt; A (anything where i − a is before the first), and
     *     ⟨θ_i, Δ_i⟩, θ_i being the checkpoint at the end of Δ_i; then ‖θ‖² of the first checkpoint
     * @throws RunException if a tensor is missing, has another shape in some checkpoint, or holds what is not finite, or if
     *     somebody cuts a file meanwhile
     */
    static double[][] run(
            OpenSeries series, List<TensorGroup> groups, int ages, ReadProgress progress, Workers workers) {
        BandPass pass = new BandPass(series, groups, ages, progress, workers);
        try (MemoryOwner owner = MemoryOwner.open("pass over checkpoints")) {
            Worker[] team = new Worker[workers.count()];
            for (int worker = 0; worker < team.length; worker++) {
                team[worker] = pass.new Worker(new DifferenceBand(owner, pass.differences, ages));
            }
            workers.run(worker -> team[worker].work());
        } catch (InternalError cut) {
            // Between two questions; where the virtual machine can, it makes this of the fault.
            throw series.cut(cut);
        }
        return pass.results();
    }

    private double[][] results() {
        for (int group = 0; group < sums.length; group++) {
            for (int index = 0; index < sums[group].length; index++) {
                sums[group][index] += corrections[group][index];
            }
        }
        return sums;
    }

    /** One tensor of all checkpoints. */
    private static final class Sweep {
        private final int group;
        private final List<StoredTensor> tensors;
        private final StoredFormat[] formats;
        private final long[] addresses;
        private final long elements;

        Sweep(int group, List<StoredTensor> tensors) {
            this.group = group;
            this.tensors = tensors;
            formats = tensors.stream().map(tensor -> format(tensor.type())).toArray(StoredFormat[]::new);
            addresses = tensors.stream()
                    .mapToLong(tensor -> tensor.data().address())
                    .toArray();
            elements = tensors.getFirst().elements();
        }

        long bytes() {
            return tensors.stream()
                    .mapToLong(tensor -> tensor.data().byteSize())
                    .sum();
        }

        private static StoredFormat format(SafetensorsType type) {
            return switch (type) {
                case F64 -> StoredFormat.FLOAT64;
                case F32 -> StoredFormat.FLOAT32;
                case F16 -> StoredFormat.FLOAT16;
                case BF16 -> StoredFormat.BFLOAT16;
                default -> throw new IllegalArgumentException(type + " holds integers");
            };
        }
    }

    /** A block and what was found in it. */
    private static final class Slot {
        private final double[] products;
        private Sweep sweep;
        private long begin;
        private int elements;
        /** Bytes up to its end, of all tensors and checkpoints. */
        private long reached;

        private boolean done;

        Slot(int products) {
            this.products = new double[products];
        }
    }

    /** The next block, once a slot is free for it; null after the last one and after a failure. */
    private synchronized Slot claim() throws InterruptedException {
        while (failure == null && nextSweep < sweeps.size() && claimed - added == slots.length) {
            wait();
        }
        if (failure != null || nextSweep == sweeps.size()) {
            return null;
        }
        if (nextElement % UNCUT_EVERY == 0) {
            // Before anybody has a block that begins here or later.
            series.requireUncut();
        }
        Slot slot = slots[(int) (claimed++ % slots.length)];
        slot.sweep = sweeps.get(nextSweep);
        slot.begin = nextElement;
        slot.elements = (int) Math.min(DifferenceBand.BLOCK, slot.sweep.elements - nextElement);
        bytesClaimed += bytes(slot);
        slot.reached = bytesClaimed;
        nextElement += slot.elements;
        if (nextElement == slot.sweep.elements) {
            nextSweep++;
            nextElement = 0;
        }
        return slot;
    }

    /** Adds what is complete, in the order of the blocks. */
    private synchronized void add(Slot finished) {
        finished.done = true;
        for (Slot slot = nextToAdd(); slot.done; slot = nextToAdd()) {
            double[] sum = sums[slot.sweep.group];
            double[] correction = corrections[slot.sweep.group];
            for (int index = 0; index < sum.length; index++) {
                double term = slot.products[index];
                double total = sum[index] + term;
                double part = total - sum[index];
                correction[index] += (sum[index] - (total - part)) + (term - part);
                sum[index] = total;
            }
            slot.done = false;
            added++;
            progress.advance(bytes(slot));
        }
        notifyAll();
    }

    private Slot nextToAdd() {
        return slots[(int) (added % slots.length)];
    }

    private static long bytes(Slot slot) {
        long bytes = 0;
        for (StoredFormat format : slot.sweep.formats) {
            bytes += (long) slot.elements * format.bytes();
        }
        return bytes;
    }

    private synchronized void fail(Throwable thrown) {
        if (failure == null) {
            failure = thrown;
        }
        notifyAll();
    }

    private final class Worker {
        private final DifferenceBand band;
        private final long[] addresses = new long[series.size()];

        Worker(DifferenceBand band) {
            this.band = band;
        }

        void work() {
            try {
                for (Slot slot = claim(); slot != null; slot = claim()) {
                    multiply(slot);
                    add(slot);
                }
            } catch (InterruptedException interrupted) {
                Thread.currentThread().interrupt();
                fail(interrupted);
                throw new RunException("the pass over the checkpoints was interrupted", interrupted);
            } catch (RuntimeException | Error thrown) {
                fail(thrown);
                throw thrown;
            }
        }

        private void multiply(Slot slot) {
            Sweep sweep = slot.sweep;
            for (int index = 0; index < addresses.length; index++) {
                int bytes = sweep.formats[index].bytes();
                addresses[index] = sweep.addresses[index] + slot.begin * bytes;
            }
            readAhead.before(slot.reached);
            band.multiply(sweep.formats, addresses, slot.elements, slot.products);
            slot.products[slot.products.length - 1] = squareOfFirst(sweep, slot.begin, slot.elements);
            for (int difference = 0; difference < differences; difference++) {
                double square = slot.products[difference * (ages + 1)];
                if (!Double.isFinite(square)) {
                    throw notFinite(slot, difference, square);
                }
            }
        }

        /** Of what the band has just read. */
        private static double squareOfFirst(Sweep sweep, long begin, int elements) {
            StoredTensor first = sweep.tensors.getFirst();
            double sum = 0;
            for (long index = begin; index < begin + elements; index++) {
                double value = first.type().real(first.data(), index);
                sum += value * value;
            }
            return sum;
        }

        private RunException notFinite(Slot slot, int difference, double square) {
            String advice = groups.get(slot.sweep.group).selected()
                    ? ""
                    : "; it is not of the subset: --exclude keeps it from being read";
            for (int index = difference; index <= difference + 1; index++) {
                MeasuredNumbers.require(slot.sweep.tensors.get(index), slot.begin, slot.elements, advice);
            }
            return new RunException("the update from step " + series.step(difference) + " to "
                    + series.step(difference + 1) + " is too large to be squared: its squared norm is " + square);
        }
    }
}
