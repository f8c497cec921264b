package dev.spectraledge.trainer.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.spectraledge.kernels.DType;
import dev.spectraledge.kernels.MemoryOwner;
import dev.spectraledge.kernels.cpu.CpuBackend;
import dev.spectraledge.trainer.data.Batching;
import dev.spectraledge.trainer.step.TrainingSetup;
import dev.spectraledge.trainer.training.TinySetup;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Names and shapes of what models compute. */
class PlacesTest {
    private static final int ROWS = 40;
    private static final int SOURCE_ROWS = 30;

    private final MemoryOwner owner = MemoryOwner.open("places");

    @AfterEach
    void close() {
        owner.close();
    }

    private Places places(TrainingSetup setup) {
        CpuBackend backend = new CpuBackend();
        Parameters parameters = Parameters.allocate(
                backend, owner, DType.FLOAT64, 1, setup.architecture().layout());
        return setup.architecture()
                .create(new Workspace(backend, owner, DType.FLOAT64, 1, ROWS, parameters, null)
                        .withSourceRows(SOURCE_ROWS))
                .places();
    }

    @Test
    void aCausalTransformerHasAStackOfBlocks() {
        Places places = places(TinySetup.setup(DType.FLOAT64, Batching.PACKED, 1));
        assertThat(places.names())
                .containsExactly(
                        "blocks.0.resid_pre",
                        "blocks.0.attn.pattern",
                        "blocks.0.resid_post",
                        "blocks.1.resid_pre",
                        "blocks.1.attn.pattern",
                        "blocks.1.resid_post",
                        "ln_final.normalized",
                        "logits");
        assertThat(places.get("blocks.1.attn.pattern").values().shape()).containsExactly(1, ROWS, 3, 10);
        assertThat(places.get("blocks.1.resid_pre").values())
                .isEqualTo(places.get("blocks.0.resid_post").values());
        assertThat(places.get("logits").values().shape()).containsExactly(1, ROWS, 6);
    }

    @Test
    void anEncoderDecoderHasTwo() {
        Places places = places(TinySetup.scan(DType.FLOAT64, Batching.PACKED, 1));
        assertThat(places.names())
                .startsWith("encoder.0.resid_pre", "encoder.0.attn.pattern", "encoder.0.resid_post")
                .contains("encoder_final_ln.normalized", "decoder.1.attn.pattern", "decoder.1.cross_attn.pattern")
                .endsWith("decoder.1.resid_post", "decoder_final_ln.normalized", "ln_final.normalized", "logits");
        Places.Place source = places.get("encoder.1.resid_post");
        assertThat(source.rows()).isEqualTo(Places.Rows.SOURCES);
        assertThat(source.values().shape()).containsExactly(1, SOURCE_ROWS, 24);
        assertThat(places.get("decoder.1.cross_attn.pattern").values().shape()).containsExactly(1, ROWS, 3, 10);
    }

    @Test
    void aClassifierHasWhatItsHeadsReadAndGive() {
        Places places = places(TinySetup.modular(DType.FLOAT64, Batching.PACKED, 1));
        assertThat(places.names()).containsExactly("blocks.1.resid_post", "ln_final.normalized", "logits");
        assertThat(places.get("blocks.1.resid_post").rows()).isEqualTo(Places.Rows.SEQUENCES);
        assertThat(places.get("logits").rows()).isEqualTo(Places.Rows.SEQUENCES);
    }

    @Test
    void whatThereIsNotIsRefusedWithASimilarName() {
        Places places = places(TinySetup.setup(DType.FLOAT64, Batching.PACKED, 1));
        assertThatThrownBy(() -> places.get("blocks.0.atn.pattern"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("the model has no activation named blocks.0.atn.pattern; did you mean"
                        + " 'blocks.0.attn.pattern'?");
    }
}
