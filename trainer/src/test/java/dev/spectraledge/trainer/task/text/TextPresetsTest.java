package dev.spectraledge.trainer.task.text;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.spectraledge.trainer.UsageException;
import dev.spectraledge.trainer.config.ConfigResolver;
import dev.spectraledge.trainer.config.RunConfig;
import dev.spectraledge.trainer.model.Architecture;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TextPresetsTest {
    private static final long VOCABULARY = 50_257;

    private static RunConfig config(String preset, String... overrides) {
        ConfigResolver resolver = new ConfigResolver().preset(preset).override("task.name=text");
        List.of(overrides).forEach(resolver::override);
        return resolver.resolve();
    }

    private static long parameters(RunConfig config) {
        Architecture architecture =
                config.task().architecture(config.model(), config.task().contextLength());
        return architecture.layout().size();
    }

    /**
     * Of the last three: Spectral Edge Dynamics §1.1, §1.5. The others are V·d + T·d + 12·layers·d² and two vectors for each of
     * 2·layers + 1 norms.
     */
    @ParameterizedTest
    @CsvSource({
        "nano, 837888, 4096",
        "small, 3101568, 4096",
        "medium, 8773760, 4096",
        "paper, 837888, 16384",
        "tinystories-51m, 51045888, 32768",
        "pilot-124m, 123767040, 32768",
        "gpt2-124m, 124439808, 491520"
    })
    void parametersAndTokensOfAStepAreKnown(String preset, long parameters, long tokens) {
        RunConfig config = config(preset);
        assertThat(parameters(config)).isEqualTo(parameters);
        assertThat((long) config.task().contextLength()
                        * config.training().batchSize()
                        * config.training().accumulation())
                .isEqualTo(tokens);
    }

    /**
     * The author's vector of all parameters has the table of tokens a second time, as the head, and the masks of attention
     * (sed.md §1.3).
     */
    @Test
    void thePublishedNumbersCountTheHeadTwiceAndMasksToo() {
        RunConfig pilot = config("pilot-124m");
        long headTwice = parameters(pilot) + VOCABULARY * pilot.model().width();
        long positions = pilot.model().positions();
        assertThat(headTwice).isEqualTo(162_364_416);
        assertThat(headTwice + pilot.model().layers() * positions * positions).isEqualTo(163_150_848);
        RunConfig small = config("tinystories-51m");
        assertThat(parameters(small) + VOCABULARY * small.model().width()).isEqualTo(76_777_472);
    }

    @Test
    void nanoIsTheDefault() {
        assertThat(config("nano"))
                .isEqualTo(new ConfigResolver().override("task.name=text").resolve());
    }

    @Test
    void aWindowHasAsManyTokensAsTheModelHasPositionsUnlessOneSaysSo() {
        assertThat(config("nano", "model.positions=64").task().contextLength()).isEqualTo(64);
        RunConfig shorter = config("nano", "task.contextLength=32");
        assertThat(shorter.task().contextLength()).isEqualTo(32);
        assertThat(RunConfig.fromJson(shorter.toJson())).isEqualTo(shorter);
    }

    @Test
    void aWindowThatIsLongerThanThePositionsIsRefused() {
        assertThatThrownBy(() -> config("nano", "task.contextLength=129"))
                .isInstanceOf(UsageException.class)
                .hasMessageEndingWith("model.positions (128) must be at least task.contextLength (129)");
    }

    /** Llama's: V·d for the table and for the head, 4·d² and 3·d·hidden a layer, and a gain for each of 2·layers + 1 norms. */
    @Test
    void otherPartsAreChosenByKeys() {
        RunConfig llama = config(
                "nano",
                "model.rotaryShare=1",
                "model.norm=rms_norm",
                "model.gated=true",
                "model.tied=false",
                "model.feedForwardWidth=344");
        assertThat(parameters(llama)).isEqualTo(2 * 256 * 128 + 4 * (4 * 128 * 128 + 3 * 128 * 344) + 9 * 128);
        assertThatThrownBy(() -> config("nano", "model.rotaryShare=0.03"))
                .isInstanceOf(UsageException.class)
                .hasMessageEndingWith(
                        "rotaryShare (0.03): rotary positions turn pairs of columns of a head, not 0 columns");
        assertThatThrownBy(() -> config("nano", "model.rotaryShare=0.5", "training.decayed=wpe"))
                .hasMessageContaining("no parameter's name contains 'wpe'");
    }

    @Test
    void onlyLanguageModelsGoWithoutBiases() {
        assertThatThrownBy(() -> new ConfigResolver()
                        .override("task.name=dyck")
                        .override("model.biases=false")
                        .resolve())
                .isInstanceOf(UsageException.class)
                .hasMessageEndingWith("model.rotaryShare, norm, normEpsilon, gated, biases, parallelResidual, tied and "
                        + "depthScaled apply to language models (task text); the model of task dyck is as "
                        + "published, with norm layer_norm and biases");
    }
}
