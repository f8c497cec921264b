package dev.spectraledge.analysis.pretrained;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.spectraledge.analysis.offline.GoldenFolder;
import dev.spectraledge.kernels.DType;
import dev.spectraledge.kernels.MemoryOwner;
import dev.spectraledge.kernels.Tensor;
import dev.spectraledge.kernels.cpu.CpuBackend;
import dev.spectraledge.trainer.RunException;
import dev.spectraledge.trainer.UsageException;
import dev.spectraledge.trainer.config.ConfigResolver;
import dev.spectraledge.trainer.config.RunConfig;
import dev.spectraledge.trainer.io.SafetensorsFile;
import dev.spectraledge.trainer.model.GptArchitecture;
import dev.spectraledge.trainer.model.Parameters;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

class PretrainedWeightsTest {
    private static final double TOLERANCE = 1e-11;

    @TempDir
    private Path folder;

    private static RunConfig config(Path weights, String... overrides) {
        ConfigResolver resolver = new ConfigResolver()
                .weights(PretrainedWeights::settings)
                .override("task.name=text")
                .override("training.initialWeights=" + weights);
        for (String override : overrides) {
            resolver.override(override);
        }
        return resolver.resolve();
    }

    private static GptArchitecture architecture(RunConfig config) {
        return (GptArchitecture)
                config.task().architecture(config.model(), config.task().contextLength());
    }

    private static Parameters read(MemoryOwner owner, Path weights, GptArchitecture model) {
        Parameters parameters = Parameters.allocate(new CpuBackend(), owner, DType.FLOAT64, 1, model.layout());
        new PretrainedWeights().read(weights, model, parameters.named(0));
        return parameters;
    }

    /** The model of a configuration that was made from the folder alone, against logits computed by other functions. */
    @ParameterizedTest
    @CsvSource(textBlock = SmallGpts.FORMS)
    void aRunBeginsWithTheModelOfTheFolder(String name, String form, String logits) {
        Path golden = GoldenFolder.require(name);
        Path weights = golden.resolve(form).normalize();
        try (MemoryOwner owner = MemoryOwner.open("logits");
                SafetensorsFile expected = SafetensorsFile.open(golden.resolve("expected.safetensors"))) {
            Tensor ids = expected.read(owner, "input_ids");
            int length = Math.toIntExact(ids.size(1));
            GptArchitecture model = architecture(config(weights, "task.contextLength=" + length));
            Parameters parameters = read(owner, weights, model);
            int[] tokens = new int[length];
            for (int position = 0; position < length; position++) {
                tokens[position] = ids.at(0).getInt(position);
            }
            Tensor own = GptLogits.of(owner, model, parameters, tokens);
            Tensor theirs = expected.read(owner, logits).at(0);
            for (int position = 0; position < length; position++) {
                for (int token = 0; token < own.size(1); token++) {
                    assertThat(Math.abs(own.get(position, token) - theirs.get(position, token)))
                            .isLessThan(TOLERANCE);
                }
            }
        }
    }

    @ParameterizedTest
    @EnumSource
    void everyKindIsDescribedWhole(SmallGpts kind) {
        GptArchitecture written = kind.architecture();
        try (MemoryOwner owner = MemoryOwner.open("export")) {
            Parameters weights = SmallGpts.weights(owner, written);
            ModelExport.huggingFace(written, weights.named(0), null, folder);
            GptArchitecture model = architecture(config(folder));
            assertThat(model.shape()).isEqualTo(written.shape());
            Parameters read = read(owner, folder, model);
            weights.named(0)
                    .forEach((name, tensor) -> assertThat(
                                    read.named(0).get(name).segment().mismatch(tensor.segment()))
                            .as(name)
                            .isEqualTo(-1));
        }
    }

    @Test
    void whatTheWeightsDecideCannotBeChosen() {
        try (MemoryOwner owner = MemoryOwner.open("export")) {
            GptArchitecture written = SmallGpts.GPT2.architecture();
            ModelExport.huggingFace(written, SmallGpts.weights(owner, written).named(0), null, folder);
        }
        assertThatThrownBy(() -> config(folder, "model.layers=3"))
                .isInstanceOf(UsageException.class)
                .hasMessage("model.layers=3: the weights of " + folder + " have" + " model.layers=2; leave it out");
        assertThatThrownBy(() -> config(folder, "task.contextLength=13"))
                .isInstanceOf(UsageException.class)
                .hasMessageEndingWith("model.positions (12) must be at least task.contextLength (13)");
        assertThatThrownBy(() -> new ConfigResolver()
                        .weights(PretrainedWeights::settings)
                        .override("task.name=dyck")
                        .override("training.initialWeights=" + folder)
                        .resolve())
                .isInstanceOf(UsageException.class)
                .hasMessage("task dyck cannot begin with the weights of " + folder
                        + ": it has no task.vocabulary that could be 11");
    }

    /** As in a sweep, which does not look into the folder when it is planned. */
    @Test
    void aConfigurationOfAnotherModelIsRefused() {
        try (MemoryOwner owner = MemoryOwner.open("refused")) {
            GptArchitecture written = SmallGpts.GPT2.architecture();
            ModelExport.huggingFace(written, SmallGpts.weights(owner, written).named(0), null, folder);
            assertThatThrownBy(() -> read(owner, folder, SmallGpts.LLAMA.architecture()))
                    .isInstanceOf(RunException.class)
                    .hasMessage(folder + ": is a model with model.gelu=tanh, the run trains one with model.gelu=erf");
        }
    }
}
