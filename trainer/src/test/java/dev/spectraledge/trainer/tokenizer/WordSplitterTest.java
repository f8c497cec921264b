package dev.spectraledge.trainer.tokenizer;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

class WordSplitterTest {
    private static final Pattern PATTERN = Pattern.compile(
            WordSplitter.PATTERN.replace("\\s", "\\p{IsWhite_Space}").replace("\\S", "\\P{IsWhite_Space}"));

    /** Pieces that meet each other in every way when they are drawn at random. */
    private static final List<String> PIECES = List.of(
            " ", " ", "  ", "\n", "\t", "\r\n", "\u00a0", "\u2003", "\u3000", "\u0085", "\u2028", "'", "'s", "'S",
            "'re", "'r", "'ve", "'ll", "'l", "'d", "'m", "'t", "a", "Z", "word", "ß", "Ж", "字", "한", "ªº", "ǅ", "ʰ",
            "𝔘", "𐐀", "1", "42", "²", "Ⅷ", "٣", "𝟘", ".", "!?", "_", "-", "€", "😀", "\u0301", "\u200b", "\ufeff",
            "\u0000", "\u001c", "\u180e");

    private static List<String> words(byte[] text) {
        List<String> words = new ArrayList<>();
        int begin = 0;
        while (begin < text.length) {
            int end = WordSplitter.end(text, begin, text.length);
            words.add(new String(text, begin, end - begin, StandardCharsets.UTF_8));
            begin = end;
        }
        return words;
    }

    private static List<String> matches(String text) {
        return PATTERN.matcher(text).results().map(match -> match.group()).toList();
    }

    private static String drawn(Random random) {
        StringBuilder text = new StringBuilder();
        int length = 1 + random.nextInt(12);
        while (length-- > 0) {
            if (random.nextInt(4) > 0) {
                text.append(PIECES.get(random.nextInt(PIECES.size())));
            } else {
                int bound = random.nextBoolean() ? 0x3000 : Character.MAX_CODE_POINT + 1;
                int character = random.nextInt(bound);
                boolean surrogate = character >= Character.MIN_SURROGATE && character <= Character.MAX_SURROGATE;
                text.appendCodePoint(surrogate ? ' ' : character);
            }
        }
        return text.toString();
    }

    @Test
    void wordsAreWhatTheRegularExpressionMatches() {
        Random random = new Random(20);
        for (int text = 0; text < 50_000; text++) {
            String drawn = drawn(random);
            assertThat(words(drawn.getBytes(StandardCharsets.UTF_8))).isEqualTo(matches(drawn));
        }
    }

    @Test
    void eachCharacterIsOfTheClassThatTheRegularExpressionSees() {
        StringBuilder all = new StringBuilder();
        for (int character = 0; character <= Character.MAX_CODE_POINT; character++) {
            if (character < Character.MIN_SURROGATE || character > Character.MAX_SURROGATE) {
                all.append('a').appendCodePoint(character).append('1');
            }
        }
        String text = all.toString();
        assertThat(words(text.getBytes(StandardCharsets.UTF_8)).equals(matches(text)))
                .isTrue();
    }

    @Test
    void bytesThatAreNoTextAreNeitherLettersNorSpaces() {
        byte[] text = {'a', (byte) 0xff, (byte) 0xc3, ' ', (byte) 0x80, '!', '1'};
        List<Integer> ends = new ArrayList<>();
        for (int at = 0; at < text.length; at = ends.getLast()) {
            ends.add(WordSplitter.end(text, at, text.length));
        }
        assertThat(ends).containsExactly(1, 3, 6, 7);
    }

    @Test
    void aTextCanBeCutWhereASpaceFollowsWhatIsNone() {
        Random random = new Random(21);
        int cuts = 0;
        for (int number = 0; number < 20_000; number++) {
            byte[] text = drawn(random).getBytes(StandardCharsets.UTF_8);
            int cut = WordSplitter.lastCut(text, 0, text.length);
            if (cut > 0) {
                cuts++;
                List<String> parts = new ArrayList<>(words(Arrays.copyOf(text, cut)));
                parts.addAll(words(Arrays.copyOfRange(text, cut, text.length)));
                assertThat(parts).isEqualTo(words(text));
            }
        }
        assertThat(cuts).isGreaterThan(2_000);
        assertThat(WordSplitter.lastCut("  word".getBytes(StandardCharsets.UTF_8), 0, 6))
                .isZero();
    }
}
