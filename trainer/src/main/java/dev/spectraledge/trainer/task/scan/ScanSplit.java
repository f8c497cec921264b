package dev.spectraledge.trainer.task.scan;

import dev.spectraledge.trainer.data.MersenneTwister;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/** Which of all examples of SCAN are for training and which for the test; the kinds of Lake and Baroni 2018. */
public enum ScanSplit {
    /** At random, four fifths for training. */
    SIMPLE,
    /** Short sequences of actions for training, longer ones for the test. */
    LENGTH,
    /** Trained with "jump" alone, again and again, and all commands that do not mention it; tested on the others. */
    JUMP,
    /** The same with "turn left". */
    TURN_LEFT;

    private static final double SIMPLE_TRAIN_SHARE = 0.8;
    /** Of so many training examples one is the primitive on its own. */
    private static final int PRIMITIVE_SHARE = 10;

    /**
     * Examples to train and to test with, from which a run takes some.
     *
     * @param train in a fixed order
     * @param test in a fixed order
     */
    public record Pools(List<ScanLanguage.Example> train, List<ScanLanguage.Example> test) {
        public Pools {
            train = List.copyOf(train);
            test = List.copyOf(test);
        }
    }

    /**
     * Splits all examples, sorted by their lines.
     *
     * @param seed of the random split, at least 0
     * @param trainActions of a training example at most, if that is what matters
     */
    public Pools pools(long seed, int trainActions) {
        List<ScanLanguage.Example> examples = ScanLanguage.sorted();
        return switch (this) {
            case SIMPLE -> random(examples, seed);
            case LENGTH -> byLength(examples, trainActions);
            case JUMP -> withPrimitive(examples, List.of("jump"));
            case TURN_LEFT -> withPrimitive(examples, List.of("turn", "left"));
        };
    }

    private static Pools random(List<ScanLanguage.Example> examples, long seed) {
        int[] order = new int[examples.size()];
        for (int i = 0; i < order.length; i++) {
            order[i] = i;
        }
        MersenneTwister.seededLikePython(seed).shuffle(order);
        List<ScanLanguage.Example> shuffled = new ArrayList<>();
        for (int index : order) {
            shuffled.add(examples.get(index));
        }
        int train = (int) (SIMPLE_TRAIN_SHARE * order.length);
        return new Pools(shuffled.subList(0, train), shuffled.subList(train, order.length));
    }

    private static Pools byLength(List<ScanLanguage.Example> examples, int trainActions) {
        return new Pools(
                examples.stream()
                        .filter(example -> example.actions().size() <= trainActions)
                        .toList(),
                examples.stream()
                        .filter(example -> example.actions().size() > trainActions)
                        .toList());
    }

    private static Pools withPrimitive(List<ScanLanguage.Example> examples, List<String> primitive) {
        List<ScanLanguage.Example> train = new ArrayList<>();
        List<ScanLanguage.Example> test = new ArrayList<>();
        ScanLanguage.Example alone = null;
        for (ScanLanguage.Example example : examples) {
            if (example.command().equals(primitive)) {
                alone = example;
            } else if (Collections.indexOfSubList(example.command(), primitive) >= 0) {
                test.add(example);
            } else {
                train.add(example);
            }
        }
        train.addAll(Collections.nCopies(train.size() / (PRIMITIVE_SHARE - 1), alone));
        return new Pools(train, test);
    }
}
