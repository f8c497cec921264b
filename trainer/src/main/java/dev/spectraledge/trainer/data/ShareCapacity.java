package dev.spectraledge.trainer.data;

import java.util.List;

/**
 * The most that one of several shares can get of a batch that {@link BatchPacker} deals out.
 *
 * @param sequences of a run
 * @param rows of these sequences
 * @param keys rows that these sequences see in all where they share prefixes; 0 where each has its own rows
 * @param sourceRows of the sources that they answer
 */
public record ShareCapacity(int sequences, int rows, int keys, int sourceRows) {
    /**
     * The bounds follow from how the packer deals: each sequence goes to the share with the fewest rows, sources included, so
     * that two shares never differ by more rows than the longest sequence has. Where all sources have s rows, sequences come
     * in the order of all their rows, and (summing by parts over that order) the numbers of sequences of two shares differ by
     * less than 2(n + s)/s, n being the length of the longest. Where sequences share prefixes, shares are filled one after the
     * other: each but the last has less than n rows to spare, and less than n that the one before it has, too, so that shares of
     * ⌈rows/shares⌉ + 2n are enough; but any of them may get almost all sequences. Where all sequences have one length, two shares
     * differ by one sequence at most.
     *
     * @param data of the runs
     * @param contextLength of the longest sequence
     */
    public static ShareCapacity of(
            List<? extends Examples> data, Batching batching, int batchSize, int contextLength, int shares) {
        if (batching == Batching.PREFIXES) {
            int keys = batchSize * contextLength;
            int rows = shares == 1 ? keys : Math.min(keys, Math.ceilDiv(keys, shares) + 2 * contextLength);
            return new ShareCapacity(batchSize, rows, keys, 0);
        }
        int sourceLength = data.getFirst().form().sourceLength();
        int allRows = batchSize * contextLength;
        int allSourceRows = batchSize * sourceLength;
        if (shares == 1) {
            return new ShareCapacity(batchSize, allRows, 0, allSourceRows);
        }
        int longest = contextLength + sourceLength;
        if (sourceLength == 0 && (batching == Batching.PADDED || data.stream().allMatch(Examples::fillContext))) {
            int sequences = Math.ceilDiv(batchSize, shares);
            return new ShareCapacity(sequences, sequences * contextLength, 0, 0);
        }
        if (sourceLength == 0) {
            return new ShareCapacity(batchSize, Math.min(allRows, Math.ceilDiv(allRows, shares) + longest), 0, 0);
        }
        if (!data.stream().allMatch(own -> areAllOfLength(own, sourceLength))) {
            int most = Math.ceilDiv(batchSize * longest, shares) + longest;
            return new ShareCapacity(batchSize, Math.min(allRows, most), 0, Math.min(allSourceRows, most));
        }
        int difference = Math.ceilDiv(2 * longest, sourceLength);
        int sequences = Math.min(batchSize, Math.ceilDiv(batchSize, shares) + difference);
        int rows = Math.ceilDiv(allRows, shares) + longest + sourceLength * difference;
        return new ShareCapacity(sequences, Math.min(allRows, rows), 0, sequences * sourceLength);
    }

    private static boolean areAllOfLength(Examples data, int sourceLength) {
        for (long sequence = 0; sequence < data.size(); sequence++) {
            if (data.sources().rows(sequence) != sourceLength) {
                return false;
            }
        }
        return true;
    }

    /** Room for that and for other batches, of so many rows. */
    public ShareCapacity orAtLeast(int otherRows, int otherSourceRows) {
        return new ShareCapacity(sequences, Math.max(rows, otherRows), keys, Math.max(sourceRows, otherSourceRows));
    }
}
