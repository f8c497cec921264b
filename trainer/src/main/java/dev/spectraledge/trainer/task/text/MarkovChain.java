package dev.spectraledge.trainer.task.text;

import dev.spectraledge.kernels.Philox;
import dev.spectraledge.kernels.PhiloxKey;
import dev.spectraledge.trainer.RunException;
import java.util.Arrays;
import java.util.function.IntConsumer;

/**
 * A Markov chain whose entropy rate is known: each token is one of a few successors of those before it. A state is the last
 * {@code order} tokens, the oldest of which counts most in its number.
 *
 * <p>The entropy rate is Σ π(s)·H(s) with the stationary distribution π and the entropy H(s) of what follows state s (Cover
 * and Thomas 2006, theorem 4.2.4).
 */
public final class MarkovChain {
    /** Tells the draws apart from those of other things that a seed decides. */
    private static final long STREAM = 0x6d61726b;

    /** Of the stationary distribution, in the sum of its absolute errors. */
    private static final double ERROR = 1e-9;

    private static final int MOST_ITERATIONS = 1 << 16;

    private final int vocabulary;
    private final int branches;
    private final int[] successors;
    private final double[] probabilities;
    /** Of the token behind each state, in nats. */
    private final double[] entropies;

    private final double[] stationary;

    /**
     * Makes a chain.
     *
     * @param states {@code vocabulary} to the power of the order
     * @param successors [states, branches] tokens, among which one may be several times
     * @param probabilities [states, branches], which sum to 1 for each state
     * @throws RunException if the stationary distribution is not found to {@value #ERROR}, or depends on the beginning
     */
    MarkovChain(int vocabulary, int states, int[] successors, double[] probabilities) {
        this.vocabulary = vocabulary;
        this.branches = successors.length / states;
        this.successors = successors.clone();
        this.probabilities = probabilities.clone();
        this.entropies = entropies(states);
        double[] uniform = new double[states];
        Arrays.fill(uniform, 1.0 / states);
        double[] single = new double[states];
        single[0] = 1;
        stationary = iterated(uniform);
        // Where all states have one entropy, that is the rate, wherever the chain goes.
        boolean isEven = Arrays.stream(entropies).allMatch(entropy -> Math.abs(entropy - entropies[0]) < ERROR);
        if (!isEven && distance(iterated(single), stationary) > ERROR) {
            throw new RunException("the Markov chain falls apart, or takes too long to forget where it began");
        }
    }

    private double[] entropies(int states) {
        double[] result = new double[states];
        double[] sums = new double[vocabulary];
        for (int state = 0; state < states; state++) {
            for (int branch = state * branches; branch < (state + 1) * branches; branch++) {
                sums[successors[branch]] += probabilities[branch];
            }
            for (int branch = state * branches; branch < (state + 1) * branches; branch++) {
                double probability = sums[successors[branch]];
                sums[successors[branch]] = 0;
                result[state] -= probability > 0 ? probability * Math.log(probability) : 0;
            }
        }
        return result;
    }

    /** The distribution after very many tokens, or as many fewer as change it no more; staying half the time, no period matters. */
    private double[] iterated(double[] begin) {
        double[] distribution = begin;
        for (int iteration = 0; iteration < MOST_ITERATIONS; iteration++) {
            double[] next = new double[distribution.length];
            for (int state = 0; state < next.length; state++) {
                double share = distribution[state] / 2;
                next[state] += share;
                for (int branch = state * branches; branch < (state + 1) * branches; branch++) {
                    next[following(state, successors[branch])] += share * probabilities[branch];
                }
            }
            double change = distance(next, distribution);
            distribution = next;
            if (change < ERROR * 1e-5) {
                break;
            }
        }
        return distribution;
    }

    private static double distance(double[] one, double[] other) {
        double sum = 0;
        for (int index = 0; index < one.length; index++) {
            sum += Math.abs(one[index] - other[index]);
        }
        return sum;
    }

    private int following(int state, int token) {
        return (int) (((long) state * vocabulary + token) % entropies.length);
    }

    /** Number of tokens. */
    int vocabulary() {
        return vocabulary;
    }

    /** Nats per token, which no model can do better than on average. */
    public double entropyRate() {
        double rate = 0;
        for (int state = 0; state < entropies.length; state++) {
            rate += stationary[state] * entropies[state];
        }
        return rate;
    }

    /** The probability of a token behind a state. */
    double probability(int state, int token) {
        double probability = 0;
        for (int branch = state * branches; branch < (state + 1) * branches; branch++) {
            probability += successors[branch] == token ? probabilities[branch] : 0;
        }
        return probability;
    }

    /** The stationary probability of a state. */
    double stationary(int state) {
        return stationary[state];
    }

    /**
     * Draws tokens, the same ones for the same seed.
     *
     * @return the state before the first of them
     */
    int draw(long seed, long tokens, IntConsumer target) {
        PhiloxKey key = new PhiloxKey(seed, STREAM);
        int[] words = new int[Philox.WORDS];
        int first = chosen(stationary, 0, stationary.length, Philox.uniform(key, 0, words));
        int state = first;
        for (long index = 1; index <= tokens; index++) {
            int branch = chosen(probabilities, state * branches, branches, Philox.uniform(key, index, words));
            int token = successors[state * branches + branch];
            target.accept(token);
            state = following(state, token);
        }
        return first;
    }

    private static int chosen(double[] weights, int from, int count, double uniform) {
        double rest = uniform;
        int index = 0;
        while (index < count - 1 && rest >= weights[from + index]) {
            rest -= weights[from + index++];
        }
        return index;
    }
}
