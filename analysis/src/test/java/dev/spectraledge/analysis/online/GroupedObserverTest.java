package dev.spectraledge.analysis.online;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.spectraledge.analysis.spectrum.DecaySource;
import dev.spectraledge.analysis.spectrum.ProductHistory;
import dev.spectraledge.analysis.spectrum.UpdateProducts;
import dev.spectraledge.analysis.spectrum.WindowDiagnostics;
import dev.spectraledge.kernels.Tensor;
import dev.spectraledge.trainer.ParameterSubset;
import dev.spectraledge.trainer.Update;
import dev.spectraledge.trainer.UpdateObserver;
import dev.spectraledge.trainer.UsageException;
import dev.spectraledge.trainer.config.ConfigResolver;
import dev.spectraledge.trainer.config.RunConfig;
import dev.spectraledge.trainer.io.CsvReader;
import dev.spectraledge.trainer.model.ParameterLayout;
import dev.spectraledge.trainer.model.ParameterSpec;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Windows of groups of parameters, beside what follows from the whole updates and the decay parts that the optimiser hands over. */
class GroupedObserverTest {
    private static final int WINDOW = 4;
    private static final int STEPS = 14;

    @TempDir
    private Path folder;

    private RunConfig config(String name, String observers, String... overrides) {
        ConfigResolver resolver = new ConfigResolver()
                .override("task.name=text")
                .override("task.source=rules")
                .override("task.vocabulary=16")
                .override("task.tokens=2000")
                .override("model.layers=2")
                .override("model.width=8")
                .override("model.heads=2")
                .override("model.feedForwardWidth=8")
                .override("model.positions=8")
                .override("model.biases=true")
                .override("training.batchSize=4")
                .override("training.steps=" + STEPS)
                .override("training.warmUpSteps=3")
                .override("training.weightDecay=20")
                .override("training.precision=float64")
                .override("evaluation.every=7")
                .override("evaluation.tokens=64")
                .override("checkpoints.schedule=none")
                .override("threads=2")
                .override("observers=" + observers)
                .override("out=" + folder.resolve(name));
        for (String override : overrides) {
            resolver.override(override);
        }
        return resolver.resolve();
    }

    /** Keeps all updates and decay parts. */
    private static final class Keeping implements UpdateObserver {
        private final List<double[]> updates = new ArrayList<>();
        private final List<double[]> decays = new ArrayList<>();

        @Override
        public String name() {
            return "direct";
        }

        @Override
        public int stride() {
            return 1;
        }

        @Override
        public ParameterSubset subset() {
            return ParameterSubset.ALL;
        }

        @Override
        public void record(Update update) {
            int size = Math.toIntExact(update.parametersAfter().size(1));
            double[] change = new double[size];
            double[] decay = new double[size];
            for (int i = 0; i < size; i++) {
                change[i] = difference(update.parametersAfter(), update.parametersBefore(), i);
                decay[i] = update.decayPart().get(0, i);
            }
            updates.add(change);
            decays.add(decay);
        }

        private static double difference(Tensor after, Tensor before, int index) {
            return after.get(0, index) - before.get(0, index);
        }

        /** What the diagnostics say of the last window, where an element counts as often as is said. */
        WindowDiagnostics last(double[] weights) {
            ProductHistory history = new ProductHistory(WINDOW, DecaySource.ACCUMULATED);
            long parameters = 0;
            for (double weight : weights) {
                parameters += (long) weight;
            }
            WindowDiagnostics diagnostics = new WindowDiagnostics(WINDOW, parameters);
            for (int newest = 0; newest < updates.size(); newest++) {
                UpdateProducts products = new UpdateProducts(WINDOW);
                int survivors = history.survivors();
                for (int age = 0; age <= survivors; age++) {
                    products.updates[survivors - age] = dot(weights, updates.get(newest), updates.get(newest - age));
                }
                int last = Math.min(WINDOW, survivors + 1) - 1;
                for (int age = 0; age <= last; age++) {
                    products.withDecayParts[last - age] = dot(weights, updates.get(newest), decays.get(newest - age));
                    products.ofDecayPart[last - age] = dot(weights, decays.get(newest), updates.get(newest - age));
                }
                history.append(products);
                if (WindowDiagnostics.isDefined(history)) {
                    diagnostics.compute(history);
                }
            }
            return diagnostics;
        }

        private static double dot(double[] weights, double[] first, double[] second) {
            double sum = 0;
            for (int i = 0; i < weights.length; i++) {
                sum += weights[i] * first[i] * second[i];
            }
            return sum;
        }
    }

