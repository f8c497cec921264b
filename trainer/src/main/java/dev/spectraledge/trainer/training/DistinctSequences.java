package dev.spectraledge.trainer.training;

import dev.spectraledge.kernels.Backend;
import dev.spectraledge.kernels.DType;
import dev.spectraledge.kernels.MemoryOwner;
import dev.spectraledge.trainer.data.PackedBatch;
import dev.spectraledge.trainer.data.SequenceDataset;
import java.util.ArrayList;
import java.util.List;

/** The distinct sequences of a data set, each with its multiplicity, cut into batches for an evaluation of all of it. */
final class DistinctSequences {
    private final SequenceDataset data;
    private final int paddingToken;
    private final int[] multiplicity;
    private final List<Integer> distinct = new ArrayList<>();

    DistinctSequences(SequenceDataset data, int paddingToken) {
        this.data = data;
        this.paddingToken = paddingToken;
        multiplicity = new int[data.size()];
        for (int sequence = 0; sequence < data.size(); sequence++) {
            multiplicity[data.representative(sequence)]++;
        }
        for (int sequence = 0; sequence < data.size(); sequence++) {
            if (multiplicity[sequence] > 0 && data.length(sequence) > 0) {
                distinct.add(sequence);
            }
        }
    }

    /**
     * Every {@code shares}-th sequence from number {@code share} on, in batches.
     *
     * @param rows of a batch at most, unless one sequence has more
     * @param sources of a batch at most, where there are any
     */
    List<List<Integer>> batches(int share, int shares, int rows, int sources) {
        List<List<Integer>> batches = new ArrayList<>();
        int filled = 0;
        for (int sequence : every(share, shares)) {
            int length = data.length(sequence);
            boolean enoughSources = data.form().hasSource()
                    && !batches.isEmpty()
                    && batches.getLast().size() == sources;
            if (batches.isEmpty() || filled + length > rows || enoughSources) {
                batches.add(new ArrayList<>());
                filled = 0;
            }
            batches.getLast().add(sequence);
            filled += length;
        }
        return batches;
    }

    /** Every {@code shares}-th sequence from number {@code share} on. */
    List<Integer> every(int share, int shares) {
        List<Integer> result = new ArrayList<>();
        for (int i = share; i < distinct.size(); i += shares) {
            result.add(distinct.get(i));
        }
        return result;
    }

    /** How often a sequence is in the data. */
    int multiplicity(int sequence) {
        return multiplicity[sequence];
    }

    /** Room for a batch, on each of a number of runs. */
    PackedBatch room(Backend backend, MemoryOwner owner, DType precision, int runs, List<Integer> batch) {
        int rows = batch.stream().mapToInt(data::length).sum();
        return new PackedBatch(backend, owner, precision, data.form(), runs, batch.size(), rows);
    }

    /** Appends a batch to one run, weighted by multiplicity. */
    void append(List<Integer> batch, PackedBatch target, int run) {
        for (int sequence : batch) {
            target.append(run, data, sequence, 0, paddingToken, multiplicity[sequence]);
        }
    }
}
