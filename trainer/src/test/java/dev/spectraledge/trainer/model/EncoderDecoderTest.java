package dev.spectraledge.trainer.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.spectraledge.kernels.Backend;
import dev.spectraledge.kernels.DType;
import dev.spectraledge.kernels.Gelu;
import dev.spectraledge.kernels.MemoryOwner;
import dev.spectraledge.kernels.Tensor;
import dev.spectraledge.kernels.cpu.CpuBackend;
import dev.spectraledge.kernels.reference.ReferenceBackend;
import dev.spectraledge.trainer.ParameterSubset;
import dev.spectraledge.trainer.TestMemory;
import dev.spectraledge.trainer.data.Examples;
import dev.spectraledge.trainer.data.PackedBatch;
import dev.spectraledge.trainer.task.scan.ScanSample;
import dev.spectraledge.trainer.task.scan.ScanSplit;
import java.util.Arrays;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class EncoderDecoderTest {
    private static final EncoderDecoderShape PUBLISHED = new EncoderDecoderShape(
            new TransformerShape(16, 0, 11, 11, 3, 256, 4, 512, Gelu.ERF),
            new TransformerShape(9, 9, 50, 50, 3, 256, 4, 512, Gelu.ERF),
            true);
    private static final int COMMAND = 10;
    private static final int CONTEXT = 50;
    private static final int EXAMPLES = 4;
    private static final int ROWS = EXAMPLES * CONTEXT;
    /** More rows than pairs of a token and a position, of both kinds. */
    private static final int MUCH_ROOM = 5;

    private static final long SEED = 7;

    private final MemoryOwner owner = MemoryOwner.open("encoder-decoder");

    private static EncoderDecoderShape tiny(boolean paddedSources) {
        return new EncoderDecoderShape(
                new TransformerShape(16, 0, COMMAND, COMMAND, 2, 12, 3, 10, Gelu.ERF),
                new TransformerShape(9, 9, CONTEXT, CONTEXT, 2, 12, 3, 10, Gelu.ERF),
                paddedSources);
    }

    private static Examples data(boolean paddedSources) {
        return new ScanSample(EXAMPLES, 1, COMMAND, CONTEXT, paddedSources)
                .of(TestMemory.DATA, ScanSplit.SIMPLE.pools(SEED, 1), SEED)
                .train();
    }

    static Stream<Backend> backends() {
        return Stream.of(new ReferenceBackend(), new CpuBackend());
    }

    @AfterEach
    void close() {
        owner.close();
    }

    @Test
    void hasThePublishedParameters() {
        ParameterLayout layout = EncoderDecoder.layout(PUBLISHED);
        assertThat(layout.size()).isEqualTo(3_979_529);
        assertThat(layout.size(ParameterSubset.ATTENTION)).isEqualTo(2_359_296);
        assertThat(layout.size(ParameterSubset.BLOCKS)).isEqualTo(2_359_296 + 6 * 2 * 512 * 256);
        assertThat(layout.specs().getFirst().name()).isEqualTo("src_tok_emb.weight");
        assertThat(layout.specs().getLast().name()).isEqualTo("head.bias");
    }

    @Test
    void startsWithMatricesOfTheirOwnAndEqualVectors() {
        Parameters parameters =
                Parameters.allocate(new ReferenceBackend(), owner, DType.FLOAT32, 1, EncoderDecoder.layout(tiny(true)));
        parameters.initialise(new ReferenceBackend(), new long[] {SEED});
        for (String stack : new String[] {"transformer.encoder", "transformer.decoder"}) {
            assertThat(firstTwoBlocksDiffer(parameters, stack, "self_attn.in_proj_weight"))
                    .isTrue();
            assertThat(firstTwoBlocksDiffer(parameters, stack, "linear2.weight"))
                    .isTrue();
            assertThat(firstTwoBlocksDiffer(parameters, stack, "linear1.bias")).isFalse();
            assertThat(firstTwoBlocksDiffer(parameters, stack, "linear2.bias")).isFalse();
        }
        assertThat(parameters
                        .get("transformer.encoder.layers.0.linear1.bias")
                        .segment()
                        .mismatch(parameters
                                .get("transformer.decoder.layers.0.linear1.bias")
                                .segment()))
                .isNotEqualTo(-1);
        assertBounded(parameters, "transformer.decoder.layers.1.multihead_attn.in_proj_weight", Math.sqrt(6.0 / 48));
        assertBounded(parameters, "transformer.encoder.layers.0.self_attn.out_proj.weight", Math.sqrt(6.0 / 24));
        assertBounded(parameters, "transformer.encoder.layers.1.linear2.weight", Math.sqrt(6.0 / 22));
        assertBounded(parameters, "transformer.decoder.layers.1.linear2.bias", 1 / Math.sqrt(10));
        assertBounded(parameters, "head.weight", 1 / Math.sqrt(12));
    }

    private static boolean firstTwoBlocksDiffer(Parameters parameters, String stack, String name) {
        Tensor first = parameters.get(stack + ".layers.0." + name).at(0);
        Tensor second = parameters.get(stack + ".layers.1." + name).at(0);
        return first.segment().mismatch(second.segment()) >= 0;
    }

    private static void assertBounded(Parameters parameters, String name, double bound) {
        Tensor values = parameters.get(name).at(0);
        values = values.reshape(values.elements());
        double largest = 0;
        for (long i = 0; i < values.size(0); i++) {
            largest = Math.max(largest, Math.abs(values.get(i)));
        }
        // The largest of n uniform draws falls short of the bound by about bound/n.
        assertThat(largest)
                .as(name)
                .isLessThanOrEqualTo((float) bound)
                .isGreaterThan(bound * Math.max(0, 1 - 5.0 / values.size(0)));
    }

    /** A model with random vectors as well, because gains of 1 and biases of 0 hide mistakes. */
    private final class Computed {
        private final ParameterLayout layout;
        private final Parameters parameters;
        private final Parameters gradients;
        private final PackedBatch batch;
        private final EncoderDecoder model;
        private final Tensor statistics;
        private final Backend backend;

        Computed(Backend backend, boolean paddedSources, int paddedLength) {
            this(backend, paddedSources, paddedLength, 1);
        }

        /** @param room how many times the rows that are needed; with much of it, each distinct input is projected once */
        Computed(Backend backend, boolean paddedSources, int paddedLength, int room) {
            this.backend = backend;
            EncoderDecoderShape shape = tiny(paddedSources);
            layout = EncoderDecoder.layout(shape);
            parameters = Parameters.allocate(backend, owner, DType.FLOAT64, 1, layout);
            gradients = Parameters.allocate(backend, owner, DType.FLOAT64, 1, layout);
            parameters.initialise(backend, new long[] {SEED});
            for (ParameterSpec spec : layout.specs()) {
                if (spec.shape().length == 1) {
                    Tensor vector = parameters.get(spec.name()).at(0);
                    for (long i = 0; i < vector.size(0); i++) {
                        vector.set(
                                vector.get(i)
                                        + 0.3 * Math.sin(3.0 * i + spec.name().length()),
                                i);
                    }
                }
            }
            Examples data = data(paddedSources);
            batch = new PackedBatch(backend, owner, DType.FLOAT64, data.form(), 1, EXAMPLES, room * ROWS);
            for (int example = 0; example < EXAMPLES; example++) {
                batch.append(0, data, example, paddedLength, 0, weight(example));
            }
            model = new EncoderDecoderArchitecture(shape)
                    .create(new Workspace(backend, owner, DType.FLOAT64, 1, room * ROWS, parameters, gradients)
                            .withSourceRows(room * EXAMPLES * COMMAND));
            statistics = backend.allocate(owner, DType.FLOAT64, data.form().accuracies(), 1, 3);
        }

        double loss() {
            backend.fill(statistics, 0);
            model.evaluate(batch, statistics);
            return statistics.get(0, 0, 0);
        }

        Computed differentiated() {
            backend.fill(statistics, 0);
            backend.fill(gradients.flat(), 0);
            model.differentiate(batch, statistics);
            return this;
        }
    }

    private static double weight(int example) {
        return 0.1 * (example + 1);
    }

    private static double plainLoss(Computed computed, boolean paddedSources) {
        Examples data = data(true);
        PlainTranslator plain = new PlainTranslator(computed.parameters.named(0), tiny(paddedSources));
        double loss = 0;
        for (int example = 0; example < EXAMPLES; example++) {
            int[] source = new int[data.sources().rows(example)];
            int[] tokens = new int[data.length(example)];
            int[] targets = new int[data.length(example)];
            int row = example;
            Arrays.setAll(source, position -> data.sources().token(row, position));
            Arrays.setAll(tokens, position -> data.token(row, position));
            Arrays.setAll(targets, position -> data.target(row, position));
            loss += weight(example) * plain.loss(source, data.sources().length(example), tokens, targets);
        }
        return loss;
    }

    @ParameterizedTest
    @MethodSource("backends")
    void lossIsThatOfThePaddedAndMaskedFormula(Backend backend) {
        for (boolean paddedSources : new boolean[] {true, false}) {
            Computed computed = new Computed(backend, paddedSources, 0);
            double expected = plainLoss(computed, paddedSources);
            assertThat(computed.loss()).isCloseTo(expected, within(1e-11 * expected));
        }
    }

    @ParameterizedTest
    @MethodSource("backends")
    void paddedTargetsChangeNothing(Backend backend) {
        Computed packed = new Computed(backend, true, 0).differentiated();
        Computed padded = new Computed(backend, true, CONTEXT).differentiated();
        assertThat(padded.loss()).isCloseTo(packed.loss(), within(1e-12 * packed.loss()));
        Tensor expected = packed.gradients.flat();
        for (long i = 0; i < expected.size(1); i++) {
            assertThat(padded.gradients.flat().get(0, i)).isCloseTo(expected.get(0, i), within(1e-11));
        }
    }

    @ParameterizedTest
    @MethodSource("backends")
    void distinctInputsAreProjectedOnceWithTheSameResults(Backend backend) {
        for (boolean paddedSources : new boolean[] {true, false}) {
            Computed rowByRow = new Computed(backend, paddedSources, 0).differentiated();
            Computed distinct = new Computed(backend, paddedSources, 0, MUCH_ROOM).differentiated();
            assertThat(distinct.loss()).isCloseTo(rowByRow.loss(), within(1e-12 * rowByRow.loss()));
            Tensor expected = rowByRow.gradients.flat();
            for (long i = 0; i < expected.size(1); i++) {
                assertThat(distinct.gradients.flat().get(0, i)).isCloseTo(expected.get(0, i), within(1e-11));
            }
        }
    }

    /** The derivative of the whole model against central differences, in float64. */
    @Test
    void gradientAgreesWithFiniteDifferences() {
        for (boolean paddedSources : new boolean[] {true, false}) {
            Computed computed = new Computed(new CpuBackend(), paddedSources, 0).differentiated();
            for (ParameterSpec spec : computed.layout.specs()) {
                Tensor values = computed.parameters.get(spec.name()).at(0).reshape(spec.elements());
                Tensor derivative = computed.gradients.get(spec.name()).at(0).reshape(spec.elements());
                for (long element = 0; element < spec.elements(); element += 1 + spec.elements() / 3) {
                    double difference = centralDifference(computed, values, element);
                    assertThat(derivative.get(element))
                            .as("%s[%d]", spec.name(), element)
                            .isCloseTo(difference, within(1e-6 * (1 + Math.abs(difference))));
                }
            }
        }
    }

    private static double centralDifference(Computed computed, Tensor values, long element) {
        double step = 1e-5;
        double original = values.get(element);
        values.set(original + step, element);
        double above = computed.loss();
        values.set(original - step, element);
        double below = computed.loss();
        values.set(original, element);
        return (above - below) / (2 * step);
    }
}
