package dev.spectraledge.trainer.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.spectraledge.kernels.Backend;
import dev.spectraledge.kernels.DType;
import dev.spectraledge.kernels.Gelu;
import dev.spectraledge.kernels.MemoryOwner;
import dev.spectraledge.kernels.Tensor;
import dev.spectraledge.kernels.reference.ReferenceBackend;
import dev.spectraledge.trainer.ParameterSubset;
import dev.spectraledge.trainer.data.EvaluationSet;
import dev.spectraledge.trainer.data.Examples;
import dev.spectraledge.trainer.data.PackedBatch;
import dev.spectraledge.trainer.data.PrefixTree;
import dev.spectraledge.trainer.task.dyck.DyckLanguage;
import dev.spectraledge.trainer.training.TinySetup;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class CausalTransformerTest {
    private static final Architecture ARCHITECTURE = new CausalTransformerArchitecture(TinySetup.SHAPE);

    private static final TransformerShape PUBLISHED = new TransformerShape(3, 13, 24, 48, 2, 128, 4, 256, Gelu.ERF);
    private static final long SEED = 7;

    @Test
    void hasThePublishedParameters() {
        ParameterLayout layout = new CausalTransformerArchitecture(PUBLISHED).layout();
        assertThat(layout.size()).isEqualTo(273_421);
        assertThat(layout.size(ParameterSubset.ATTENTION)).isEqualTo(131_072);
        assertThat(layout.size(ParameterSubset.BLOCKS)).isEqualTo(262_144);
        assertThat(layout.specs().getFirst().name()).isEqualTo("tok_emb.weight");
        assertThat(layout.specs().getLast().name()).isEqualTo("head.bias");
    }

    @Test
    void startsFromPyTorchsDistributionsWithEqualBlocks() {
        try (MemoryOwner owner = MemoryOwner.open("initial")) {
            ReferenceBackend backend = new ReferenceBackend();
            Parameters parameters = Parameters.allocate(
                    backend, owner, DType.FLOAT32, 1, new CausalTransformerArchitecture(PUBLISHED).layout());
            parameters.initialise(backend, new long[] {SEED});
            assertBounded(parameters, "encoder.layers.0.self_attn.in_proj_weight", Math.sqrt(6.0 / 512));
            assertBounded(parameters, "encoder.layers.0.self_attn.out_proj.weight", 1 / Math.sqrt(128));
            assertBounded(parameters, "encoder.layers.0.linear1.bias", 1 / Math.sqrt(128));
            assertBounded(parameters, "encoder.layers.0.linear2.weight", 1.0 / 16);
            assertBounded(parameters, "head.weight", 1 / Math.sqrt(128));
            assertThat(rootMeanSquare(parameters.get("pos_emb.weight"))).isCloseTo(1, within(0.05));
            for (String name : new String[] {"self_attn.in_proj_weight", "linear2.bias", "norm1.weight"}) {
                Tensor first = parameters.get("encoder.layers.0." + name).at(0);
                Tensor second = parameters.get("encoder.layers.1." + name).at(0);
                assertThat(first.segment().mismatch(second.segment())).isEqualTo(-1);
            }
        }
    }

    private static void assertBounded(Parameters parameters, String name, double bound) {
        Tensor values = flat(parameters.get(name));
        double largest = 0;
        for (long i = 0; i < values.size(0); i++) {
            largest = Math.max(largest, Math.abs(values.get(i)));
        }
        // The largest of n uniform draws falls short of the bound by about bound/n.
        assertThat(largest).isLessThanOrEqualTo((float) bound).isGreaterThan(bound * (1 - 20.0 / values.size(0)));
    }

    private static double rootMeanSquare(Tensor tensor) {
        Tensor values = flat(tensor);
        double sum = 0;
        for (long i = 0; i < values.size(0); i++) {
            sum += values.get(i) * values.get(i);
        }
        return Math.sqrt(sum / values.size(0));
    }

    private static Tensor flat(Tensor tensor) {
        return tensor.at(0).reshape(tensor.elements());
    }

    /** The derivative of the whole model against central differences, in float64. */
    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void gradientAgreesWithFiniteDifferences(boolean sharesPrefixes) {
        Backend backend = new ReferenceBackend();
        Examples data = TinySetup.data().train();
        PrefixTree.Part part =
                PrefixTree.of(EvaluationSet.of(data, LongStream.range(0, 4))).whole();
        try (MemoryOwner owner = MemoryOwner.open("gradient check")) {
            ParameterLayout layout = ARCHITECTURE.layout();
            Parameters parameters = Parameters.allocate(backend, owner, DType.FLOAT64, 1, layout);
            Parameters gradients = Parameters.allocate(backend, owner, DType.FLOAT64, 1, layout);
            parameters.initialise(backend, new long[] {SEED});
            PackedBatch batch = sharesPrefixes
                    ? PackedBatch.of(backend, owner, DType.FLOAT64, data, part)
                    : new PackedBatch(backend, owner, DType.FLOAT64, data.form(), 1, 4, 40);
            for (int sequence = 0; sequence < 4 && !sharesPrefixes; sequence++) {
                batch.append(0, data, sequence, 0, DyckLanguage.PADDING, 0.1 * (sequence + 1));
            }
            Model model = ARCHITECTURE.create(new Workspace(backend, owner, DType.FLOAT64, 1, 40, parameters, gradients)
                    .withSharedPrefixes(sharesPrefixes ? part.keys() : 0));
            Tensor statistics = backend.allocate(owner, DType.FLOAT64, 1, 1, 3);
            model.differentiate(batch, statistics);
            for (ParameterSpec spec : layout.specs()) {
                Tensor values = parameters.get(spec.name()).at(0).reshape(spec.elements());
                Tensor derivative = gradients.get(spec.name()).at(0).reshape(spec.elements());
                for (long element = 0; element < spec.elements(); element += 1 + spec.elements() / 5) {
                    double difference = centralDifference(backend, model, batch, statistics, values, element);
                    assertThat(derivative.get(element))
                            .as("%s[%d]", spec.name(), element)
                            .isCloseTo(difference, within(1e-7 * (1 + Math.abs(difference))));
                }
            }
        }
    }

    /** Sums and gradient, where what sequences begin with in common is there once and where it is not. */
    @Test
    void sharedPrefixesChangeNothingButRounding() {
        Backend backend = new ReferenceBackend();
        Examples data = TinySetup.data().train();
        try (MemoryOwner owner = MemoryOwner.open("shared prefixes")) {
            ParameterLayout layout = ARCHITECTURE.layout();
            Parameters parameters = Parameters.allocate(backend, owner, DType.FLOAT64, 1, layout);
            parameters.initialise(backend, new long[] {SEED});
            PrefixTree.Part part =
                    PrefixTree.of(data.evaluation(Long.MAX_VALUE)).whole();
            PackedBatch shared = PackedBatch.of(backend, owner, DType.FLOAT64, data, part);
            int sequences = (int) data.size();
            int rows = IntStream.range(0, sequences).map(data::length).sum();
            assertThat(part.rows()).isLessThan(rows);
            PackedBatch whole = new PackedBatch(backend, owner, DType.FLOAT64, data.form(), 1, sequences, rows);
            for (int sequence = 0; sequence < data.size(); sequence++) {
                whole.append(0, data, sequence, 0, DyckLanguage.PADDING, 1);
            }
            Parameters gradients = Parameters.allocate(backend, owner, DType.FLOAT64, 1, layout);
            Parameters ofWhole = Parameters.allocate(backend, owner, DType.FLOAT64, 1, layout);
            Tensor sums = differentiate(
                    new Workspace(backend, owner, DType.FLOAT64, 1, part.rows(), parameters, gradients)
                            .withSharedPrefixes(part.keys()),
                    owner,
                    shared);
            Tensor sumsOfWhole = differentiate(
                    new Workspace(backend, owner, DType.FLOAT64, 1, rows, parameters, ofWhole), owner, whole);
            for (int column = 0; column < 3; column++) {
                double expected = sumsOfWhole.get(0, 0, column);
                assertThat(sums.get(0, 0, column)).isCloseTo(expected, within(1e-13 * expected));
            }
            for (long element = 0; element < layout.size(); element++) {
                double expected = ofWhole.flat().get(0, element);
                assertThat(gradients.flat().get(0, element))
                        .isCloseTo(expected, within(1e-12 * (1 + Math.abs(expected))));
            }
        }
    }

    private static Tensor differentiate(Workspace workspace, MemoryOwner owner, PackedBatch batch) {
        Tensor statistics = workspace.backend().allocate(owner, DType.FLOAT64, 1, 1, 3);
        ARCHITECTURE.create(workspace).differentiate(batch, statistics);
        return statistics;
    }

    private static double centralDifference(
            Backend backend, Model model, PackedBatch batch, Tensor statistics, Tensor values, long element) {
        double step = 1e-5;
        double original = values.get(element);
        values.set(original + step, element);
        double above = loss(backend, model, batch, statistics);
        values.set(original - step, element);
        double below = loss(backend, model, batch, statistics);
        values.set(original, element);
        return (above - below) / (2 * step);
    }

    private static double loss(Backend backend, Model model, PackedBatch batch, Tensor statistics) {
        backend.fill(statistics, 0);
        model.evaluate(batch, statistics);
        return statistics.get(0, 0, 0);
    }
}
