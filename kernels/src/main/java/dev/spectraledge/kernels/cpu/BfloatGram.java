package dev.spectraledge.kernels.cpu;

import dev.spectraledge.kernels.DType;
import dev.spectraledge.kernels.HostBackend;
import dev.spectraledge.kernels.MemoryOwner;
import dev.spectraledge.kernels.StoredFormat;
import dev.spectraledge.kernels.Tensor;
import dev.spectraledge.kernels.Workers;
import dev.spectraledge.kernels.linalg.UpdateGram;
import java.util.List;
import java.util.Map;

/**
 * Products of updates that are kept as bfloat16, in half the memory of float32, on the host. Each is rounded to the nearest when
 * it comes; products are those of what is kept, without any further rounding but that of adding up doubles. A relative error of
 * {@value #ROUNDOFF} in each element moves no singular value of a window X by more than that times ‖X‖_F (Mirsky's theorem).
 *
 * <p>One update is a block. Nothing is allocated after construction.
 */
public final class BfloatGram extends UpdateGram {
    /** The largest relative error of rounding to 8 binary digits. */
    public static final double ROUNDOFF = 0x1p-8;

    /** Elements that are widened before they are multiplied: they and as many halves fit the nearest cache. */
    private static final int TILE = 1024;
    /** Bytes of a sum. */
    private static final long SUM = 2L * Double.BYTES;
    /** Elements of an INT32. */
    private static final int HALVES = 2;

    private final Workers workers;
    private final int runs;
    private final int slots;
    private final long parameters;
    /** INT32 {@code [S, W + 1, words]}, two numbers in each; by number of the update modulo W + 1. */
    private final Tensor rows;

    private final long words;
    /** {@code [S, n]} of the update that comes next. */
    private final Tensor incoming;

    private final Tensor[] parts;
    private final Tensor[] scratch;
    private final List<Long> groupEnds;
    private final Tensor results;
    private final Workers.Task multiplyTask = this::multiplyPart;
    private long next;
    private boolean begun;

    /**
     * Room for a window.
     *
     * @param runs S
     * @param window W
     * @param groupEnds where each group of parameters ends; the last one is n
     * @param results FLOAT64, one axis of {@link #results}, where {@link #multiply} leaves the products
     */
    public BfloatGram(
            HostBackend backend,
            Workers workers,
            MemoryOwner owner,
            int runs,
            int window,
            List<Long> groupEnds,
            Tensor results) {
        super(owner, runs, window, groupEnds.size(), workers.count(), false);
        this.workers = workers;
        this.runs = runs;
        this.results = results;
        this.groupEnds = List.copyOf(groupEnds);
        slots = window + 1;
        parameters = groupEnds.getLast();
        words = (parameters + HALVES - 1) / HALVES;
        rows = backend.allocate(owner, DType.INT32, runs, slots, words);
        incoming = backend.allocate(owner, DType.FLOAT32, runs, parameters);
        parts = workers.slices(incoming);
        scratch = new Tensor[workers.count()];
        for (int worker = 0; worker < scratch.length; worker++) {
            scratch[worker] =
                    Tensor.allocate(owner, DType.FLOAT64, TILE + DoubleLanes.LANES + slots * SUM / Double.BYTES);
        }
    }

    /** Numbers that {@link #multiply} leaves behind, for so many workers. */
    public static long results(int runs, int window, int groups, int workers) {
        return (long) workers * groups * runs * (window + 1);
    }

    private long pieceProducts() {
        return (long) runs * slots;
    }

    @Override
    public void begin() {
        if (!begun) {
            next = seen();
            begun = true;
        }
    }

    @Override
    public Tensor part(int row, int worker) {
        return parts[worker];
    }

    @Override
    public Tensor companionPart(int row, int worker) {
        throw new IllegalStateException("updates that are kept as bfloat16 have no companions");
    }

    @Override
    public void multiply(int count) {
        workers.run(multiplyTask);
        next++;
    }

    private void multiplyPart(int worker) {
        long from = workers.partBegin(parameters, worker);
        long to = workers.partBegin(parameters, worker + 1);
        long begin = 0;
        for (int group = 0; group < groupEnds.size(); group++) {
            long end = groupEnds.get(group);
            long piece = ((long) worker * groupEnds.size() + group) * pieceProducts();
            for (int run = 0; run < runs; run++) {
                multiply(run, Math.max(begin, from), Math.min(end, to), worker, piece + (long) run * slots);
            }
            begin = end;
        }
    }

    /** Rounds elements [from, to) to their place and multiplies them with those of all rows, a tile at a time. */
    private void multiply(int run, long from, long to, int worker, long firstProduct) {
        long widened = scratch[worker].segment().address();
        long lanes = widened + (long) TILE * Double.BYTES;
        long sums = lanes + DoubleLanes.VECTOR;
        int newest = slotOf(next);
        for (int slot = 0; slot < slots; slot++) {
            RawMemory.writeDouble(sums + slot * SUM, 0);
            RawMemory.writeDouble(sums + slot * SUM + Double.BYTES, 0);
        }
        for (long element = from; element < to; element += TILE) {
            int count = (int) Math.min(TILE, to - element);
            long stored = address(run, newest, element);
            StoredNumbers.roundToUpperHalves(
                    incoming.segment().address() + ((long) run * parameters + element) * Float.BYTES, count, stored);
            StoredNumbers.widen(StoredFormat.BFLOAT16, stored, count, widened);
            for (int slot = 0; slot < slots; slot++) {
                CompensatedSum.add(
                        StoredNumbers.product(address(run, slot, element), widened, count, lanes),
                        sums + slot * SUM,
                        sums + slot * SUM + Double.BYTES);
            }
        }
        for (int slot = 0; slot < slots; slot++) {
            CompensatedSum.finish(sums + slot * SUM, sums + slot * SUM + Double.BYTES);
            RawMemory.writeDouble(
                    results.segment().address() + (firstProduct + slot) * Double.BYTES,
                    RawMemory.readDouble(sums + slot * SUM));
        }
    }

    private long address(int run, int slot, long element) {
        return rows.segment().address() + ((long) run * slots + slot) * words * Integer.BYTES + element * Short.BYTES;
    }

    @Override
    public void absorb(Tensor products, int row) {
        long update = seen();
        for (int run = 0; run < runs; run++) {
            for (int age = 0; age < slots; age++) {
                long index = (long) run * slots + slotOf(update - age);
                take(products, index, pieceProducts(), run, update - age);
            }
        }
        taken();
    }

    @Override
    public Map<String, Tensor> state() {
        Map<String, Tensor> state = super.state();
        state.put("window_bfloat16", rows);
        return state;
    }
}
