package dev.spectraledge.kernels.fuzz;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.nio.file.Path;
import java.util.List;
import java.util.SplittableRandom;
import java.util.random.RandomGenerator;

/**
 * Good files of a format, and what reads them.
 *
 * @param seeds contents, or what they are put together from
 * @param words that mean something to the reader
 * @param completion makes a whole file of a mutant of a seed
 */
public record FuzzedFormat(
        String fileName, List<String> seeds, List<String> words, Completion completion, Reading reading) {
    private static final long SEED = 0x5eed;

    /** What a reader does with a file, which it may refuse. */
    @FunctionalInterface
    public interface Reading {
        void read(Path file);
    }

    /** What is added to a mutant, such as lengths and checksums, which are seldom right by chance. */
    @FunctionalInterface
    public interface Completion {
        byte[] complete(byte[] mutant, RandomGenerator random);
    }

    /** A format whose seeds are its files. */
    public FuzzedFormat(String fileName, List<String> seeds, List<String> words, Reading reading) {
        this(fileName, seeds, words, (mutant, random) -> mutant, reading);
    }

    /** The same for the same index each time. */
    byte[] mutant(long index) {
        RandomGenerator random = new SplittableRandom(SEED + index);
        byte[] mutant =
                new Mutator(seeds.stream().map(seed -> seed.getBytes(UTF_8)).toList(), words).mutant(random);
        return completion.complete(mutant, random);
    }

    @Override
    public String toString() {
        return fileName;
    }
}
