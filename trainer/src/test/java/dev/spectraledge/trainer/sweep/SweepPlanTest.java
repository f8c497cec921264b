package dev.spectraledge.trainer.sweep;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.entry;

import dev.spectraledge.trainer.RunException;
import dev.spectraledge.trainer.UsageException;
import dev.spectraledge.trainer.config.ConfigResolver;
import dev.spectraledge.trainer.config.RunConfig;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SweepPlanTest {
    @TempDir
    private Path folder;

    @Test
    void combinesGridZipListAndSeeds() throws IOException {
        List<PlannedRun> runs = plan("""
                task: dyck
                training: {batchSize: 25}
                sweep:
                  seeds: [3, 4]
                  grid:
                    training.weightDecay: [1, 0.5]
                    model.layers: [1, 2]
                  zip:
                    training.beta1: [0.8, 0.9]
                    training.beta2: [0.9, 0.99]
                  list:
                    - {}
                    - {observers.paper.stride: 50, training.steps: 9}
                """);
        assertThat(runs).hasSize(2 * 2 * 2 * 2 * 2);
        assertThat(runs.getFirst().swept())
                .containsExactly(
                        entry("training.weightDecay", 1.0),
                        entry("model.layers", 1),
                        entry("training.beta1", 0.8),
                        entry("training.beta2", 0.9),
                        entry("observers.paper.stride", 100),
                        entry("training.steps", 20_000L),
                        entry("training.seed", 3L));
        RunConfig last = runs.getLast().config();
        assertThat(last.training().weightDecay()).isEqualTo(0.5);
        assertThat(last.training().beta2()).isEqualTo(0.99);
        assertThat(last.training().batchSize()).isEqualTo(25);
        assertThat(last.training().seed()).isEqualTo(4);
        assertThat(last.training().steps()).isEqualTo(9);
        assertThat(last.observers().getFirst().stride()).isEqualTo(50);
        assertThat(last.threads()).isEqualTo(1);
        assertThat(runs.get(1).description())
                .isEqualTo("weightDecay=1.0 layers=1 beta1=0.8 beta2=0.9 stride=100 steps=20000 seed=4");
    }

    @Test
    void seedsAreAListANumberOrARange() throws IOException {
        assertThat(seeds("[5, 3]")).containsExactly(5L, 3L);
        assertThat(seeds("3")).containsExactly(42L, 43L, 44L);
        assertThat(seeds("7..9")).containsExactly(7L, 8L, 9L);
    }

    private List<Long> seeds(String text) throws IOException {
        return plan("sweep: {seeds: " + text + "}").stream()
                .map(run -> run.config().training().seed())
                .toList();
    }

    @Test
    void aRunIsTheOneThatItsConfigurationAloneWouldGive() throws IOException {
        List<PlannedRun> runs = plan("preset: paper\nsweep: {grid: {training.weightDecay: [1, 0]}}");
        List<RunConfig> alone = Stream.of("1", "0")
                .map(decay -> new ConfigResolver()
                        .preset("paper")
                        .override("training.weightDecay=" + decay)
                        .override("threads=1")
                        .resolve())
                .toList();
        assertThat(runs).map(PlannedRun::config).isEqualTo(alone);
        assertThat(runs.getLast().config().training().steps())
                .as("the preset's companion for runs without decay")
                .isEqualTo(10_000);
        assertThat(runs)
                .map(PlannedRun::id)
                .containsExactly(
                        alone.getFirst().hash().substring(0, 12),
                        alone.getLast().hash().substring(0, 12));
    }

    @Test
    void presetsCanBeSwept() throws IOException {
        List<PlannedRun> runs = plan("sweep: {grid: {preset: [null, paper]}}");
        assertThat(runs).map(run -> run.config().evaluation().stopAccuracy()).containsExactly(null, 0.99);
        assertThat(runs).map(run -> run.swept().get("preset")).containsExactly(null, "paper");
    }

    @Test
    void aPlanIsReadAsItWasWritten() throws IOException {
        Path file = file("sweep: {grid: {training.learningRate: [1e-3, 1e-8], observers: [[], [{name: one}]]}}");
        Path root = folder.resolve("sweep");
        SweepPlan written = SweepPlan.of(file, root);
        assertThat(SweepPlan.readIfPlanned(root)).isEmpty();
        written.write(file);
        SweepPlan read = SweepPlan.read(root);
        assertThat(read.sweptKeys()).containsExactly("training.learningRate", "observers");
        assertThat(read.runs())
                .map(PlannedRun::id)
                .isEqualTo(written.runs().stream().map(PlannedRun::id).toList());
        assertThat(read.runs())
                .map(PlannedRun::config)
                .isEqualTo(written.runs().stream().map(PlannedRun::config).toList());
        assertThat(read.directory(read.runs().getFirst()))
                .isEqualTo(root.resolve("runs").resolve(read.runs().getFirst().id()));
        assertThat(root.resolve("sweep.yaml")).hasSameTextualContentAs(file);
        SweepPlan extended =
                SweepPlan.of(file("sweep: {grid: {training.learningRate: [1e-3, 1], observers: [[]]}}"), root);
        assertThat(extended.without(read))
                .map(PlannedRun::description)
                .containsExactly("learningRate=1.0 observers=[]");
        assertThat(read.without(extended)).hasSize(3);
    }

    @Test
    void aPlanThatWasChangedByHandIsRefused() throws IOException {
        Path root = folder.resolve("sweep");
        Path file = file("sweep: {seeds: 2}");
        SweepPlan.of(file, root).write(file);
        Path lines = root.resolve("runs.jsonl");
        Files.writeString(lines, Files.readString(lines).replace("\"width\":128", "\"width\":64"));
        PlannedRun run = SweepPlan.read(root).runs().getFirst();
        assertThatThrownBy(run::config)
                .isInstanceOf(UsageException.class)
                .hasMessageStartingWith(
                        "planned run " + run.id() + ": its configuration was changed, its id would be ");
        Files.writeString(lines, "{\"id\": 3}\n");
        assertThatThrownBy(() -> SweepPlan.read(root))
                .isInstanceOf(RunException.class)
                .hasMessage(lines + " line 1: should hold id, swept and config of a run");
        assertThatThrownBy(() -> SweepPlan.read(folder)).hasMessageStartingWith(folder + " is not a sweep");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '\0',
            value = {
                "sweeps: {} | unknown key 'sweeps'; did you mean 'sweep'?",
                "trainng.seed: 3 | unknown key 'trainng.seed'; did you mean 'training'?",
                "training.sed: 3, sweep: {seeds: 1} | unknown key 'training.sed'; did you mean 'training.seed'?",
                "training.clip: 1 | sweep should hold at least one of grid, zip, list and seeds",
                "sweep: {} | sweep should hold at least one of grid, zip, list and seeds",
                "sweep: {gird: {}} | unknown key 'sweep.gird'; did you mean 'grid'?",
                "sweep: {grid: {training.sed: [1]}} | unknown key 'training.sed'; did you mean 'training.seed'?",
                "sweep: {grid: {training: {seed: [1]}}} | sweep.grid: training cannot be '{seed=[1]}'; it is a list",
                "sweep: {grid: {training.clip: []}} | training.clip cannot be '[]'; it is a list of values",
                "sweep: {grid: [1]} | sweep.grid cannot be '[1]'; it is a group of keys, each with a list of values",
                "sweep: {grid: {training.clip: [1, 1.0]}} | two runs are the same: clip=1.0",
                "sweep: {grid: {training.clip: [-1]}} | training.clip cannot be '-1'; it must be a number greater than 0",
                "sweep: {zip: {training.clip: [1], training.seed: [1, 2]}} | must be of equal length, but training.clip"
                        + " has 1 values and training.seed has 2",
                "sweep: {grid: {training.seed: [1]}, seeds: 3} | sweep varies training.seed in two places",
                "sweep: {list: [3]} | sweep.list[0] cannot be '3'; it is a group of keys",
                "sweep: {list: {}} | sweep.list cannot be '{}'; it is a list of groups of keys",
                "sweep: {seeds: 0} | sweep.seeds cannot be '0'; it is a list, a number of seeds up to 10000, or a range",
                "sweep: {seeds: 9..7} | sweep.seeds cannot be '9..7'",
                "sweep: {seeds: [1, 1]} | two runs are the same: seed=1",
                "sweep: {seeds: 5000, grid: {training.clip: [1, 2, 3]}} | a sweep holds at most 10000 runs",
                "sweep: {grid: {out: [a]}} | leave out 'out': the runs of a sweep lie in its own directory",
                "threads: 0, sweep: {seeds: 1} | threads cannot be 0 in a sweep",
                "task: dycc, sweep: {seeds: 1} | unknown task 'dycc'; did you mean 'dyck'?",
            })
    void whatCannotBeUnderstoodGetsOneLine(String document, String expected) {
        assertThatThrownBy(() -> plan("{" + document + "}"))
                .isInstanceOf(UsageException.class)
                .hasMessageContaining(expected)
                .hasMessageStartingWith(folder.resolve("sweep.yaml") + ": ")
                .message()
                .doesNotContain("\n");
    }

    private List<PlannedRun> plan(String document) throws IOException {
        return SweepPlan.of(file(document), folder).runs();
    }

    private Path file(String document) throws IOException {
        return Files.writeString(folder.resolve("sweep.yaml"), document);
    }
}
