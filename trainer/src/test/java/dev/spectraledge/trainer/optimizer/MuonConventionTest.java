package dev.spectraledge.trainer.optimizer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.spectraledge.kernels.Backend;
import dev.spectraledge.kernels.DType;
import dev.spectraledge.kernels.MemoryOwner;
import dev.spectraledge.kernels.Tensor;
import dev.spectraledge.kernels.Workers;
import dev.spectraledge.kernels.cpu.CpuBackend;
import dev.spectraledge.trainer.ParameterGroup;
import dev.spectraledge.trainer.io.SafetensorsFile;
import dev.spectraledge.trainer.model.Initializer;
import dev.spectraledge.trainer.model.ParameterLayout;
import dev.spectraledge.trainer.model.ParameterSpec;
import dev.spectraledge.trainer.model.Parameters;
import java.net.URISyntaxException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Muon against numbers of other programs, in double precision. {@code gpt_muon_step1_f64} holds gradients of a GPT's first
 * step, of norm .605 and therefore not clipped, and rows of scale·O as PyTorch code of Jordan's formula gives them; {@code
 * torch_muon_f64} four steps of {@code torch.optim.Muon}, transcribed to NumPy without its cast to bfloat16, two of them with
 * gradients about as small as the guard of the norm. Metadata in the files says the rest.
 */
class MuonConventionTest {
    /** Rounding of an element near 1, enlarged by the slope at zero of five iterations. */
    private static final double TOLERANCE = 1e-13;

    private static final double NEVER = Double.POSITIVE_INFINITY;

    private final Backend backend = new CpuBackend();

    @Test
    void aStepOfAGptIsThatOfJordansFormula() throws URISyntaxException {
        try (MemoryOwner owner = MemoryOwner.open("Muon fixture");
                SafetensorsFile fixture = fixture("gpt_muon_step1_f64")) {
            Run run = new Run(
                    owner,
                    List.of(
                            new ParameterSpec(
                                    "h.0.attn.c_attn.weight",
                                    new long[] {192, 64},
                                    ParameterGroup.ATTENTION,
                                    new Initializer.Constant(0),
                                    "h.0.attn.c_attn.weight",
                                    3),
                            spec("h.0.mlp.c_fc.weight", 256, 64, ParameterGroup.FEED_FORWARD)),
                    new OptimizerSettings(1, 0, 0.9, 0.95, 1e-8, 0.95, 1),
                    new Muon.Settings(true, 5, MuonScale.ORIGINAL, MuonConvention.JORDAN));
            List<String> names = List.of("attn.c_attn", "mlp.c_fc");
            for (int i = 0; i < names.size(); i++) {
                backend.copy(
                        fixture.read(owner, "gradient." + names.get(i)),
                        run.gradient(i).run(0));
            }
            run.step();
            for (int i = 0; i < names.size(); i++) {
                Tensor rows = fixture.read(owner, "rows." + names.get(i));
                Tensor expected = fixture.read(owner, "update." + names.get(i));
                for (int row = 0; row < rows.size(0); row++) {
                    for (int column = 0; column < expected.size(1); column++) {
                        assertThat(-run.parameter(i).get(0, (long) rows.get(row), column))
                                .as("%s, row %d, column %d", names.get(i), row, column)
                                .isCloseTo(expected.get(row, column), within(TOLERANCE));
                    }
                }
            }
        }
    }

    @ParameterizedTest
    @CsvSource({
        "true, ORIGINAL, nesterov.original",
        "true, MATCH_RMS_ADAMW, nesterov.match_rms_adamw",
        "false, ORIGINAL, plain.original",
        "false, MATCH_RMS_ADAMW, plain.match_rms_adamw"
    })
    void thePytorchConventionIsThatOfTorchOptimMuon(boolean nesterov, MuonScale scale, String key)
            throws URISyntaxException {
        assertThat(largestDifference(nesterov, scale, MuonConvention.PYTORCH, key))
                .isLessThan(TOLERANCE);
        assertThat(largestDifference(nesterov, scale, MuonConvention.JORDAN, key))
                .as("the other convention is not the same")
                .isGreaterThan(1e-4);
    }

