package dev.spectraledge.trainer.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.spectraledge.kernels.Backend;
import dev.spectraledge.kernels.DType;
import dev.spectraledge.kernels.Gelu;
import dev.spectraledge.kernels.MemoryOwner;
import dev.spectraledge.kernels.PhiloxKey;
import dev.spectraledge.kernels.Tensor;
import dev.spectraledge.kernels.cpu.CpuBackend;
import dev.spectraledge.kernels.reference.ReferenceBackend;
import dev.spectraledge.trainer.data.Examples;
import dev.spectraledge.trainer.data.PackedBatch;
import dev.spectraledge.trainer.training.TinySetup;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** A GPT of every style: its whole gradient, and the same numbers on every backend. */
class GptArchitectureTest {
    private static final long SEED = 7;
    private static final int SEQUENCES = 3;

    /**
     * Every element of the gradient against central differences in float64: of a step of 10⁻⁵ they are wrong by their third
     * derivative times 2·10⁻¹¹ and by the loss's rounding of about 10⁻¹⁰.
     */
    @ParameterizedTest
    @EnumSource
    void gradientIsTheDerivative(GptVariant variant) {
        try (MemoryOwner owner = MemoryOwner.open("derivative")) {
            Computed computed = new Computed(new CpuBackend(), owner, variant, DType.FLOAT64);
            Tensor values = computed.parameters.flat().at(0);
            Tensor gradient = computed.gradients.flat().at(0);
            for (ParameterSpec spec : computed.parameters.layout().specs()) {
                long begin = computed.parameters.layout().offset(spec.name());
                double largest = 0;
                for (long element = begin; element < begin + spec.elements(); element++) {
                    double difference = computed.centralDifference(values, element);
                    largest = Math.max(largest, Math.abs(difference));
                    assertThat(Math.abs(gradient.get(element) - difference))
                            .as("%s[%d] of %s, %s", spec.name(), element - begin, gradient.get(element), difference)
                            .isLessThan(1e-7 * (1 + Math.abs(difference)));
                }
                // None is so small that it would agree whatever it is.
                assertThat(largest).as(spec.name()).isGreaterThan(1e-4);
            }
        }
    }

    @ParameterizedTest
    @EnumSource
    void theCpuComputesWhatTheReferenceDoes(GptVariant variant) {
        for (DType precision : new DType[] {DType.FLOAT64, DType.FLOAT32}) {
            double tolerance = precision == DType.FLOAT64 ? 1e-12 : 2e-4;
            try (MemoryOwner owner = MemoryOwner.open("parity")) {
                Computed reference = new Computed(new ReferenceBackend(), owner, variant, precision);
                Computed own = new Computed(new CpuBackend(), owner, variant, precision);
                assertThat(own.loss()).isCloseTo(reference.loss(), within(tolerance * reference.loss()));
                Tensor expected = reference.gradients.flat().at(0);
                Tensor actual = own.gradients.flat().at(0);
                double scale = norm(expected);
                for (long i = 0; i < expected.size(0); i++) {
                    assertThat(Math.abs(actual.get(i) - expected.get(i))).isLessThan(tolerance * scale);
                }
            }
        }
    }

    private static double norm(Tensor vector) {
        double sum = 0;
        for (long i = 0; i < vector.size(0); i++) {
            sum += vector.get(i) * vector.get(i);
        }
        return Math.sqrt(sum);
    }

    @Test
    void namesSayTheStyle() {
        assertThat(names(GptVariant.GPT2))
                .contains("transformer.wpe.weight", "transformer.ln_f.bias", "transformer.h.1.mlp.c_fc.bias")
                .doesNotContain("lm_head.weight");
        assertThat(names(GptVariant.LLAMA))
                .containsExactly(
                        "transformer.wte.weight",
                        "transformer.h.0.ln_1.weight",
                        "transformer.h.0.attn.c_attn.weight",
                        "transformer.h.0.attn.c_proj.weight",
                        "transformer.h.0.ln_2.weight",
                        "transformer.h.0.mlp.c_fc.weight",
                        "transformer.h.0.mlp.c_proj.weight",
                        "transformer.h.1.ln_1.weight",
                        "transformer.h.1.attn.c_attn.weight",
                        "transformer.h.1.attn.c_proj.weight",
                        "transformer.h.1.ln_2.weight",
                        "transformer.h.1.mlp.c_fc.weight",
                        "transformer.h.1.mlp.c_proj.weight",
                        "transformer.ln_f.weight",
                        "lm_head.weight");
    }

