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
import dev.spectraledge.trainer.task.modular.ModularArithmetic;
import dev.spectraledge.trainer.task.modular.ModularOperation;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class SequenceClassifierTest {
    private static final TransformerShape PUBLISHED = new TransformerShape(97, 97, 2, 2, 2, 128, 4, 256, Gelu.ERF);
    private static final List<String> HEADS = List.of("add", "x2_xy_y2");
    private static final List<String> HEAD_LAYERS = List.of("heads.add", "heads.x2_xy_y2");
    private static final int SEQUENCES = 6;
    /** Rows for the sequences and one that fills up: as many as there are pairs of a token and a position. */
    private static final int EVERY_ROW = 14;

    private static final int EVERY_PAIR = 15;
    private static final long SEED = 7;

    private final MemoryOwner owner = MemoryOwner.open("classifier");
    private final Examples data = new ModularArithmetic(
                    List.of(ModularOperation.ADD, ModularOperation.X2_XY_Y2), 7, 0.5)
            .generate(TestMemory.DATA, SEED)
            .train();

    private static TransformerShape shape(int layers) {
        return new TransformerShape(7, 7, 2, 2, layers, 12, 3, 10, Gelu.ERF);
    }

    static Stream<Backend> backends() {
        return Stream.of(new ReferenceBackend(), new CpuBackend());
    }

    @AfterEach
    void close() {
        owner.close();
    }

    private static long size(String... heads) {
        return new SequenceClassifierArchitecture(PUBLISHED, List.of(heads))
                .layout()
                .size();
    }

    @Test
    void hasThePublishedParameters() {
        assertThat(size("add")).isEqualTo(290_401);
        assertThat(size("add", "mul")).isEqualTo(302_914);
        assertThat(size("add", "mul", "x2_y2")).isEqualTo(315_427);
        ParameterLayout layout = new SequenceClassifierArchitecture(PUBLISHED, List.of("add")).layout();
        assertThat(layout.size(ParameterSubset.ATTENTION)).isEqualTo(131_072);
        assertThat(layout.specs().stream().map(ParameterSpec::name))
                .startsWith("tok_emb.weight", "pos_emb", "encoder.layers.0.self_attn.in_proj_weight")
                .endsWith("ln.weight", "ln.bias", "head.weight", "head.bias");
    }

    /** Thesis §5.2: the norm of the token table is about 111, that of a layer's weights about 19. */
    @Test
    void startsFromThePublishedDistributionsWithEqualBlocks() {
        ReferenceBackend backend = new ReferenceBackend();
        Parameters parameters = Parameters.allocate(
                backend,
                owner,
                DType.FLOAT32,
                1,
                new SequenceClassifierArchitecture(PUBLISHED, List.of("add")).layout());
        parameters.initialise(backend, new long[] {SEED});
        assertThat(norm(parameters.get("tok_emb.weight"))).isCloseTo(111, within(2.0));
        // √2 times rows of norm 1.
        assertThat(norm(parameters.get("pos_emb"))).isCloseTo(Math.sqrt(2), within(0.2));
        double squares = 0;
        for (ParameterSpec spec : parameters.layout().specs()) {
            if (spec.name().startsWith("encoder.layers.0.")) {
                Tensor first = parameters.get(spec.name()).at(0);
                Tensor second = parameters
                        .get(spec.name().replace("layers.0", "layers.1"))
                        .at(0);
                assertThat(first.segment().mismatch(second.segment()))
                        .as(spec.name())
                        .isEqualTo(-1);
                squares += spec.name().contains("norm") ? 0 : Math.pow(norm(parameters.get(spec.name())), 2);
            }
        }
        assertThat(Math.sqrt(squares)).isCloseTo(19, within(1.0));
    }

    private static double norm(Tensor tensor) {
        Tensor values = tensor.at(0).reshape(tensor.elements());
        double sum = 0;
        for (long i = 0; i < values.size(0); i++) {
            sum += values.get(i) * values.get(i);
        }
        return Math.sqrt(sum);
    }

    /**
     * Loss and gradient of a weighted batch with two objectives against an independent implementation: its loss, and central
     * differences of it.
     */
    @ParameterizedTest
    @MethodSource("cases")
    void lossAndGradientAgreeWithThePlainImplementation(Backend backend, int layers, int capacity) {
        try (Computed computed = new Computed(backend, layers, capacity)) {
            PlainClassifier plain = new PlainClassifier(computed.parameters.named(0), shape(layers), HEAD_LAYERS);
            double loss = computed.statistics.get(0, 0, 0) + computed.statistics.get(1, 0, 0);
            assertThat(loss).isCloseTo(loss(plain), within(1e-11));
            assertThat(computed.statistics.get(0, 0, 2)).isEqualTo(computed.statistics.get(1, 0, 2));
            for (ParameterSpec spec : computed.parameters.layout().specs()) {
                Tensor values = computed.parameters.get(spec.name()).at(0).reshape(spec.elements());
                Tensor derivative = computed.gradients.get(spec.name()).at(0).reshape(spec.elements());
                for (long element = 0; element < spec.elements(); element += 1 + spec.elements() / 7) {
                    double difference = centralDifference(plain, values, element);
                    assertThat(derivative.get(element))
                            .as("%s[%d]", spec.name(), element)
                            .isCloseTo(difference, within(1e-7 * (1 + Math.abs(difference))));
                }
            }
        }
    }

    static Stream<Arguments> cases() {
        return backends()
                .flatMap(backend -> Stream.of(1, 2, 3)
                        .flatMap(layers -> Stream.of(EVERY_ROW, EVERY_PAIR)
                                .map(capacity -> Arguments.of(backend, layers, capacity))));
    }

    /** A model with room for more rows than there are pairs of a token and a position computes each pair once. */
    @ParameterizedTest
    @MethodSource("backends")
    void pairsOfTokenAndPositionGiveWhatEveryRowGives(Backend backend) {
        try (Computed rows = new Computed(backend, 2, EVERY_ROW);
                Computed pairs = new Computed(backend, 2, EVERY_PAIR)) {
            double largest = 0;
            Tensor expected = rows.gradients.flat().run(0);
            for (long i = 0; i < expected.size(0); i++) {
                double difference = Math.abs(pairs.gradients.flat().run(0).getDouble(i) - expected.getDouble(i));
                largest = Math.max(largest, difference / (1 + Math.abs(expected.getDouble(i))));
            }
            assertThat(largest).isLessThan(1e-13);
            assertThat(pairs.statistics.get(0, 0, 0)).isCloseTo(rows.statistics.get(0, 0, 0), within(1e-13));
        }
    }

    /** The gradient of a model with room for a number of rows. */
    private final class Computed implements AutoCloseable {
        private final MemoryOwner memory = MemoryOwner.open("model");
        private final Parameters parameters;
        private final Parameters gradients;
        private final Tensor statistics;

        Computed(Backend backend, int layers, int capacity) {
            Architecture architecture = new SequenceClassifierArchitecture(shape(layers), HEADS);
            ParameterLayout layout = architecture.layout();
            parameters = Parameters.allocate(backend, memory, DType.FLOAT64, 1, layout);
            gradients = Parameters.allocate(backend, memory, DType.FLOAT64, 1, layout);
            parameters.initialise(backend, new long[] {SEED});
            PackedBatch batch =
                    new PackedBatch(backend, memory, DType.FLOAT64, data.form(), 1, EVERY_ROW / 2, EVERY_ROW);
            for (int sequence = 0; sequence < SEQUENCES; sequence++) {
                batch.append(0, data, sequence, 0, 0, weight(sequence));
            }
            batch.appendFiller(0, data, data.contextLength(), EVERY_ROW, 0, 0);
            Model model = architecture.create(
                    new Workspace(backend, memory, DType.FLOAT64, 1, capacity, parameters, gradients));
            statistics = backend.allocate(memory, DType.FLOAT64, 2, 1, 3);
            model.differentiate(batch, statistics);
        }

        @Override
        public void close() {
            memory.close();
        }
    }

    private static double weight(int sequence) {
        return 0.1 * (sequence + 1);
    }

    private double loss(PlainClassifier plain) {
        double loss = 0;
        for (int sequence = 0; sequence < SEQUENCES; sequence++) {
            int[] tokens = {data.token(sequence, 0), data.token(sequence, 1)};
            int[] targets = {data.target(sequence, 0), data.target(sequence, 1)};
            loss += weight(sequence) * plain.loss(tokens, targets);
        }
        return loss;
    }

    private double centralDifference(PlainClassifier plain, Tensor values, long element) {
        double step = 1e-5;
        double original = values.get(element);
        values.set(original + step, element);
        double above = loss(plain);
        values.set(original - step, element);
        double below = loss(plain);
        values.set(original, element);
        return (above - below) / (2 * step);
    }
}
