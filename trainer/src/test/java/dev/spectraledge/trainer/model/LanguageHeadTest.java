package dev.spectraledge.trainer.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.spectraledge.kernels.Backend;
import dev.spectraledge.kernels.DType;
import dev.spectraledge.kernels.Gelu;
import dev.spectraledge.kernels.MemoryOwner;
import dev.spectraledge.kernels.Tensor;
import dev.spectraledge.kernels.cpu.CpuBackend;
import dev.spectraledge.trainer.data.ExampleForm;
import dev.spectraledge.trainer.data.PackedBatch;
import dev.spectraledge.trainer.data.TokenStream;
import dev.spectraledge.trainer.data.TokenWidth;
import java.lang.foreign.MemorySegment;
import java.util.Random;
import org.junit.jupiter.api.Test;

class LanguageHeadTest {
    /** So many that a chunk has 64 rows. */
    private static final int VOCABULARY = 4100;

    private static final int CONTEXT = 40;
    private static final int WINDOWS = 5;
    private static final int ROWS = WINDOWS * CONTEXT;
    private static final int WIDTH = 8;
    private static final TransformerShape SHAPE =
            new TransformerShape(VOCABULARY, VOCABULARY, CONTEXT, CONTEXT, 1, WIDTH, 2, 16, Gelu.ERF);
    private static final GptArchitecture ARCHITECTURE = new GptArchitecture(SHAPE, false, false);
    /** Sums of 200 rows in other groups: a few hundred roundings of numbers below one. */
    private static final double ROUNDING = 1e-13;

    private final Backend backend = new CpuBackend();

    private TokenStream stream(MemoryOwner owner) {
        Random random = new Random(5);
        MemorySegment tokens = owner.allocate(2L * (ROWS + 1));
        for (int index = 0; index <= ROWS; index++) {
            TokenWidth.U16.write(tokens, index, random.nextInt(VOCABULARY));
        }
        return TokenStream.of(tokens, TokenWidth.U16, VOCABULARY, CONTEXT);
    }

    private PackedBatch batch(MemoryOwner owner, int windows) {
        return batch(owner, windows, ROWS);
    }

    private PackedBatch batch(MemoryOwner owner, int windows, int room) {
        TokenStream stream = stream(owner);
        PackedBatch batch = new PackedBatch(backend, owner, DType.FLOAT64, ExampleForm.ofTokens(), 1, WINDOWS, room);
        for (int window = 0; window < windows; window++) {
            batch.append(0, stream, (long) window * CONTEXT, 0, 0, 1.0 / (windows * CONTEXT));
        }
        return batch;
    }

    private Workspace workspace(MemoryOwner owner, Parameters parameters, Parameters gradients) {
        return new Workspace(backend, owner, DType.FLOAT64, 1, ROWS, parameters, gradients);
    }

    private Parameters parameters(MemoryOwner owner) {
        return Parameters.allocate(backend, owner, DType.FLOAT64, 1, ARCHITECTURE.layout());
    }

    @Test
    void chunksGiveWhatAllLogitsAtOnceGive() {
        try (MemoryOwner owner = MemoryOwner.open("head")) {
            Parameters parameters = parameters(owner);
            parameters.initialise(backend, new long[] {3});
            Parameters ofChunks = parameters(owner);
            Parameters ofAll = parameters(owner);
            Model chunks = ARCHITECTURE.create(workspace(owner, parameters, ofChunks));
            Workspace plain = workspace(owner, parameters, ofAll);
            Model all = new CausalTransformer(
                    ARCHITECTURE.blocks(plain, null),
                    new ClassificationHeads(
                            plain, ARCHITECTURE.finalNorm(plain), ARCHITECTURE.head(plain), 1, WIDTH, VOCABULARY));
            assertThat(chunks.places().names()).doesNotContain(Places.LOGITS);
            for (int windows : new int[] {WINDOWS, 1}) {
                PackedBatch batch = batch(owner, windows);
                Tensor statistics = Tensor.allocate(owner, DType.FLOAT64, 1, 1, 3);
                Tensor expected = Tensor.allocate(owner, DType.FLOAT64, 1, 1, 3);
                backend.fill(ofChunks.flat(), 0);
                backend.fill(ofAll.flat(), 0);
                chunks.differentiate(batch, statistics);
                all.differentiate(batch, expected);
                chunks.evaluate(batch, statistics);
                all.evaluate(batch, expected);
                for (int column = 0; column < 3; column++) {
                    assertThat(statistics.get(0, 0, column)).isCloseTo(expected.get(0, 0, column), within(ROUNDING));
                }
                requireClose(ofChunks.flat(), ofAll.flat());
            }
            PackedBatch batch = batch(owner, 2);
            requireClose(rows(chunks.forward(batch)), rows(all.forward(batch)));
        }
    }

    /** As the last one of an evaluation has. */
    @Test
    void aBatchMayHaveLessRoomThanTheModel() {
        try (MemoryOwner owner = MemoryOwner.open("head")) {
            Parameters parameters = parameters(owner);
            parameters.initialise(backend, new long[] {3});
            Model model = ARCHITECTURE.create(workspace(owner, parameters, null));
            Tensor statistics = Tensor.allocate(owner, DType.FLOAT64, 1, 1, 3);
            Tensor expected = Tensor.allocate(owner, DType.FLOAT64, 1, 1, 3);
            model.evaluate(batch(owner, 1, CONTEXT), statistics);
            model.evaluate(batch(owner, 1), expected);
            assertThat(statistics.get(0, 0, 0)).isPositive().isEqualTo(expected.get(0, 0, 0));
        }
    }

    private static Tensor rows(Tensor logits) {
        return logits.run(0).slice(0, 0, 2L * CONTEXT);
    }

    private static void requireClose(Tensor own, Tensor expected) {
        long elements = expected.elements();
        Tensor first = own.reshape(elements);
        Tensor second = expected.reshape(elements);
        for (long index = 0; index < elements; index++) {
            assertThat(first.get(index)).isCloseTo(second.get(index), within(ROUNDING));
        }
    }

    /** The activations of training have room for a chunk of logits, however many rows there are. */
    @Test
    void noBufferOfTrainingHasALogitForEachRowAndToken() {
        try (MemoryOwner owner = MemoryOwner.open("head")) {
            Workspace workspace = workspace(owner, parameters(owner), parameters(owner));
            long before = owner.allocatedBytes();
            ARCHITECTURE.create(workspace);
            long chunk = 64L * VOCABULARY * Double.BYTES;
            assertThat(owner.allocatedBytes() - before).isBetween(chunk, 2 * chunk);
        }
    }
}