    private static String[] names(GptVariant variant) {
        return variant.architecture().layout().specs().stream()
                .map(ParameterSpec::name)
                .toArray(String[]::new);
    }

    @Test
    void whatIsNotKeptCannotBeLookedAt() {
        try (MemoryOwner owner = MemoryOwner.open("attention")) {
            Computed tiled = new Computed(new CpuBackend(), owner, GptVariant.LONG, DType.FLOAT64);
            assertThatThrownBy(() -> tiled.model.attention(tiled.batch))
                    .hasMessage("attention is not kept in a model with so long a context, so it cannot be examined");
            assertThat(tiled.model.places().names()).doesNotContain("blocks.0.attn.pattern");
        }
    }

    /** GPT-2 as OpenAI published it, without a byte of it. */
    @Test
    void gpt2HasItsParameters() {
        TransformerShape shape = new TransformerShape(50_257, 50_257, 1024, 1024, 12, 768, 12, 3072, Gelu.TANH);
        assertThat(new GptArchitecture(shape, true, true).layout().size()).isEqualTo(124_439_808L);
    }

    @Test
    void aHeadDoesNotTurnMoreColumnsThanItHas() {
        GptStyle turning = new GptStyle(
                new RotaryPositions(10, 10_000), Normalization.RMS_NORM, 1e-5, true, false, false, false, false);
        TransformerShape shape = new TransformerShape(7, 7, 8, 8, 1, 24, 3, 10, Gelu.ERF);
        assertThatThrownBy(() -> new GptArchitecture(shape, turning))
                .hasMessage("rotary positions cannot turn 10 columns of heads of 8");
        assertThatThrownBy(() -> new RotaryPositions(3, 10_000))
                .hasMessage("rotary positions turn pairs of columns of a head, not 3 columns");
        assertThatThrownBy(() -> new RotaryPositions(4, 1))
                .hasMessage("the base of rotary positions is more than 1, not 1.0");
    }

    /** Loss and gradient of three sequences of different length, with weights far from the small initial ones. */
    private static final class Computed {
        private final Backend backend;
        private final Parameters parameters;
        private final Parameters gradients;
        private final PackedBatch batch;
        private final Model model;
        private final Tensor statistics;

        Computed(Backend backend, MemoryOwner owner, GptVariant variant, DType precision) {
            this.backend = backend;
            Architecture architecture = variant.architecture();
            ParameterLayout layout = architecture.layout();
            parameters = Parameters.allocate(backend, owner, precision, 1, layout);
            gradients = Parameters.allocate(backend, owner, precision, 1, layout);
            parameters.initialise(backend, new long[] {SEED});
            Tensor noise = backend.allocate(owner, precision, 1, layout.size());
            backend.normal(new PhiloxKey[] {new PhiloxKey(SEED, 1)}, 0, 0.3, noise);
            backend.axpy(1, noise, parameters.flat());
            Examples data =
                    TinySetup.tokens(GptVariant.VOCABULARY, GptVariant.LONGEST).train();
            int rows = SEQUENCES * GptVariant.LONGEST;
            batch = new PackedBatch(backend, owner, precision, data.form(), 1, SEQUENCES, rows);
            for (int sequence = 0; sequence < SEQUENCES; sequence++) {
                batch.append(0, data, 9L * sequence, 0, 0, 0.1 * (sequence + 1));
            }
            model = architecture.create(new Workspace(backend, owner, precision, 1, rows, parameters, gradients));
            statistics = backend.allocate(owner, DType.FLOAT64, 1, 1, 3);
            model.differentiate(batch, statistics);
        }

        double loss() {
            backend.fill(statistics, 0);
            model.evaluate(batch, statistics);
            return statistics.get(0, 0, 0);
        }

        double centralDifference(Tensor values, long element) {
            double step = 1e-5;
            double original = values.get(element);
            values.set(original + step, element);
            double above = loss();
            values.set(original - step, element);
            double below = loss();
            values.set(original, element);
            return (above - below) / (2 * step);
        }
    }
}
