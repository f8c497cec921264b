package dev.spectraledge.kernels.cuda;

import dev.spectraledge.kernels.Tensor;

/**
 * What nothing on the way of a backward pass waits for: gradients of parameters, which are put off ({@link ColumnSums}) or run
 * beside it ({@link SideStream}) until memory that they use is written. Operations say what they write, between
 * {@link #waitsBut} and {@link #release}; all other operations come after everything.
 */
final class DeferredWork {
    private final SideStream side;
    private final ColumnSums sums;
    private boolean waits;

    DeferredWork(SideStream side, ColumnSums sums) {
        this.side = side;
        this.sums = sums;
    }

    /** Until {@link #release} everything may wait but what uses {@code written}; null for nothing. */
    void waitsBut(Tensor written) {
        waits = true;
        waitsBesidesBut(written);
    }

    /** The same for another tensor that is written. */
    void waitsBesidesBut(Tensor written) {
        if (written != null) {
            sums.beginUsersOf(written);
            side.waitForUsersOf(written);
        }
    }

    /** Ends {@link #waitsBut}. */
    void release() {
        waits = false;
    }

    /** Whatever the operation is that comes now, unless it has said what it writes. */
    void beforeOperation() {
        if (!waits) {
            waits = true;
            try {
                sums.begin();
                side.waitForAll();
            } finally {
                waits = false;
            }
        }
    }

    /** Forgets what was to be part of a recording that has failed. */
    void abandon() {
        sums.forgetAll();
        side.forgetAll();
    }
}