    private static double[] weights(ParameterLayout layout, Predicate<String> counted) {
        double[] weights = new double[Math.toIntExact(layout.size())];
        for (ParameterSpec spec : layout.specs()) {
            for (long i = 0; i < spec.elements() && counted.test(spec.name()); i++) {
                weights[Math.toIntExact(layout.offset(spec.name()) + i)] = 1;
            }
        }
        return weights;
    }

    private static Map<String, Double> lastRow(Path table, String group) throws IOException {
        List<String> lines = Files.readAllLines(table);
        String[] columns = lines.getFirst().split(",", -1);
        Map<String, Double> row = new HashMap<>();
        for (String line : lines.subList(1, lines.size())) {
            String[] cells = line.split(",", -1);
            assertThat(cells).hasSameSizeAs(columns);
            if (cells[1].equals(group)) {
                for (int column = 0; column < cells.length; column++) {
                    if (column != 1) {
                        row.put(
                                columns[column],
                                cells[column].isEmpty() ? Double.NaN : Double.parseDouble(cells[column]));
                    }
                }
            }
        }
        assertThat(row).as(group).isNotEmpty();
        return row;
    }

    /** Muon's matrices and the rest decay by two learning rates. */
    @ParameterizedTest
    @ValueSource(strings = {"adamw", "muon", "sgd"})
    void everyGroupIsSplitExactly(String optimizer) throws IOException {
        RunConfig config = config(
                "run",
                "[{name: grouped, stride: 1, window: 4, subset: all, groups: true}, {name: direct, stride: 1, window:"
                        + " 4, subset: all}]",
                "training.optimizer=" + optimizer,
                "training.muon.adamWLearningRate=3e-3");
        Keeping direct = new Keeping();
        Path run = ObservedTraining.run(config, Map.of("direct", context -> direct));
        ParameterLayout layout = config.task().architecture(config.model(), 8).layout();
        Map<String, double[]> groups = new LinkedHashMap<>();
        groups.put("attention", weights(layout, name -> name.matches(".*attn.*weight")));
        groups.put("mlp", weights(layout, name -> name.matches(".*mlp.*weight")));
        groups.put("biases", weights(layout, name -> name.matches(".*(attn|mlp).*bias")));
        groups.put("norms", weights(layout, name -> name.contains("ln_")));
        groups.put("embeddings", weights(layout, name -> name.matches(".*w[tp]e.*")));
        groups.put("transformer.wte", weights(layout, name -> name.contains("wte")));
        groups.put("transformer.wpe", weights(layout, name -> name.contains("wpe")));
        groups.put("transformer.h.0.attention", weights(layout, name -> name.matches(".*h\\.0\\.attn.*weight")));
        groups.put("transformer.h.1.mlp", weights(layout, name -> name.matches(".*h\\.1\\.mlp.*weight")));
        groups.put("published_gpt2", weights(layout, name -> !name.contains("c_attn.bias")));
        double[] full = weights(layout, name -> true);
        double[] tables = groups.get("transformer.wte");
        for (int i = 0; i < full.length; i++) {
            full[i] += tables[i];
        }
        groups.put("published_full", full);
        List<String> names = WindowDiagnostics.columns(WINDOW);
        for (Map.Entry<String, double[]> group : groups.entrySet()) {
            Map<String, Double> row = lastRow(run.resolve("groups.csv"), group.getKey());
            WindowDiagnostics expected = direct.last(group.getValue());
            for (String column : List.of(
                    "sigma_1",
                    "sigma_2",
                    "sigma_3",
                    "energy_1",
                    "update_norm",
                    "gradient_share_1",
                    "decay_share_1",
                    "decay_share_2")) {
                double value = expected.value(names.indexOf(column));
                assertThat(row.get(column))
                        .as("%s of %s", column, group.getKey())
                        .isCloseTo(value, within(1e-7 * Math.max(1e-3, Math.abs(value))));
            }
            boolean decays = group.getKey().matches("attention|mlp|embeddings|transformer.*|published.*");
            assertThat(row.get("decay_share_1") > 1e-6).as(group.getKey()).isEqualTo(decays);
        }
        // And all of them, without a second window.
        CsvReader whole = CsvReader.read(run.resolve("spectrum.csv"));
        WindowDiagnostics expected = direct.last(weights(layout, name -> true));
        for (String column : List.of("sigma_1", "gradient_share_1", "decay_share_1", "alignment_1")) {
            double[] values = whole.column(column);
            double value = expected.value(names.indexOf(column));
            assertThat(values[values.length - 1]).as(column).isCloseTo(value, within(1e-7 * Math.abs(value)));
        }
    }

