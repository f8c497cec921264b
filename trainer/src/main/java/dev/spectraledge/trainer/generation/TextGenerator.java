package dev.spectraledge.trainer.generation;

import dev.spectraledge.kernels.Tensor;
import dev.spectraledge.trainer.RunException;
import dev.spectraledge.trainer.model.GptDecoder;
import java.util.Arrays;
import java.util.function.IntConsumer;

/**
 * Continues a text by tokens that are drawn one after the other. A model reads as much of the text as it has room for: when
 * that is full, it goes on with the younger half, which it reads anew, as its positions begin at 0.
 */
public final class TextGenerator {
    private final GptDecoder decoder;
    private final TokenSampler sampler;
    private final int vocabulary;
    /** What the decoder has read, from its beginning, and the token behind it. */
    private final int[] window;

    private int length;

    /** @param vocabulary tokens that mean something: of those that a model may have beyond them, none is drawn */
    public TextGenerator(GptDecoder decoder, TokenSampler sampler, int vocabulary) {
        this.decoder = decoder;
        this.sampler = sampler;
        this.vocabulary = vocabulary;
        window = new int[decoder.capacity() + 1];
    }

    /**
     * Continues a text.
     *
     * @param prompt at least one token
     * @param count how many tokens to draw
     * @param tokens takes each of them
     * @throws RunException if the model's logits are not finite
     */
    public void generate(int[] prompt, int count, IntConsumer tokens) {
        int[] unread = Arrays.copyOfRange(prompt, firstRead(prompt.length), prompt.length);
        decoder.forget();
        length = 0;
        for (int drawn = 0; drawn < count; drawn++) {
            System.arraycopy(unread, 0, window, length, unread.length);
            length += unread.length;
            int token = sampler.next(finite(decoder.read(unread)).slice(0, 0, vocabulary));
            tokens.accept(token);
            window[length] = token;
            unread = new int[] {token};
            if (length == decoder.capacity()) {
                int kept = decoder.capacity() / 2 + 1;
                unread = Arrays.copyOfRange(window, length + 1 - kept, length + 1);
                decoder.forget();
                length = 0;
            }
        }
    }

    /** Of a prompt for which there is no room its end is read. */
    private int firstRead(int prompt) {
        return Math.max(0, prompt - decoder.capacity());
    }

    private static Tensor finite(Tensor logits) {
        for (long token = 0; token < logits.size(0); token++) {
            if (!Double.isFinite(logits.get(token))) {
                throw new RunException("the model's weights give logits that are not finite (token " + token + " has "
                        + logits.get(token) + ")");
            }
        }
        return logits;
    }
}
