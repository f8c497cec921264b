package dev.spectraledge.trainer.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.spectraledge.kernels.MemoryOwner;
import dev.spectraledge.kernels.PhiloxKey;
import java.lang.foreign.MemorySegment;
import java.util.Arrays;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Four documents for windows of four tokens, one of them longer, one without an end, and between them an empty one. */
class TokenDocumentsTest {
    private static final int END = 0;
    private static final int[] TOKENS = {5, 6, END, END, 7, END, 1, 2, 3, 4, 5, 6, 7, END, 9, 8};
    private static final int CONTEXT = 4;
    /** Of the document of eight tokens the crops of five. */
    private static final long[] CROPS = {6, 7, 8, 9};

    private final MemoryOwner owner = MemoryOwner.open("documents");

    @AfterEach
    void close() {
        owner.close();
    }

    private TokenDocuments documents(boolean padded) {
        MemorySegment memory = owner.allocate(TOKENS.length);
        for (int index = 0; index < TOKENS.length; index++) {
            TokenWidth.U8.write(memory, index, TOKENS[index]);
        }
        int[] bytes = new int[10];
        Arrays.fill(bytes, END + 1, bytes.length, 3);
        TokenStream stream = TokenStream.of(memory, TokenWidth.U8, 10, CONTEXT).ofText(bytes);
        return TokenDocuments.of(owner, stream, END, padded);
    }

    private static int[] tokens(Examples data, long example) {
        return IntStream.range(0, data.length(example))
                .map(position -> data.token(example, position))
                .toArray();
    }

    private static int[] targets(Examples data, long example) {
        return IntStream.range(0, data.length(example))
                .map(position -> data.target(example, position))
                .toArray();
    }

    @Test
    void aShortDocumentEndsWithItsLastToken() {
        TokenDocuments data = documents(false);
        assertThat(data.documents()).isEqualTo(4);
        assertThat(tokens(data, 0)).containsExactly(5, 6);
        assertThat(targets(data, 0)).containsExactly(6, END);
        assertThat(data.countedTargets(0)).isEqualTo(2);
        assertThat(data.bytes(0)).isEqualTo(3);
        assertThat(tokens(data, 4)).containsExactly(7);
        assertThat(tokens(data, 14)).containsExactly(9);
        assertThat(targets(data, 14)).containsExactly(8);
        assertThat(data.fillContext()).isFalse();
    }

    @Test
    void ofALongDocumentAsMuchIsSeenAsThereIsRoomFor() {
        TokenDocuments data = documents(false);
        assertThat(tokens(data, 7)).containsExactly(2, 3, 4, 5);
        assertThat(targets(data, 7)).containsExactly(3, 4, 5, 6);
        assertThat(targets(data, 9)).containsExactly(5, 6, 7, END);
        assertThat(tokens(data, 12)).containsExactly(7);
        assertThat(data.length(13)).isZero();
        assertThat(data.length(3)).isZero();
        assertThatThrownBy(() -> data.length(16)).isInstanceOf(IndexOutOfBoundsException.class);
    }

    @Test
    void paddingIsLearnedWhereSomebodyAsksForIt() {
        TokenDocuments data = documents(true);
        assertThat(tokens(data, 0)).containsExactly(5, 6, END, END);
        assertThat(targets(data, 0)).containsExactly(6, END, END, END);
        assertThat(tokens(data, 14)).containsExactly(9, 8, END, END);
        assertThat(targets(data, 14)).containsExactly(8, END, END, END);
        assertThat(tokens(data, 7)).containsExactly(2, 3, 4, 5);
        assertThat(data.countedTargets(0)).isEqualTo(4);
        assertThat(data.bytes(0)).isEqualTo(3);
        assertThat(data.fillContext()).isTrue();
    }

    /** Five standard deviations of 40,000 draws are 0.011 for a document and 0.006 for a crop. */
    @Test
    void eachDocumentIsDrawnAsOftenAsTheOthersAndEachOfItsCropsToo() {
        int steps = 1000;
        long[] drawn = new long[40 * steps];
        ExampleDraws draws = documents(false).draws(new PhiloxKey(3, 1));
        long[] ofStep = new long[40];
        for (int step = 1; step <= steps; step++) {
            draws.draw(step, ofStep);
            System.arraycopy(ofStep, 0, drawn, (step - 1) * ofStep.length, ofStep.length);
        }
        for (long begin : new long[] {0, 4, 14}) {
            assertThat(share(drawn, begin)).isCloseTo(0.25, within(0.011));
        }
        for (long begin : CROPS) {
            assertThat(share(drawn, begin)).isCloseTo(1.0 / 16, within(0.006));
        }
        draws.draw(7, ofStep);
        assertThat(ofStep).isEqualTo(Arrays.copyOfRange(drawn, 6 * 40, 7 * 40));
    }

    private static double share(long[] drawn, long example) {
        return (double) Arrays.stream(drawn).filter(own -> own == example).count() / drawn.length;
    }

    @Test
    void modelsAreJudgedByTheSameCropsEachTime() {
        long[] all = numbers(documents(false).evaluation(Long.MAX_VALUE));
        assertThat(all).hasSize(4).contains(0, 4, 14);
        assertThat(all[2]).isBetween(CROPS[0], CROPS[3]);
        assertThat(numbers(documents(false).evaluation(Long.MAX_VALUE))).isEqualTo(all);
        // Of eight tokens.
        long[] some = numbers(documents(false).evaluation(4));
        assertThat(some).hasSize(2);
        assertThat(Arrays.stream(some).boxed().toList())
                .isSubsetOf(Arrays.stream(all).boxed().toList());
        assertThat(numbers(documents(false).judgedBy(new long[] {8, 0}).evaluation(4)))
                .containsExactly(0, 8);
        assertThatThrownBy(() -> documents(false).judgedBy(new long[] {16}))
                .isInstanceOf(IndexOutOfBoundsException.class);
    }

    private static long[] numbers(EvaluationSet set) {
        return LongStream.range(0, set.size())
                .map(index -> set.example((int) index))
                .toArray();
    }
}
