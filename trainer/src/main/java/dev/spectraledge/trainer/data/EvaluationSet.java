package dev.spectraledge.trainer.data;

import dev.spectraledge.kernels.Backend;
import dev.spectraledge.kernels.DType;
import dev.spectraledge.kernels.MemoryOwner;
import dev.spectraledge.kernels.Philox;
import dev.spectraledge.kernels.PhiloxKey;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.LongUnaryOperator;
import java.util.stream.IntStream;
import java.util.stream.LongStream;

/** The examples that models are judged by: each distinct one once, with the number of times that it counts. */
public final class EvaluationSet {
    /** The sample is the same for every run, so that runs can be compared. */
    private static final PhiloxKey SAMPLE = new PhiloxKey(0, 0x6576616c);

    private final Examples examples;
    /** Ascending. */
    private final long[] numbers;

    private final int[] multiplicities;

    private EvaluationSet(Examples examples, long[] numbers, int[] multiplicities) {
        this.examples = examples;
        this.numbers = numbers;
        this.multiplicities = multiplicities;
    }

    /** Of the examples with these numbers; one that occurs several times counts as often, and one without positions not. */
    public static EvaluationSet of(Examples examples, LongStream numbers) {
        long[] all = numbers.filter(example -> examples.length(example) > 0)
                .map(examples::representative)
                .sorted()
                .toArray();
        long[] distinct = new long[all.length];
        int[] multiplicities = new int[all.length];
        int count = 0;
        for (int index = 0; index < all.length; index++) {
            if (index == 0 || all[index] != all[index - 1]) {
                distinct[count++] = all[index];
            }
            multiplicities[count - 1]++;
        }
        return new EvaluationSet(examples, Arrays.copyOf(distinct, count), Arrays.copyOf(multiplicities, count));
    }

    /**
     * Of some of the examples, {@code candidates} in all, which have {@code tokens} tokens, or of a sample of them: they are cut
     * into as many equal stretches as examples are wanted, and of each one is drawn.
     *
     * @param example the number of a candidate
     * @param most tokens, about
     */
    static EvaluationSet sample(Examples examples, long candidates, long tokens, LongUnaryOperator example, long most) {
        if (most >= tokens) {
            return of(examples, LongStream.range(0, candidates).map(example));
        }
        long wanted = Math.max(1, Math.round((double) candidates * most / tokens));
        int[] words = new int[4];
        return of(
                examples,
                LongStream.range(0, wanted)
                        .map(stretch -> {
                            long longer = candidates % wanted;
                            long length = candidates / wanted;
                            long begin = stretch * length + Math.min(stretch, longer);
                            return begin + Philox.below(SAMPLE, stretch, length + (stretch < longer ? 1 : 0), words);
                        })
                        .map(example));
    }

    /** Which the numbers refer to. */
    public Examples examples() {
        return examples;
    }

    /** Number of distinct examples. */
    public int size() {
        return numbers.length;
    }

    /** The number of one of the distinct examples, which ascend. */
    public long example(int index) {
        return numbers[index];
    }

    /** How often it counts. */
    public int multiplicity(int index) {
        return multiplicities[index];
    }

    /** Bytes of text that a counted target stands for on average; NaN where they are no text, or nobody knows. */
    public double bytesOfTarget() {
        double bytes = 0;
        double targets = 0;
        for (int index = 0; index < numbers.length; index++) {
            bytes += multiplicities[index] * examples.bytes(numbers[index]);
            targets += (double) multiplicities[index] * examples.countedTargets(numbers[index]);
        }
        return bytes / targets;
    }

    /**
     * Every {@code shares}-th of the distinct examples from number {@code share} on, in batches of consecutive ones.
     *
     * @param rows of a batch at most, unless one example has more
     * @param sources of a batch at most, where there are any
     * @return of each batch the indexes of its examples
     */
    public List<int[]> batches(int share, int shares, int rows, int sources) {
        List<int[]> batches = new ArrayList<>();
        int[] own = every(share, shares);
        int begin = 0;
        int filled = 0;
        for (int i = 0; i < own.length; i++) {
            int length = examples.length(numbers[own[i]]);
            boolean enoughSources = examples.form().hasSource() && i - begin == sources;
            if (i > begin && (filled + length > rows || enoughSources)) {
                batches.add(Arrays.copyOfRange(own, begin, i));
                begin = i;
                filled = 0;
            }
            filled += length;
        }
        if (begin < own.length) {
            batches.add(Arrays.copyOfRange(own, begin, own.length));
        }
        return batches;
    }

    /** The indexes of every {@code shares}-th of the distinct examples from number {@code share} on. */
    public int[] every(int share, int shares) {
        return IntStream.range(0, size())
                .filter(index -> index % shares == share)
                .toArray();
    }

    /**
     * Room for a batch, on each of a number of runs.
     *
     * @param batch indexes of examples
     * @param sharesPrefixes whether the model takes batches in which sequences share prefixes
     */
    public PackedBatch room(
            Backend backend, MemoryOwner owner, DType precision, int runs, int[] batch, boolean sharesPrefixes) {
        int rows = Arrays.stream(batch)
                .map(index -> examples.length(numbers[index]))
                .sum();
        // One key at least, because none would mean that nothing is shared.
        ShareCapacity capacity = new ShareCapacity(
                batch.length,
                rows,
                sharesPrefixes ? Math.max(1, rows) : 0,
                batch.length * examples.form().sourceLength());
        return new PackedBatch(backend, owner, precision, examples.form(), runs, capacity);
    }

    /** Appends a batch to one run, weighted by multiplicity. */
    public void append(int[] batch, PackedBatch target, int run, int paddingToken) {
        for (int index : batch) {
            target.append(run, examples, numbers[index], 0, paddingToken, multiplicities[index]);
        }
    }
}
