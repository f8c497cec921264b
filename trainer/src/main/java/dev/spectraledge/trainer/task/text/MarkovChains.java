package dev.spectraledge.trainer.task.text;

import dev.spectraledge.kernels.Philox;
import dev.spectraledge.kernels.PhiloxKey;
import dev.spectraledge.trainer.RunException;
import dev.spectraledge.trainer.io.Json;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/** Markov chains to learn from, drawn from a seed or read from a file. */
final class MarkovChains {
    /** More states would take more memory than a model that could learn them. */
    private static final int MOST_BRANCHES = 1 << 24;

    private static final long SUCCESSORS = 0x73756363;
    private static final long WEIGHTS = 0x77656967;
    private static final long PERMUTATIONS = 0x7065726d;

    private MarkovChains() {}

    /**
     * A chain without structure: the successors of each state are different tokens at random, with probabilities that are
     * uniform on the simplex.
     *
     * @param branches successors of each state
     */
    static MarkovChain random(int vocabulary, int order, int branches, long seed) {
        int states = states(vocabulary, order, branches);
        int[] successors = new int[states * branches];
        double[] probabilities = new double[states * branches];
        PhiloxKey weights = new PhiloxKey(seed, WEIGHTS);
        int[] words = new int[Philox.WORDS];
        Shuffle tokens = new Shuffle(vocabulary, new PhiloxKey(seed, SUCCESSORS));
        for (int state = 0; state < states; state++) {
            tokens.draw(successors, state * branches, branches);
            double sum = 0;
            for (int branch = state * branches; branch < (state + 1) * branches; branch++) {
                probabilities[branch] = -Math.log1p(-Philox.uniform(weights, branch, words));
                sum += probabilities[branch];
            }
            for (int branch = state * branches; branch < (state + 1) * branches; branch++) {
                probabilities[branch] /= sum;
            }
        }
        return new MarkovChain(vocabulary, states, successors, probabilities);
    }

    /**
     * A mixture of rules: each of them says for sure which token follows, and each token is chosen by one of the rules, rule r
     * with probability 2^−r, the last one with what is left. The oldest token of the state permutes the tokens, in another way for
     * all others that come behind it, and the rules differ by where they begin to count. So no two rules ever agree, every rule is a
     * bijection of states, the stationary distribution is uniform and the entropy rate is that of the rules.
     */
    static MarkovChain rules(int vocabulary, int order, int rules, long seed) {
        int states = states(vocabulary, order, rules);
        int[] successors = new int[states * rules];
        double[] probabilities = new double[states * rules];
        int contexts = states / vocabulary;
        int[] permutation = new int[vocabulary];
        int[] shifts = new int[rules];
        Shuffle tokens = new Shuffle(vocabulary, new PhiloxKey(seed, PERMUTATIONS));
        for (int context = 0; context < contexts; context++) {
            tokens.draw(permutation, 0, vocabulary);
            tokens.draw(shifts, 0, rules);
            for (int oldest = 0; oldest < vocabulary; oldest++) {
                int state = oldest * contexts + context;
                for (int rule = 0; rule < rules; rule++) {
                    successors[state * rules + rule] = (permutation[oldest] + shifts[rule]) % vocabulary;
                    probabilities[state * rules + rule] = Math.scalb(1.0, -Math.min(rule + 1, rules - 1));
                }
            }
        }
        return new MarkovChain(vocabulary, states, successors, probabilities);
    }

    private static int states(int vocabulary, int order, int branches) {
        double states = Math.pow(vocabulary, order);
        if (states * branches > MOST_BRANCHES) {
            throw new RunException("task.vocabulary, task.order, task.branches: a Markov chain with "
                    + Double.toString(states * branches) + " transitions; at most " + MOST_BRANCHES + " are possible");
        }
        if (branches > vocabulary) {
            throw new RunException(
                    "task.branches (" + branches + ") must be at most task.vocabulary (" + vocabulary + ")");
        }
        return (int) states;
    }

    /**
     * The chain of a file with {@code q}, {@code p}, {@code a}, {@code c} and {@code b}: a token is {@code nu + v} with n entries
     * in q, u' is drawn from q, and v' is {@code (a_k v + c_k + b u) mod n} with probability p_k.
     */
    static MarkovChain read(Path file) {
        Map<String, Object> document = Json.readObject(file);
        double[] q = distribution(file, document, "q");
        double[] p = distribution(file, document, "p");
        long[] a = integers(file, document, "a", p.length);
        long[] c = integers(file, document, "c", p.length);
        if (!(document.get("b") instanceof Long b)) {
            throw malformed(file, "b");
        }
        int base = q.length;
        int branches = base * p.length;
        int states = states(base * base, 1, branches);
        int[] successors = new int[states * branches];
        double[] probabilities = new double[states * branches];
        for (int state = 0; state < states; state++) {
            int u = state / base;
            int v = state % base;
            for (int rule = 0; rule < p.length; rule++) {
                int next = (int) Math.floorMod(a[rule] * v + c[rule] + b * u, (long) base);
                for (int following = 0; following < base; following++) {
                    int branch = state * branches + rule * base + following;
                    successors[branch] = base * following + next;
                    probabilities[branch] = p[rule] * q[following];
                }
            }
        }
        return new MarkovChain(states, states, successors, probabilities);
    }

    private static double[] distribution(Path file, Map<String, Object> document, String field) {
        if (!(document.get(field) instanceof List<?> list) || list.isEmpty()) {
            throw malformed(file, field);
        }
        double[] values = new double[list.size()];
        double sum = 0;
        for (int index = 0; index < values.length; index++) {
            if (!(list.get(index) instanceof Number number) || !(number.doubleValue() >= 0)) {
                throw malformed(file, field);
            }
            values[index] = number.doubleValue();
            sum += values[index];
        }
        if (Math.abs(sum - 1) > 1e-12 * values.length) {
            throw new RunException(file + ": the probabilities '" + field + "' sum to " + sum + ", not 1");
        }
        return values;
    }

    private static long[] integers(Path file, Map<String, Object> document, String field, int count) {
        if (!(document.get(field) instanceof List<?> list) || list.size() != count) {
            throw malformed(file, field);
        }
        return list.stream()
                .mapToLong(value -> {
                    if (value instanceof Long number && Math.abs(number) < 1L << 20) {
                        return number;
                    }
                    throw malformed(file, field);
                })
                .toArray();
    }

    private static RunException malformed(Path file, String field) {
        return new RunException(file + ": is not a Markov chain: field '" + field + "' is missing or malformed");
    }

    /** Different tokens in random order. */
    private static final class Shuffle {
        private final PhiloxKey key;
        private final int[] tokens;
        private final int[] words = new int[Philox.WORDS];
        private long draws;

        private Shuffle(int vocabulary, PhiloxKey key) {
            this.key = key;
            tokens = new int[vocabulary];
            for (int token = 0; token < vocabulary; token++) {
                tokens[token] = token;
            }
        }

        private void draw(int[] target, int from, int count) {
            for (int index = 0; index < count; index++) {
                int other = index + Philox.below(key, draws++, tokens.length - index, words);
                int token = tokens[other];
                tokens[other] = tokens[index];
                tokens[index] = token;
                target[from + index] = token;
            }
        }
    }
}
