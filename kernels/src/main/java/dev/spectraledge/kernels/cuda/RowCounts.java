package dev.spectraledge.kernels.cuda;

import dev.spectraledge.kernels.Rows;

/** What a launch has to know about the rows of all runs. */
final class RowCounts {
    private RowCounts() {}

    static boolean areEqual(Rows rows) {
        int first = rows.rows(0);
        for (int run = 1; run < rows.runs(); run++) {
            if (rows.rows(run) != first) {
                return false;
            }
        }
        return true;
    }

    static int most(Rows rows) {
        int most = 0;
        for (int run = 0; run < rows.runs(); run++) {
            most = Math.max(most, rows.rows(run));
        }
        return most;
    }
}
