package dev.spectraledge.trainer.generation;

import dev.spectraledge.kernels.Philox;
import dev.spectraledge.kernels.PhiloxKey;
import dev.spectraledge.kernels.Tensor;
import java.util.Arrays;

/**
 * Draws tokens from a model's logits. Draw number i of a seed takes number i of a stream, so that the same logits give the same
 * tokens on every machine.
 */
public final class TokenSampler {
    private static final long STREAM = 0x6E6578745F746F6BL;

    private final double temperature;
    private final int topK;
    private final PhiloxKey key;
    private final int[] words = new int[Philox.WORDS];
    private long draws;

    /**
     * @param temperature that logits are divided by; 0 takes the most probable token, of several the first
     * @param topK how many of the most probable tokens can come, all that are as probable as the last of them included
     */
    public TokenSampler(double temperature, int topK, long seed) {
        if (!(temperature >= 0) || Double.isInfinite(temperature)) {
            throw new IllegalArgumentException("a temperature is 0 or more, not " + temperature);
        }
        if (topK < 1) {
            throw new IllegalArgumentException("of the most probable tokens at least one can come, not " + topK);
        }
        this.temperature = temperature;
        this.topK = topK;
        key = new PhiloxKey(seed, STREAM);
    }

    /** The next token, given its logits {@code [classes]} on the host, which are finite. */
    public int next(Tensor logits) {
        double uniform = Philox.uniform(key, draws++, words);
        double[] scores = new double[Math.toIntExact(logits.size(0))];
        Arrays.setAll(scores, token -> logits.get(token));
        int greatest = 0;
        for (int token = 1; token < scores.length; token++) {
            greatest = scores[token] > scores[greatest] ? token : greatest;
        }
        return temperature == 0 ? greatest : draw(scores, scores[greatest], uniform);
    }

    /** The first token up to which the probabilities add up to more than {@code uniform}. */
    private int draw(double[] scores, double greatest, double uniform) {
        double least = least(scores);
        double sum = 0;
        for (int token = 0; token < scores.length; token++) {
            boolean canCome = scores[token] >= least;
            scores[token] = canCome ? StrictMath.exp((scores[token] - greatest) / temperature) : 0;
            sum += scores[token];
        }
        double left = uniform * sum;
        int last = 0;
        for (int token = 0; token < scores.length; token++) {
            if (scores[token] > 0) {
                left -= scores[token];
                last = token;
                if (left < 0) {
                    break;
                }
            }
        }
        return last;
    }

    /** The lowest score that can come. */
    private double least(double[] scores) {
        if (topK >= scores.length) {
            return Double.NEGATIVE_INFINITY;
        }
        double[] sorted = scores.clone();
        Arrays.sort(sorted);
        return sorted[sorted.length - topK];
    }
}
