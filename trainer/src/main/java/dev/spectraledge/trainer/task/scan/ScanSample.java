package dev.spectraledge.trainer.task.scan;

import dev.spectraledge.kernels.MemoryOwner;
import dev.spectraledge.trainer.RunException;
import dev.spectraledge.trainer.data.LabelledSequences;
import dev.spectraledge.trainer.data.MersenneTwister;
import dev.spectraledge.trainer.data.SplitData;
import java.util.Arrays;
import java.util.List;

/**
 * The examples of a split that a run takes (Lifecycle §1.2): the first of the training examples in the order of CPython's
 * {@code random.Random(seed).shuffle}, and the first of the test examples in that of {@code torch.randperm}, seeded alike.
 *
 * @param commandLength positions of the commands
 * @param contextLength positions of the actions with their start or end
 * @param paddingSeen whether the decoder sees the padding behind the commands
 */
public record ScanSample(
        int trainExamples, int testExamples, int commandLength, int contextLength, boolean paddingSeen) {
    /**
     * Takes the examples.
     *
     * @param owner of their memory
     * @param seed at least 0
     */
    public SplitData of(MemoryOwner owner, ScanSplit.Pools pools, long seed) {
        int[] train = new int[pools.train().size()];
        Arrays.setAll(train, index -> index);
        MersenneTwister.seededLikePython(seed).shuffle(train);
        int[] test = MersenneTwister.seededByInteger((int) seed)
                .permutation(pools.test().size());
        return new SplitData(
                select(owner, "train", pools.train(), train, trainExamples),
                select(owner, "test", pools.test(), test, testExamples));
    }

    private LabelledSequences select(
            MemoryOwner owner, String name, List<ScanLanguage.Example> pool, int[] order, int count) {
        if (count > order.length) {
            throw new RunException("task." + name + "Examples is " + count + ", the split has only " + order.length
                    + " " + name + " examples");
        }
        List<ScanLanguage.Example> chosen =
                Arrays.stream(order).limit(count).mapToObj(pool::get).toList();
        return ScanTokens.dataset(owner, name, chosen, commandLength, contextLength, paddingSeen);
    }
}
