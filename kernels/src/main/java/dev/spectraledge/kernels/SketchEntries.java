package dev.spectraledge.kernels;

/**
 * The entries of a {@link SketchOperator}, column by column; every backend draws the same ones. Nothing here allocates.
 *
 * <ul>
 *   <li>Gaussian: entry (i, j) is normal number j·2⌈d/2⌉ + i of the operator's stream, divided by √d, so that each
 *       column begins at a block of its own.
 *   <li>Sparse sign: column j has ζ entries ±1/√ζ in distinct rows, a uniformly drawn subset by Floyd's algorithm
 *       (Bentley and Floyd 1987). Entry k takes one 32-bit word, number k mod 4 of block j·⌈ζ/4⌉ + ⌊k/4⌋: its upper 31
 *       bits choose among the rows 0…d−ζ+k (a row already taken is replaced by row d−ζ+k), its lowest bit is the sign
 *       (1 is minus). The bias of a choice is below d·2⁻³¹.
 * </ul>
 */
public final class SketchEntries {
    private SketchEntries() {}

    /**
     * Writes the d entries of column {@code column} of a Gaussian operator to {@code entries[0…d−1]}; {@code words} is
     * scratch of {@link Philox#WORDS}.
     */
    public static void gaussianColumn(SketchOperator operator, long column, double[] entries, int[] words) {
        int rows = operator.rows();
        long first = column * (2L * ((rows + 1) / 2));
        Philox.normals(operator.key(), first, entries, rows, words);
        double scale = 1 / Math.sqrt(rows);
        for (int row = 0; row < rows; row++) {
            entries[row] *= scale;
        }
    }

    /**
     * Writes where the ζ entries of column {@code column} of a sparse sign operator are: entry k is in row {@code
     * rows[k]} if {@code rows[k] >= 0} and then +1/√ζ, otherwise in row {@code ~rows[k]} and then −1/√ζ. {@code words}
     * is scratch of {@link Philox#WORDS}.
     */
    public static void sparseColumn(SketchOperator operator, long column, int[] rows, int[] words) {
        int nonzeros = operator.nonzerosPerColumn();
        long block = column * ((nonzeros + Philox.WORDS - 1) / Philox.WORDS);
        for (int entry = 0; entry < nonzeros; entry++) {
            int word = entry % Philox.WORDS;
            if (word == 0) {
                Philox.block(operator.key(), block + entry / Philox.WORDS, words);
            }
            int last = operator.rows() - nonzeros + entry;
            int row = (int) (((words[word] >>> 1) * (last + 1L)) >>> 31);
            if (isTaken(rows, entry, row)) {
                row = last;
            }
            rows[entry] = (words[word] & 1) == 0 ? row : ~row;
        }
    }

    private static boolean isTaken(int[] rows, int count, int row) {
        for (int entry = 0; entry < count; entry++) {
            if (rows[entry] == row || rows[entry] == ~row) {
                return true;
            }
        }
        return false;
    }
}
