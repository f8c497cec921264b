package dev.spectraledge.kernels.cuda;

import dev.spectraledge.kernels.Rows;
import dev.spectraledge.kernels.Tensor;
import java.util.Arrays;

/**
 * Sums of the columns of gradients, which are the gradients of biases. Nobody reads them before a backward pass is over, so
 * they wait for each other, to be added up in one launch beside the device's own stream: until they are many, or their matrix
 * is about to be overwritten, or something else is called. A layer norm whose backward reads the matrix anyway
 * takes its sums along.
 */
final class ColumnSums {
    private static final int THREADS = 256;
    /** As many as the kernel takes. */
    static final int MOST = 5;
    /** So many are worth a launch before they have to begin, when the device's own stream would wait for them. */
    private static final int ENOUGH = 3;
    /** Of what the kernel is told of each. */
    private static final int MEMBERS = 10;

    private static final int ROWS_PER_PART = 64;
    private static final int MOST_PARTS = 64;

    private final SideStream side;
    private final Launcher launcher;
    private final TypedKernel kernel;
    /** Apart from what kernels in the device's own stream have. */
    private final GrowingMemory parts;

    private final GrowingMemory tickets;
    private final Sum[] waiting = new Sum[MOST];
    private int count;

    ColumnSums(CudaDevice device, Launcher launcher) {
        side = device.side();
        this.launcher = launcher;
        kernel = new TypedKernel(device, "rows", "addColumnSums");
        parts = new GrowingMemory(device.memory(), "parts of sums");
        tickets = new GrowingMemory(device.memory(), "tickets of sums");
        Arrays.setAll(waiting, i -> new Sum());
    }

    /** What waits. */
    private static final class Sum {
        private final MemoryPlace matrix = new MemoryPlace();
        private final MemoryPlace target = new MemoryPlace();
        private Rows rows;
        private boolean areEqual;
        private int most;
        private long width;
        private Tensor targetTensor;
    }

    /**
     * Adds the sums of the columns of {@code matrix}, in the rows in use, to {@code target}: at some time, unless it is another
     * number of rows in each run, which is known to the tables of the moment alone.
     */
    void add(Rows ofMatrix, Tensor matrix, Tensor target) {
        if ((count > 0 && waiting[0].matrix.type() != matrix.type()) || isTarget(target)) {
            begin();
        }
        Sum sum = waiting[count];
        sum.rows = ofMatrix;
        sum.areEqual = RowCounts.areEqual(ofMatrix);
        sum.most = RowCounts.most(ofMatrix);
        sum.width = target.size(1);
        sum.matrix.set(matrix);
        sum.target.set(target);
        sum.targetTensor = target;
        count++;
        if (count == MOST || !sum.areEqual) {
            begin();
        }
    }

    private boolean isTarget(Tensor tensor) {
        for (int i = 0; i < count; i++) {
            if (waiting[i].target.overlaps(tensor)) {
                return true;
            }
        }
        return false;
    }

    /** Begins with those that wait, if any of them has to do with {@code tensor}. */
    void beginUsersOf(Tensor tensor) {
        for (int i = 0; i < count; i++) {
            if (waiting[i].matrix.overlaps(tensor) || waiting[i].target.overlaps(tensor)) {
                begin();
            }
        }
    }

    /** None of those that wait is to be added. */
    void forgetAll() {
        count = 0;
    }

    /** Where the sums of this matrix go, if they still wait: they are the caller's then. Null otherwise. */
    Tensor take(Rows ofMatrix, Tensor matrix) {
        for (int i = 0; matrix != null && i < count; i++) {
            Sum sum = waiting[i];
            if (sum.rows.equals(ofMatrix)
                    && sum.most == RowCounts.most(ofMatrix)
                    && sum.width == matrix.size(2)
                    && sum.matrix.isOf(matrix)) {
                count--;
                waiting[i] = waiting[count];
                waiting[count] = sum;
                return sum.targetTensor;
            }
        }
        return null;
    }

    /** Blocks that share the sums of 32 columns of so many rows. */
    static long parts(long rows) {
        return Math.min(MOST_PARTS, Launcher.blocks(rows, ROWS_PER_PART));
    }

    /** Begins with those that wait, if that is worth a launch. */
    void beginIfMany() {
        if (count >= ENOUGH) {
            begin();
        }
    }

    /** Begins with those that wait, beside the device's own stream. */
    void begin() {
        if (count == 0) {
            return;
        }
        int number = count;
        count = 0;
        long runs = waiting[0].target.runs();
        long longest = 0;
        long widest = 0;
        side.begin();
        for (int i = 0; i < number; i++) {
            longest = Math.max(longest, waiting[i].most);
            widest = Math.max(widest, waiting[i].width);
            side.uses(waiting[i].matrix);
            side.uses(waiting[i].target);
        }
        long partsOfRows = parts(longest);
        long tiles = Launcher.blocks(widest, Launcher.WARP);
        launcher.begin(kernel, waiting[0].matrix.type())
                .on(side.stream())
                .integer(number)
                .beginStructure();
        for (int i = 0; i < MOST; i++) {
            if (i < number) {
                arguments(waiting[i]);
            } else {
                noArguments();
            }
        }
        long memory = number * runs * partsOfRows * tiles * Launcher.WARP * Double.BYTES;
        launcher.endStructure()
                .integer(Math.toIntExact(partsOfRows))
                .number(parts.atLeast(memory).address())
                .number(tickets.atLeast(number * runs * tiles * Integer.BYTES).address())
                .run(tiles * partsOfRows, runs, number, THREADS);
        side.end();
    }

    private void arguments(Sum sum) {
        if (sum.areEqual) {
            launcher.number(0).number(0).number(sum.most);
        } else {
            launcher.rowMembers(sum.rows);
        }
        launcher.number(sum.width)
                .number(sum.matrix.address())
                .number(sum.matrix.runStride())
                .number(sum.matrix.rowStride())
                .number(sum.target.address())
                .number(sum.target.runStride())
                .number(0);
    }

    private void noArguments() {
        for (int member = 0; member < MEMBERS; member++) {
            launcher.number(0);
        }
    }
}
