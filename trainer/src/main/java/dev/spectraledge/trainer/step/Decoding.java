package dev.spectraledge.trainer.step;

import dev.spectraledge.trainer.data.Examples;

/** How far the answers that a model has given by itself are the right ones. */
public final class Decoding {
    private long answers;
    private long rightAnswers;
    private long tokens;
    private long rightTokens;

    Decoding() {}

    /** The token that ends an answer: the right one's last. */
    static int end(Examples data, long sequence) {
        return data.target(sequence, data.length(sequence) - 1);
    }

    /** @param chosen as many tokens as the right answer has; those behind the first end are none of the answer's */
    void add(Examples data, long sequence, int[] chosen, int times) {
        int end = end(data, sequence);
        int right = 0;
        for (int position = 0; position < chosen.length; position++) {
            right += chosen[position] == data.target(sequence, position) ? 1 : 0;
            if (chosen[position] == end) {
                break;
            }
        }
        answers += times;
        rightAnswers += right == chosen.length ? times : 0;
        tokens += (long) times * chosen.length;
        rightTokens += (long) times * right;
    }

    void add(Decoding other) {
        answers += other.answers;
        rightAnswers += other.rightAnswers;
        tokens += other.tokens;
        rightTokens += other.rightTokens;
    }

    /** Share of the answers that are right from beginning to end. */
    public double accuracy() {
        return (double) rightAnswers / answers;
    }

    /** Share of the right answers' tokens that stand at their place. */
    public double tokenAccuracy() {
        return (double) rightTokens / tokens;
    }
}