    /** Of all weights after each step, and of the momentum at the end. */
    private double largestDifference(boolean nesterov, MuonScale scale, MuonConvention convention, String key)
            throws URISyntaxException {
        List<String> names = List.of("square", "tall", "wide");
        try (MemoryOwner owner = MemoryOwner.open("Muon fixture");
                SafetensorsFile fixture = fixture("torch_muon_f64")) {
            List<ParameterSpec> specs = new ArrayList<>();
            for (String name : names) {
                long[] shape = fixture.shape("start." + name);
                specs.add(spec(name, shape[0], shape[1], ParameterGroup.FEED_FORWARD));
            }
            Run run = new Run(
                    owner,
                    specs,
                    new OptimizerSettings(0.02, 0.5, 0.9, 0.95, 1e-8, 0.9, NEVER),
                    new Muon.Settings(nesterov, 5, scale, convention));
            for (int i = 0; i < names.size(); i++) {
                backend.copy(
                        fixture.read(owner, "start." + names.get(i)),
                        run.parameter(i).run(0));
            }
            double largest = 0;
            long steps = fixture.shape("gradients.square")[0];
            for (int step = 0; step < steps; step++) {
                for (int i = 0; i < names.size(); i++) {
                    backend.copy(
                            fixture.read(owner, "gradients." + names.get(i)).at(step),
                            run.gradient(i).run(0));
                }
                run.step();
                for (int i = 0; i < names.size(); i++) {
                    Tensor expected = fixture.read(owner, key + ".weights." + names.get(i));
                    largest = Math.max(largest, difference(expected.at(step), run.parameter(i)));
                }
            }
            for (int i = 0; i < names.size(); i++) {
                Tensor expected = fixture.read(owner, key + ".momentum_buffer." + names.get(i));
                largest = Math.max(largest, difference(expected, run.momentum(i)));
            }
            return largest;
        }
    }

    private static double difference(Tensor expected, Tensor actual) {
        double largest = 0;
        for (int row = 0; row < expected.size(0); row++) {
            for (int column = 0; column < expected.size(1); column++) {
                largest = Math.max(largest, Math.abs(expected.get(row, column) - actual.get(0, row, column)));
            }
        }
        return largest;
    }

    private static SafetensorsFile fixture(String name) throws URISyntaxException {
        return SafetensorsFile.open(Path.of(
                MuonConventionTest.class.getResource(name + ".safetensors").toURI()));
    }

    private static ParameterSpec spec(String name, long rows, long columns, ParameterGroup group) {
        return new ParameterSpec(name, new long[] {rows, columns}, group, new Initializer.Constant(0), name);
    }

    /** One run of matrices that begin as zeros. */
    private final class Run {
        private final List<ParameterSpec> specs;
        private final Parameters parameters;
        private final Parameters gradients;
        private final Tensor squares;
        private final Muon muon;
        private long step;

        Run(MemoryOwner owner, List<ParameterSpec> specs, OptimizerSettings hidden, Muon.Settings settings) {
            this.specs = specs;
            ParameterLayout layout = new ParameterLayout(specs, List.of());
            parameters = Parameters.allocate(backend, owner, DType.FLOAT64, 1, layout);
            gradients = Parameters.allocate(backend, owner, DType.FLOAT64, 1, layout);
            squares = backend.allocate(owner, DType.FLOAT64, 1);
            muon = new Muon(
                    new OptimizerTarget(backend, owner, new Workers(1), parameters, gradients, 1, null),
                    List.of(hidden),
                    List.of(hidden),
                    settings);
        }

        Tensor parameter(int index) {
            return parameters.get(specs.get(index).name());
        }

        Tensor gradient(int index) {
            return gradients.get(specs.get(index).name());
        }

        Tensor momentum(int index) {
            return muon.state().get("momentum_buffer").get(specs.get(index).name());
        }

        void step() {
            backend.sumOfSquares(gradients.flat(), squares);
            muon.stage(++step, 1);
            muon.begin(squares);
            muon.update(0);
        }
    }
}
