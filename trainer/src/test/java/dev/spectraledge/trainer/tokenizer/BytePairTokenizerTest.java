package dev.spectraledge.trainer.tokenizer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.knuddels.jtokkit.Encodings;
import com.knuddels.jtokkit.api.Encoding;
import com.knuddels.jtokkit.api.EncodingType;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

class BytePairTokenizerTest {
    private static final BytePairTokenizer GPT2 = Gpt2Tokenizer.load();

    @Test
    void gpt2IsThatOfTheReference() {
        int[] tokens = GPT2.encoder().encode(SampleText.bytes());
        assertThat(tokens).isEqualTo(SampleText.tokensOfGpt2());
        assertThat(GPT2.decode(tokens)).isEqualTo(SampleText.bytes());
        assertThat(GPT2.vocabulary()).isEqualTo(50_257);
        assertThat(GPT2.endOfText()).isEqualTo(50_256);
        assertThat(GPT2.decode(50_256)).asString().isEqualTo("<|endoftext|>");
    }

    /** The merges that are found again are of pairs, JTokkit's encoder looks for the earliest token whatever its parts. */
    @Test
    void gpt2IsThatOfJTokkit() {
        Encoding peer = Encodings.newDefaultEncodingRegistry().getEncoding(EncodingType.R50K_BASE);
        Random random = new Random(5);
        Encoder encoder = GPT2.encoder();
        String letters = "etaoinshrdlu ETAO  .,'0123\n";
        for (int number = 0; number < 20_000; number++) {
            StringBuilder text = new StringBuilder();
            int length = 1 + random.nextInt(40);
            while (length-- > 0) {
                text.append(letters.charAt(random.nextInt(letters.length())));
            }
            assertThat(encoder.encode(text.toString().getBytes(StandardCharsets.UTF_8)))
                    .as(text.toString())
                    .isEqualTo(peer.encodeOrdinary(text.toString()).toArray());
        }
    }

    @Test
    void aLearnedVocabularyOfTheReferenceEncodesAsThere() {
        BytePairTokenizer learned = TokenizerJson.read(SampleText.learned());
        assertThat(learned.encoder().encode(SampleText.withoutSpecialToken())).isEqualTo(SampleText.tokensOfLearned());
    }

    @Test
    void anyBytesSurvive() {
        survive(3_000);
    }

    @Test
    @Tag("nightly")
    void aMillionByteStringsSurvive() {
        survive(1_000_000);
    }

    private static void survive(int strings) {
        Random random = new Random(7);
        BytePairTokenizer own = TokenizerJson.read(SampleText.learned());
        List<Tokenizer> tokenizers = List.of(GPT2, own, new ByteTokenizer());
        List<Encoder> encoders = tokenizers.stream().map(Tokenizer::encoder).toList();
        byte[] sample = SampleText.bytes();
        for (int number = 0; number < strings; number++) {
            byte[] text = new byte[random.nextInt(200)];
            random.nextBytes(text);
            if (number % 2 == 0) {
                // Text with a few mistakes.
                int from = random.nextInt(sample.length - text.length);
                byte[] noise = text.clone();
                System.arraycopy(sample, from, text, 0, text.length);
                for (int index = 0; index < text.length; index += 1 + random.nextInt(40)) {
                    text[index] = noise[index];
                }
            }
            for (int index = 0; index < tokenizers.size(); index++) {
                int[] tokens = encoders.get(index).encode(text);
                if (!Arrays.equals(tokenizers.get(index).decode(tokens), text)) {
                    assertThat(tokenizers.get(index).decode(tokens)).isEqualTo(text);
                }
            }
        }
    }

    /** What is merged first, the earliest pair and the leftmost of them, by searching again after each merge. */
    @Test
    void longWordsAreEncodedAsShortOnesAre() {
        MergeList merges = GPT2.merges();
        Random random = new Random(9);
        byte[] text = new byte[3_000];
        for (int index = 0; index < text.length; index++) {
            text[index] = (byte) "aab".charAt(random.nextInt(3));
        }
        List<Integer> parts = new ArrayList<>();
        for (byte value : text) {
            parts.add(merges.tokenOfByte(value));
        }
        while (true) {
            int best = Integer.MAX_VALUE;
            int place = -1;
            for (int at = 0; at + 1 < parts.size(); at++) {
                int rank = merges.rank(parts.get(at), parts.get(at + 1));
                if (rank >= 0 && rank < best) {
                    best = rank;
                    place = at;
                }
            }
            if (place < 0) {
                break;
            }
            parts.set(place, merges.merged(best));
            parts.remove(/* index */ place + 1);
        }
        assertThat(GPT2.encoder().encode(text))
                .isEqualTo(parts.stream().mapToInt(Integer::intValue).toArray());
    }

    @Test
    void whatIsEncodedDoesNotDependOnWhatWasEncodedBefore() {
        Encoder used = GPT2.encoder();
        Random random = new Random(11);
        byte[] many = new byte[6_000_000];
        for (int index = 0; index < many.length; index++) {
            many[index] = (byte) (random.nextInt(7) == 0 ? ' ' : 'a' + random.nextInt(26));
        }
        int[] count = {0};
        used.encode(many, 0, many.length, token -> count[0]++);
        assertThat(count[0]).isGreaterThan(1_000_000);
        assertThat(used.encode(SampleText.bytes())).isEqualTo(SampleText.tokensOfGpt2());
    }

    @Test
    void thereIsNoTokenOutsideOfTheVocabulary() {
        assertThatThrownBy(() -> GPT2.decode(50_257))
                .isInstanceOf(IndexOutOfBoundsException.class)
                .hasMessage("token 50257 is not in the vocabulary of 50257 tokens");
    }
}
