package dev.spectraledge.trainer.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.spectraledge.trainer.Observed;
import dev.spectraledge.trainer.ParameterSubset;
import dev.spectraledge.trainer.RunException;
import dev.spectraledge.trainer.UsageException;
import dev.spectraledge.trainer.task.dyck.DyckTask;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ConfigResolverTest {
    @TempDir
    Path folder;

    @Test
    void theDefaultsAreThePublishedModelAndOptimiser() {
        RunConfig config = new ConfigResolver().resolve();
        assertThat(config.task()).isEqualTo(new DyckTask("dyck", 12, 24, 5050, 50, 0));
        assertThat(config.model().width()).isEqualTo(128);
        assertThat(config.training().learningRate()).isEqualTo(1e-3);
        assertThat(config.training().beta2()).isEqualTo(0.98);
        assertThat(config.training().epsilon()).isEqualTo(1e-8);
        assertThat(config.training().stopOn()).hasToString("grok+3000");
        assertThat(config.evaluation().stopAccuracy()).isNull();
        assertThat(config.out()).isNull();
        assertThat(config.observers())
                .containsExactly(
                        new ObserverConfig(
                                "paper",
                                100,
                                5,
                                ParameterSubset.ATTENTION,
                                Observed.UPDATES,
                                true,
                                1,
                                Storage.FLOAT32,
                                null,
                                SketchKind.GAUSSIAN,
                                false,
                                List.of(),
                                null),
                        new ObserverConfig(
                                "everyStep",
                                1,
                                10,
                                ParameterSubset.ATTENTION,
                                Observed.UPDATES,
                                true,
                                100,
                                Storage.FLOAT32,
                                null,
                                SketchKind.GAUSSIAN,
                                false,
                                List.of(),
                                null));
    }

    @Test
    void laterLayersWin() throws IOException {
        Path first = write("a.yaml", "training: {seed: 1, steps: 11, batchSize: 21, learningRate: 1}");
        Path second = write("b.yaml", "training:\n  steps: 12\n  batchSize: 22\n  learningRate: 2e-1\n");
        RunConfig config = new ConfigResolver()
                .flags(Map.of("training.learningRate", "4"))
                .override("training.batchSize=23")
                .override("training.learningRate=3")
                .preset("paper")
                .file(first)
                .file(second)
                .resolve();
        assertThat(config.training().seed()).isEqualTo(1);
        assertThat(config.training().steps()).isEqualTo(12);
        assertThat(config.training().batchSize()).isEqualTo(23);
        assertThat(config.training().learningRate()).isEqualTo(4);
        assertThat(config.training().stopOn()).as("from the preset").isNull();
        assertThat(config.training().beta1()).as("from the defaults").isEqualTo(0.9);
    }

    @Test
    void thePaperPresetFollowsTheWeightDecay() {
        RunConfig decay = new ConfigResolver().preset("paper").resolve();
        assertThat(decay.training().steps()).isEqualTo(20_000);
        assertThat(decay.checkpoints().every()).isEqualTo(200);
        assertThat(decay.evaluation().stopAccuracy()).isEqualTo(0.99);
        assertThat(decay.evaluation().stopPatience()).isEqualTo(10);

        RunConfig control = new ConfigResolver()
                .preset("paper")
                .override("training.weightDecay=0")
                .resolve();
        assertThat(control.training().steps()).isEqualTo(10_000);
        assertThat(control.checkpoints().every()).isEqualTo(500);

        RunConfig longer = new ConfigResolver()
                .preset("paper")
                .override("training.weightDecay=0")
                .override("training.steps=123")
                .resolve();
        assertThat(longer.training().steps()).isEqualTo(123);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "training.learningrate=1 | unknown key 'training.learningrate'; did you mean 'training.learningRate'?",
                "trainng.seed=1 | unknown key 'trainng'; did you mean 'training'?",
                "task.maxPears=1 | unknown key 'task.maxPears'; did you mean 'task.maxPairs'?",
                "training.xyzzyxyzzy=1 | unknown key 'training.xyzzyxyzzy'; allowed in 'training': seed",
                "observers=[{name: a, strid: 2}] | unknown key 'observers[0].strid'; did you mean"
                        + " 'observers[0].stride'?",
                "observers.everystep.window=3 | observers has no element named 'everystep'; did you mean 'everyStep'?"
                        + " (elements: paper, everyStep)",
                "task.name=dick | unknown task 'dick'; did you mean 'dyck'? (tasks: dyck, modular,",
                "training.steps=many | training.steps cannot be 'many'; it must be a whole number of at least 0",
                "training.steps=1.5 | training.steps cannot be '1.5'; it must be a whole number",
                "training.steps=-1 | training.steps cannot be '-1'; it must be a whole number of at least 0",
                "training.steps=null | training.steps cannot be 'null'; it must be a whole number",
                "model.layers=3000000000 | model.layers cannot be '3000000000'; it must be a whole number",
                "training.learningRate=0 | training.learningRate cannot be '0'; it must be a number greater than 0",
                "training.learningRate=.inf | training.learningRate cannot be 'Infinity'; it must be a number",
                "training.beta1=1 | training.beta1 cannot be '1'; it must be a number of at least 0 and less than 1",
                "training.optimizer=adagrad | training.optimizer cannot be 'adagrad'; it must be adamw or adam or sgd"
                        + " or muon",
                "training.trace=1 | training.trace cannot be '1'; it must be true or false",
                "training=5 | training cannot be '5'; it is a group of keys: seed, randomStream, steps",
                "observers=5 | observers cannot be '5'; it must be a list of groups of keys",
                "checkpoints.steps=[1, x] | checkpoints.steps cannot be 'x'; it must be a list of whole numbers of at"
                        + " least 0",
                "observers=[{name: a/b}] | observers[0]: name may hold letters, digits, '-' and '_', not 'a/b'",
                "observers=[{name: a, window: 65}] | observers[0].window cannot be '65'; it must be a whole number of"
                        + " at least 2 and at most 64",
                "observers=[{stride: 2}] | observers[0].name is missing",
                "observers=[{name: a}, {name: a}] | observers need different names, got a, a",
                "model.heads=5 | model: width (128) must be a multiple of heads (5)",
                "task.contextLength=49 | model.positions (48) must be at least task.contextLength (49)",
                "training.momentum=0.9 | training: momentum (0.9) needs optimizer sgd",
                "evaluation.stopAccuracy=0.9 | evaluation: stopAccuracy and stopPatience go together",
                "checkpoints.schedule=every | checkpoints: every and schedule 'every' go together",
                "training.stopOn=grokk+5 | training.stopOn (grokk+5) names no event of this run; there are grok",
                "training.stopOn=grok+ | training.stopOn cannot be 'grok+'; it must be a step such as 5000, or an event"
                        + " with or without a number of steps after it such as grok+500, or null",
                "training.stopOn=-5 | training.stopOn cannot be '-5'; it must be a step",
                "training.stopOn=stop_accuracy+9 | training.stopOn (stop_accuracy+9) needs evaluation.stopAccuracy",
                "training.weightDecayChange=grok+5 | training: weightDecayChange and finalWeightDecay go together",
                "training.weightDecayRamp=5 | training: weightDecayRamp (5) needs a weightDecayChange",
                "training.learningRateFloor=0.1 | training: cosineSteps and learningRateFloor need"
                        + " learningRateSchedule cosine",
                "training={learningRateSchedule: cosine, cosineSteps: 100, warmUpSteps: 200} | training: the cosine"
                        + " ends at step 100 (cosineSteps), which must be after the warm-up of 200 steps (warmUpSteps)",
                "training={weightDecayChange: stop_accuracy, finalWeightDecay: 0} | training.weightDecayChange"
                        + " (stop_accuracy) needs evaluation.stopAccuracy",
                "training.seed=[1 | not valid YAML at line 1",
                "training.seed | is not of the form key=value",
            })
    void refusesWhatIsNotAllowedInOneLine(String override, String message) {
        assertThatThrownBy(() -> new ConfigResolver().override(override).resolve())
                .isInstanceOf(UsageException.class)
                .hasMessageStartingWith("override '" + override + "'")
                .hasMessageContaining(message)
                .satisfies(error -> assertThat(error.getMessage()).doesNotContain("\n"));
    }

    @Test
    void readsTextsAsTheyAreTyped() {
        RunConfig config = new ConfigResolver()
                .override("out=123")
                .override("openblas.coreType=Haswell")
                .override("training.clip=null")
                .override("training.steps=2e4")
                .resolve();
        assertThat(config.out()).isEqualTo(Path.of("123").toAbsolutePath());
        assertThat(config.openblas().coreType()).isEqualTo("Haswell");
        assertThat(config.training().clip()).isNull();
        assertThat(config.training().steps()).isEqualTo(20_000);
    }

    @Test
    void changesObserversByNameOrReplacesThemAll() {
        RunConfig changed =
                new ConfigResolver().override("observers.everyStep.window=20").resolve();
        assertThat(changed.observers().get(1).window()).isEqualTo(20);
        assertThat(changed.observers().get(0).window()).isEqualTo(5);

        RunConfig replaced = new ConfigResolver()
                .override("observers=[{name: mine, stride: 7, subset: all}]")
                .resolve();
        assertThat(replaced.observers())
                .isEqualTo(List.of(new ObserverConfig(
                        "mine",
                        7,
                        10,
                        ParameterSubset.ALL,
                        Observed.UPDATES,
                        true,
                        100,
                        Storage.FLOAT32,
                        null,
                        SketchKind.GAUSSIAN,
                        false,
                        List.of(),
                        null)));

        assertThat(new ConfigResolver().override("observers=[]").resolve().observers())
                .isEmpty();
    }

    @Test
    void namesTheFileOfAFaultyValue() throws IOException {
        Path file = write("mine.yaml", "training:\n  sedd: 1\n");
        assertThatThrownBy(() -> new ConfigResolver().file(file).resolve())
                .isInstanceOf(UsageException.class)
                .hasMessageStartingWith(file + ": unknown key 'training.sedd'; did you mean 'training.seed'?");
    }

    @Test
    void refusesUnreadableFiles() throws IOException {
        Path missing = folder.resolve("missing.yaml");
        assertThatThrownBy(() -> new ConfigResolver().file(missing))
                .isInstanceOf(UsageException.class)
                .hasMessage("cannot read configuration " + missing + ": no such file or directory");
        Path broken = write("broken.yaml", "a: [1\nb: 2\n");
        assertThatThrownBy(() -> new ConfigResolver().file(broken))
                .isInstanceOf(RunException.class)
                .hasMessageStartingWith(broken + ": not valid YAML at line 2");
        Path list = write("list.yaml", "- 1\n");
        assertThatThrownBy(() -> new ConfigResolver().file(list))
                .isInstanceOf(RunException.class)
                .hasMessageStartingWith(list + ": should hold 'key: value' lines");
        Path twice = write("twice.yaml", "threads: 1\nthreads: 2\n");
        assertThatThrownBy(() -> new ConfigResolver().file(twice))
                .isInstanceOf(RunException.class)
                .hasMessageContaining("duplicate key threads");
    }

    @Test
    void refusesAnUnknownPreset() {
        assertThatThrownBy(() -> new ConfigResolver().preset("papre").resolve())
                .isInstanceOf(UsageException.class)
                .hasMessage("unknown preset 'papre' of task dyck; did you mean 'paper'? (presets: paper)");
    }

    @Test
    void continuesFromAnEarlierConfiguration() {
        RunConfig earlier = new ConfigResolver()
                .override("training.seed=7")
                .override("threads=2")
                .resolve();
        RunConfig longer = new ConfigResolver(earlier)
                .flags(Map.of("training.steps", "30000"))
                .resolve();
        assertThat(longer.training().seed()).isEqualTo(7);
        assertThat(longer.threads()).isEqualTo(2);
        assertThat(longer.training().steps()).isEqualTo(30_000);
    }

    private Path write(String name, String text) throws IOException {
        return Files.writeString(folder.resolve(name), text);
    }
}
