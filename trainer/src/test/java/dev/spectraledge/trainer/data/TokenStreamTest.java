package dev.spectraledge.trainer.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.spectraledge.kernels.MemoryOwner;
import dev.spectraledge.kernels.PhiloxKey;
import dev.spectraledge.trainer.RunException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class TokenStreamTest {
    private static final int VOCABULARY = 256;

    private final MemoryOwner owner = MemoryOwner.open("stream");

    @TempDir
    Path folder;

    @AfterEach
    void close() {
        owner.close();
    }

    private static byte[] bytes(TokenWidth width, int... tokens) {
        ByteBuffer buffer = ByteBuffer.allocate(tokens.length * width.bytes()).order(ByteOrder.LITTLE_ENDIAN);
        for (int token : tokens) {
            switch (width) {
                case U8 -> buffer.put((byte) token);
                case U16 -> buffer.putShort((short) token);
                case I32 -> buffer.putInt(token);
            }
        }
        return buffer.array();
    }

    private Path write(byte... content) throws IOException {
        return Files.write(folder.resolve("tokens.bin"), content);
    }

    @ParameterizedTest
    @EnumSource(TokenWidth.class)
    void eachTokenIsFollowedByItsTarget(TokenWidth width) throws IOException {
        Path file = write(bytes(width, 200, 7, 255, 0, 128, 9));
        TokenStream stream = TokenStream.map(owner, file, width, VOCABULARY, 3);
        assertThat(stream.size()).isEqualTo(3);
        int[] tokens =
                IntStream.range(0, 3).map(position -> stream.token(1, position)).toArray();
        int[] targets = IntStream.range(0, 3)
                .map(position -> stream.target(1, position))
                .toArray();
        assertThat(tokens).containsExactly(7, 255, 0);
        assertThat(targets).containsExactly(255, 0, 128);
        assertThat(stream.target(2, 2)).isEqualTo(9);
        assertThatThrownBy(() -> stream.token(3, 0)).isInstanceOf(IndexOutOfBoundsException.class);
        assertThatThrownBy(() -> stream.target(0, 3)).isInstanceOf(IndexOutOfBoundsException.class);
    }

    @Test
    void whatIsNoStreamOfTokensIsRefused() throws IOException {
        Path odd = write((byte) 1, (byte) 0, (byte) 2);
        assertThatThrownBy(() -> TokenStream.map(owner, odd, TokenWidth.U16, VOCABULARY, 1))
                .isInstanceOf(RunException.class)
                .hasMessage(odd + ": has 3 bytes, not a whole number of tokens of 2 bytes");
        Path large = write(bytes(TokenWidth.U16, 1, 2, 50_000));
        assertThatThrownBy(() -> TokenStream.map(owner, large, TokenWidth.U16, VOCABULARY, 1))
                .isInstanceOf(RunException.class)
                .hasMessage(large + ": token 50000 at position 2 is outside of 0…255");
        Path negative = write(bytes(TokenWidth.I32, -1, 2));
        assertThatThrownBy(() -> TokenStream.map(owner, negative, TokenWidth.I32, VOCABULARY, 1))
                .isInstanceOf(RunException.class)
                .hasMessageContaining("token -1 at position 0");
        assertThatThrownBy(() -> TokenStream.map(owner, folder, TokenWidth.U8, VOCABULARY, 1))
                .isInstanceOf(RunException.class)
                .hasMessageContaining("it is a directory");
    }

    @Test
    void everythingIsEachTokenOnce() throws IOException {
        Path file = write(new byte[32]);
        EvaluationSet all =
                TokenStream.map(owner, file, TokenWidth.U8, VOCABULARY, 10).evaluation(Long.MAX_VALUE);
        // 32 tokens have 31 targets, of which three windows hold 30.
        assertThat(LongStream.range(0, all.size()).map(index -> all.example((int) index)))
                .containsExactly(0L, 10L, 20L);
    }

    @Test
    void aSampleIsFixedAndSpreadOverTheWholeStream() throws IOException {
        TokenStream stream = TokenStream.map(owner, write(new byte[100_001]), TokenWidth.U8, VOCABULARY, 10);
        EvaluationSet sample = stream.evaluation(500);
        EvaluationSet again = stream.evaluation(500);
        assertThat(sample.size()).isEqualTo(50);
        for (int index = 0; index < 50; index++) {
            assertThat(sample.example(index) % 10).isZero();
            assertThat(sample.example(index)).isBetween(index * 2000L, index * 2000L + 1990);
            assertThat(sample.multiplicity(index)).isEqualTo(1);
            assertThat(again.example(index)).isEqualTo(sample.example(index));
        }
    }

    @Test
    void windowsInOrderDoNotOverlapAndBeginAnewAtTheEnd() throws IOException {
        TokenStream stream = TokenStream.map(owner, write(new byte[32]), TokenWidth.U8, VOCABULARY, 10);
        ExampleDraws lessons = stream.inOrder().lessons(new PhiloxKey(1, 2));
        long[] draws = new long[2];
        lessons.draw(1, draws);
        assertThat(draws).containsExactly(0, 10);
        lessons.draw(2, draws);
        assertThat(draws).containsExactly(20, 0);
        // Whoever looks at the run from outside draws at random all the same.
        long[] random = new long[8];
        stream.inOrder().draws(new PhiloxKey(1, 2)).draw(1, random);
        long[] plain = new long[8];
        stream.lessons(new PhiloxKey(1, 2)).draw(1, plain);
        assertThat(random).isEqualTo(plain).isNotEqualTo(new long[] {0, 10, 20, 0, 10, 20, 0, 10});
    }

    @Test
    void partsBeginAndEndWhereTheyAreCut() throws IOException {
        TokenStream stream =
                TokenStream.map(owner, write(bytes(TokenWidth.U8, 0, 1, 2, 3, 4, 5, 6)), TokenWidth.U8, 7, 2);
        TokenStream part = stream.part(2, 6);
        assertThat(part.tokens()).isEqualTo(4);
        assertThat(part.token(0, 0)).isEqualTo(2);
        assertThat(part.target(part.size() - 1, 1)).isEqualTo(5);
        assertThatThrownBy(() -> stream.part(0, 2)).isInstanceOf(IllegalArgumentException.class);
    }

    /** Each of 7 tokens equally often behind a text that never changes: χ² with 6 degrees of freedom, at the level of .001. */
    @Test
    void randomTargetsAreUniformWhateverTheTextIs() throws IOException {
        int tokens = 70_001;
        TokenStream text = TokenStream.map(owner, write(new byte[tokens]), TokenWidth.U8, 7, 1);
        TokenStream random = text.withRandomTargets(owner, new PhiloxKey(5, 6));
        double[] counts = new double[7];
        for (long window = 0; window < random.size(); window++) {
            assertThat(random.token(window, 0)).isZero();
            counts[random.target(window, 0)]++;
        }
        double expected = random.size() / 7.0;
        double chiSquare = Arrays.stream(counts)
                .map(count -> (count - expected) * (count - expected) / expected)
                .sum();
        assertThat(chiSquare).isLessThan(22.46);
    }

    @Test
    void aRandomTargetBelongsToItsPlaceInTheText() throws IOException {
        TokenStream text = TokenStream.map(owner, write(new byte[200]), TokenWidth.U8, VOCABULARY, 4)
                .ofText(IntStream.range(0, VOCABULARY).map(token -> 1).toArray());
        TokenStream random = text.withRandomTargets(owner, new PhiloxKey(5, 6));
        TokenStream later = random.part(50, 150).inOrder();
        assertThat(random.target(1, 2)).isEqualTo(random.target(3, 0));
        assertThat(targets(later, 0)).isEqualTo(targets(random, 50));
        assertThat(targets(random, 0)).isNotEqualTo(targets(text.withRandomTargets(owner, new PhiloxKey(5, 7)), 0));
        assertThat(text.bytes(0)).isEqualTo(4);
        assertThat(random.bytes(0)).as("targets are no text").isNaN();
    }

    private static int[] targets(TokenStream stream, long first) {
        return IntStream.range(0, 40)
                .map(window -> stream.target(first + window, 0))
                .toArray();
    }
}