    @Test
    void smallerWindowsOfOneRingAreWindowsOfTheirOwn() throws IOException {
        String[] subsets = {"all", "attention"};
        for (String subset : subsets) {
            Path run = ObservedTraining.run(
                    config(
                            subset,
                            "[{name: wide, stride: 1, window: 6, subset: SUBSET, alsoWindows: [3, 5]}, {name: three,"
                                            .replace("SUBSET", subset)
                                    + " stride: 1, window: 3, subset: SUBSET}, {name: five, stride: 1, window: 5,"
                                            .replace("SUBSET", subset)
                                    + " subset: SUBSET}]".replace("SUBSET", subset),
                            "training.precision=float32"),
                    Map.of());
            assertThat(run.resolve("spectrum_w3.csv")).hasSameBinaryContentAs(run.resolve("spectrum_three.csv"));
            assertThat(run.resolve("spectrum_w5.csv")).hasSameBinaryContentAs(run.resolve("spectrum_five.csv"));
            assertThat(Files.readAllLines(run.resolve("spectrum_w3.csv"))).hasSize(STEPS);
        }
    }

    /** The trajectory is the same, so that the windows differ by what rounding does. */
    @Test
    void roundedUpdatesAreWithinTheirBound() throws IOException {
        String observer = "{name: NAME, stride: 1, window: 4, subset: all, groups: GROUPS, storage: STORAGE}";
        Path run = ObservedTraining.run(
                config(
                        "run",
                        "["
                                + observer.replace("NAME", "exact")
                                        .replace("GROUPS", "false")
                                        .replace("STORAGE", "float32")
                                + ", "
                                + observer.replace("NAME", "half")
                                        .replace("GROUPS", "true")
                                        .replace("STORAGE", "bfloat16")
                                + "]",
                        "training.precision=float32"),
                Map.of());
        CsvReader exact = CsvReader.read(run.resolve("spectrum.csv"));
        CsvReader half = CsvReader.read(run.resolve("spectrum_half.csv"));
        double[] bounds = half.column("sigma_error_bound");
        double[] norms = exact.column("sigma_1");
        assertThat(bounds).hasSize(STEPS - 1);
        for (String column : List.of("sigma_1", "sigma_2", "sigma_3", "sigma_4")) {
            for (int row = 3; row < bounds.length; row++) {
                double difference = Math.abs(half.column(column)[row] - exact.column(column)[row]);
                assertThat(difference).isPositive().isLessThan(bounds[row]);
                assertThat(bounds[row]).isLessThan(0.01 * norms[row]);
            }
        }
        double share = half.column("decay_share_1")[bounds.length - 1];
        assertThat(share).isCloseTo(exact.column("decay_share_1")[bounds.length - 1], within(0.01 * share + 1e-6));
        assertThat(lastRow(run.resolve("groups_half.csv"), "attention").get("sigma_1"))
                .isPositive();
    }

    /** In several steps the decay parts of groups are not followed, those of all are. */
    @Test
    void groupsOfSeveralStepsHaveSpectra() throws IOException {
        Path run = ObservedTraining.run(
                config("run", "[{name: grouped, stride: 2, window: 4, subset: blocks, groups: true}]"), Map.of());
        Map<String, Double> row = lastRow(run.resolve("groups.csv"), "transformer.h.1.attention");
        assertThat(row.get("sigma_1")).isPositive();
        assertThat(row.get("decay_share_1")).isNaN();
        CsvReader whole = CsvReader.read(run.resolve("spectrum.csv"));
        assertThat(whole.column("decay_share_1")).doesNotContain(Double.NaN);
        double all = whole.column("update_norm")[whole.column("update_norm").length - 1];
        double squares = 0;
        for (String part : List.of("attention", "mlp")) {
            squares += Math.pow(lastRow(run.resolve("groups.csv"), part).get("update_norm"), 2);
        }
        assertThat(Math.sqrt(squares)).isCloseTo(all, within(1e-12 * all));
    }

    @Test
    void whatCannotBeIsOneLine() {
        refused("groups need windows of whole updates", "storage: sketch, groups: true");
        refused("groups need windows of whole updates", "of: gradients, groups: true");
        refused("alsoWindows need whole updates", "storage: sketch, alsoWindows: [3]");
        refused("storage bfloat16 keeps no decay parts", "storage: bfloat16, stride: 2");
        refused("must be different from each other and smaller than window (4)", "alsoWindows: [4]");
        refused("must be different from each other and smaller than window (4)", "alsoWindows: [3, 3]");
    }

    private void refused(String message, String keys) {
        assertThatThrownBy(() -> config("refused", "[{name: one, window: 4, " + keys + "}]"))
                .isInstanceOf(UsageException.class)
                .hasMessageContaining(message);
    }
}
