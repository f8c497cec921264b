package dev.spectraledge.trainer.task.modular;

import dev.spectraledge.kernels.DType;
import dev.spectraledge.kernels.MemoryOwner;
import dev.spectraledge.kernels.Tensor;
import dev.spectraledge.trainer.RunException;
import dev.spectraledge.trainer.data.LabelledSequences;
import dev.spectraledge.trainer.data.MersenneTwister;
import dev.spectraledge.trainer.data.SplitData;
import java.util.List;

/**
 * Modular arithmetic: the tokens are two residues a and b, the target of each operation is its result modulo p. All
 * ordered pairs are listed in lexicographic order and shuffled as CPython's {@code random.Random(seed).shuffle} does; the
 * first of them are trained on, the others are the test set (Thesis §5.1). Multiplication takes pairs from 1 … p − 1, and
 * so do all operations where there are several.
 */
public final class ModularArithmetic {
    /** Tokens of a sequence. */
    public static final int OPERANDS = 2;

    private final List<ModularOperation> operations;
    private final int prime;
    private final double trainFraction;

    /**
     * @param prime p; any modulus of at least 2 will do
     * @param trainFraction share of the pairs that is trained on, rounded down to whole pairs
     */
    public ModularArithmetic(List<ModularOperation> operations, int prime, double trainFraction) {
        this.operations = List.copyOf(operations);
        this.prime = prime;
        this.trainFraction = trainFraction;
    }

    private int smallestOperand() {
        return operations.size() > 1 || operations.getFirst().excludesZero() ? 1 : 0;
    }

    /**
     * Generates all pairs and splits them.
     *
     * @param owner of their memory
     * @param seed of the shuffle, at least 0
     */
    public SplitData generate(MemoryOwner owner, long seed) {
        int smallest = smallestOperand();
        int operands = prime - smallest;
        int[] pairs = new int[operands * operands];
        for (int pair = 0; pair < pairs.length; pair++) {
            pairs[pair] = pair;
        }
        MersenneTwister.seededLikePython(seed).shuffle(pairs);
        int trained = (int) (trainFraction * pairs.length);
        if (trained == 0 || trained == pairs.length) {
            throw new RunException("trainFraction " + trainFraction + " of " + pairs.length + " pairs leaves "
                    + (trained == 0 ? "nothing to train on" : "no test set"));
        }
        return new SplitData(
                select(owner, "train", pairs, smallest, 0, trained),
                select(owner, "test", pairs, smallest, trained, pairs.length));
    }

    private LabelledSequences select(MemoryOwner owner, String name, int[] pairs, int smallest, int from, int to) {
        int operands = prime - smallest;
        try (MemoryOwner scratch = MemoryOwner.open("modular data")) {
            Tensor tokens = Tensor.allocate(scratch, DType.INT32, to - from, OPERANDS);
            Tensor results = Tensor.allocate(scratch, DType.INT32, to - from, operations.size());
            for (int row = 0; row < to - from; row++) {
                int a = smallest + pairs[from + row] / operands;
                int b = smallest + pairs[from + row] % operands;
                tokens.set(a, row, 0);
                tokens.set(b, row, 1);
                for (int objective = 0; objective < operations.size(); objective++) {
                    results.set(operations.get(objective).apply(a, b, prime), row, objective);
                }
            }
            return LabelledSequences.ofLabelledSequences(owner, name, tokens, results, prime, prime);
        }
    }
}
