package dev.spectraledge.kernels.fuzz;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.random.RandomGenerator;
import java.util.stream.Stream;

/** Files that are nearly right: a good one after a few random changes. */
final class Mutator {
    private static final int MOST_CHANGES = 6;
    private static final int MOST_REPETITIONS = 1 << 12;
    /** Mutants stay small, so that a million of them are read in minutes. */
    private static final int LONGEST = 1 << 15;

    private static final List<String> NUMBERS = List.of(
            "-1",
            "0",
            "1e999",
            "-1e999",
            "NaN",
            "9007199254740993",
            "2147483648",
            "-2147483649",
            "9223372036854775807",
            "9223372036854775808",
            "18446744073709551616",
            "1".repeat(400),
            "0.1",
            "1e-999",
            "0x10",
            "1_000",
            "00");
    private static final List<String> TEXTS = List.of(
            "\u001b[2J",
            "\u0000",
            "\uFEFF",
            "\u2028",
            "\r\n",
            "\n\n",
            "\"",
            "\\u0000",
            "\\ud800",
            "'",
            ",",
            ":",
            "{",
            "}",
            "[",
            "]",
            "{}",
            "[]",
            "null",
            "true",
            "é",
            "😀");

    private final List<byte[]> seeds;
    private final List<byte[]> words;

    /** @param words that mean something to the reader */
    Mutator(List<byte[]> seeds, List<String> words) {
        this.seeds = seeds;
        this.words = Stream.of(words, NUMBERS, TEXTS)
                .flatMap(List::stream)
                .map(word -> word.getBytes(StandardCharsets.UTF_8))
                .toList();
    }

    byte[] mutant(RandomGenerator random) {
        byte[] bytes = any(seeds, random);
        for (int change = 1 + random.nextInt(MOST_CHANGES); change > 0; change--) {
            byte[] next = changed(bytes, random);
            bytes = next.length > LONGEST ? Arrays.copyOf(next, LONGEST) : next;
        }
        return bytes;
    }

    private byte[] changed(byte[] bytes, RandomGenerator random) {
        int from = random.nextInt(bytes.length + 1);
        int to = Math.min(bytes.length, from + 1 + random.nextInt(random.nextBoolean() ? 4 : 64));
        byte[] piece = Arrays.copyOfRange(bytes, from, to);
        return switch (random.nextInt(8)) {
            case 0 -> replaced(bytes, from, Math.min(bytes.length, from + 1), new byte[] {(byte) random.nextInt(256)});
            case 1 -> replaced(bytes, from, from, any(words, random));
            case 2 -> replaced(bytes, from, to, any(words, random));
            case 3 -> replaced(bytes, from, to, new byte[0]);
            case 4 -> replaced(bytes, from, from, repeated(piece, random));
            case 5 -> Arrays.copyOf(bytes, from);
            case 6 -> withOtherNumber(bytes, from, random);
            default -> {
                byte[] other = any(seeds, random);
                int begin = random.nextInt(other.length);
                yield replaced(bytes, from, bytes.length, Arrays.copyOfRange(other, begin, other.length));
            }
        };
    }

    private static byte[] repeated(byte[] piece, RandomGenerator random) {
        int times = 1 << random.nextInt(Integer.numberOfTrailingZeros(MOST_REPETITIONS) + 1);
        ByteArrayOutputStream repeated = new ByteArrayOutputStream();
        for (int time = 0; time < times && repeated.size() < LONGEST; time++) {
            repeated.writeBytes(piece);
        }
        return repeated.toByteArray();
    }

    /** The first number at or behind a position becomes another one. */
    private byte[] withOtherNumber(byte[] bytes, int from, RandomGenerator random) {
        int begin = from;
        while (begin < bytes.length && !isDigit(bytes[begin])) {
            begin++;
        }
        int end = begin;
        while (end < bytes.length && isDigit(bytes[end])) {
            end++;
        }
        byte[] number = NUMBERS.get(random.nextInt(NUMBERS.size())).getBytes(StandardCharsets.UTF_8);
        return begin == end ? bytes : replaced(bytes, begin, end, number);
    }

    private static boolean isDigit(byte character) {
        return character >= '0' && character <= '9';
    }

    private static byte[] replaced(byte[] bytes, int from, int to, byte[] by) {
        ByteArrayOutputStream result = new ByteArrayOutputStream(bytes.length + by.length);
        result.write(bytes, 0, from);
        result.writeBytes(by);
        result.write(bytes, to, bytes.length - to);
        return result.toByteArray();
    }

    private static byte[] any(List<byte[]> choices, RandomGenerator random) {
        return choices.get(random.nextInt(choices.size()));
    }
}
