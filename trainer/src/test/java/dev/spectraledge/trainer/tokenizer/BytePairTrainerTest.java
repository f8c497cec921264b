package dev.spectraledge.trainer.tokenizer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class BytePairTrainerTest {
    private static BytePairTokenizer trained(byte[] text, int vocabulary) {
        WordCounts words = new WordCounts();
        words.add(text, 0, text.length);
        return BytePairTrainer.train(words, vocabulary);
    }

    private static List<String> merges(BytePairTokenizer tokenizer) {
        List<String> merges = new ArrayList<>();
        for (int rank = 0; rank < tokenizer.merges().size(); rank++) {
            merges.add(ByteCharacters.text(tokenizer.bytes(tokenizer.merges().left(rank))) + " "
                    + ByteCharacters.text(tokenizer.bytes(tokenizer.merges().right(rank))));
        }
        return merges;
    }

    @Test
    void theReferenceLearnsTheSame() {
        BytePairTokenizer ours = trained(SampleText.bytes(), 800);
        BytePairTokenizer reference = TokenizerJson.read(SampleText.learned());
        assertThat(ours.vocabulary()).isEqualTo(800);
        assertThat(merges(ours)).hasSize(543).isEqualTo(merges(reference));
        assertThat(ours.endOfText()).isEqualTo(799);
    }

    @Test
    void theOrderOfTextsDoesNotMatter() {
        byte[] text = SampleText.bytes();
        WordCounts backwards = new WordCounts();
        int end = text.length;
        while (end > 0) {
            int begin = WordSplitter.lastCut(text, 0, end);
            backwards.add(text, begin, end);
            end = begin;
        }
        assertThat(BytePairTrainer.train(backwards, 700).sha256())
                .isEqualTo(trained(text, 700).sha256())
                .isNotEqualTo(trained(text, 699).sha256());
    }

    /** Of the equally frequent "aa aa" and "aa a" in "aa aa a" the one with the smaller right token is merged. */
    @Test
    void pairsThatOverlapAreCountedAndMergedFromTheLeft() {
        BytePairTokenizer tokenizer = trained("aaaaa aaaaa".getBytes(StandardCharsets.UTF_8), 1000);
        assertThat(merges(tokenizer).subList(0, 2)).containsExactly("a a", "aa a");
        assertThat(tokenizer.encoder().encode("aaaaa".getBytes(StandardCharsets.UTF_8)))
                .hasSize(1);
    }

    @Test
    void whatOccursOnceIsNotLearned() {
        BytePairTokenizer tokenizer = trained("ab cd".getBytes(StandardCharsets.UTF_8), 1000);
        assertThat(tokenizer.vocabulary()).isEqualTo(257);
        assertThatThrownBy(() -> trained(new byte[0], 256)).isInstanceOf(IllegalArgumentException.class);
    }
}
