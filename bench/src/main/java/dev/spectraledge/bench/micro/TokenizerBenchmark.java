package dev.spectraledge.bench.micro;

import dev.spectraledge.kernels.Workers;
import dev.spectraledge.trainer.corpus.BuiltInCorpus;
import dev.spectraledge.trainer.corpus.Corpus;
import dev.spectraledge.trainer.corpus.TokenizerChoice;
import dev.spectraledge.trainer.tokenizer.BytePairTokenizer;
import dev.spectraledge.trainer.tokenizer.BytePairTrainer;
import dev.spectraledge.trainer.tokenizer.WordCounts;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/**
 * Byte-pair encoding of all of {@code jdk-prose}, the comments of this machine's JDK: what learning 4,096 merges takes, with the
 * counting of its words, and what encoding takes, with the splitting into words.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.Throughput)
@OutputTimeUnit(TimeUnit.SECONDS)
@Warmup(iterations = 1, time = 1)
@Measurement(iterations = 3, time = 3)
@Fork(
        value = 1,
        jvmArgsAppend = {JvmFlags.NATIVE_ACCESS, JvmFlags.DENY_OTHERS, JvmFlags.VECTOR, JvmFlags.UNSAFE})
public class TokenizerBenchmark {

    private static final int MERGES = 4096;

    /** Of them each encodes a part of the text. */
    @Param({"1", "2"})
    public int workers;

    private byte[] text;
    private Workers threads;
    private BytePairTokenizer tokenizer;
    private long[] tokens;

    @Setup(Level.Trial)
    public void read() throws IOException {
        Corpus corpus =
                BuiltInCorpus.JDK_PROSE.corpus(new TokenizerChoice(TokenizerChoice.BYTES, 0), 0.1, System.out::println);
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        for (Path part : List.of(corpus.train(), corpus.validation())) {
            byte[] wide = Files.readAllBytes(part);
            // Of the two bytes of a token the lower one.
            for (int index = 0; index < wide.length; index += 2) {
                bytes.write(wide[index]);
            }
        }
        text = bytes.toByteArray();
        threads = new Workers(workers);
        tokenizer = learn();
        tokens = new long[workers];
        System.out.printf("%,d bytes%n", text.length);
    }

    @TearDown(Level.Trial)
    public void close() {
        threads.close();
    }

    @Benchmark
    public BytePairTokenizer learn(Traffic traffic) {
        traffic.add(text.length);
        return learn();
    }

    private BytePairTokenizer learn() {
        WordCounts words = new WordCounts();
        words.add(text, 0, text.length);
        return BytePairTrainer.train(words, BytePairTrainer.SMALLEST_VOCABULARY + MERGES);
    }

    @Benchmark
    public long[] encode(Traffic traffic) {
        threads.run(this::encode);
        traffic.add(text.length);
        return tokens;
    }

    private void encode(int worker) {
        int from = (int) ((long) text.length * worker / workers);
        int to = (int) ((long) text.length * (worker + 1) / workers);
        long[] count = {0};
        // An encoder remembers words, so that of a used one a second look at the same text would be measured.
        tokenizer.encoder().encode(text, from, to, token -> count[0]++);
        tokens[worker] = count[0];
    }
}
