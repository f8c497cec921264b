package dev.spectraledge.trainer.tokenizer;

import com.knuddels.jtokkit.api.EncodingType;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;

/**
 * GPT-2's vocabulary of 50,257 tokens, from JTokkit, which has it as OpenAI's tiktoken does: a list of tokens in the order
 * in which they were learned. What was merged to each is what the merges before make of its bytes, two parts.
 */
public final class Gpt2Tokenizer {
    private static final String VOCABULARY = "/com/knuddels/jtokkit/r50k_base.tiktoken";
    private static final int TOKENS = 50_256;

    private Gpt2Tokenizer() {}

    /** Reads the vocabulary. */
    public static BytePairTokenizer load() {
        List<byte[]> pieces = pieces();
        int[] tokensOfBytes = new int[ByteTokenizer.BYTES];
        for (int token = 0; token < ByteTokenizer.BYTES; token++) {
            tokensOfBytes[Byte.toUnsignedInt(pieces.get(token)[0])] = token;
        }
        MergeList merges = new MergeList(tokensOfBytes);
        BytePairEncoder learner = new BytePairEncoder(merges);
        for (int token = ByteTokenizer.BYTES; token < TOKENS; token++) {
            byte[] piece = pieces.get(token);
            if (learner.encodeWord(piece, 0, piece.length) != 2) {
                throw new IllegalStateException("GPT-2's token " + token + " is no merge of two");
            }
            merges.add(learner.part(0), learner.part(1), token);
        }
        pieces.add(BytePairTokenizer.END_OF_TEXT.getBytes(StandardCharsets.US_ASCII));
        return new BytePairTokenizer("gpt2", pieces, TOKENS, merges);
    }

    private static List<byte[]> pieces() {
        List<byte[]> pieces = new ArrayList<>(TOKENS + 1);
        try (InputStream stream = EncodingType.class.getResourceAsStream(VOCABULARY);
                BufferedReader lines = new BufferedReader(new InputStreamReader(stream, StandardCharsets.US_ASCII))) {
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                String[] parts = line.split(" ", -1);
                if (Integer.parseInt(parts[1]) != pieces.size()) {
                    throw new IllegalStateException("GPT-2's tokens are not in order: " + line);
                }
                pieces.add(Base64.getDecoder().decode(parts[0]));
            }
        } catch (IOException failure) {
            throw new UncheckedIOException("cannot read GPT-2's vocabulary", failure);
        }
        if (pieces.size() != TOKENS) {
            throw new IllegalStateException("GPT-2's vocabulary has " + pieces.size() + " tokens");
        }
        return pieces;
    }
}
