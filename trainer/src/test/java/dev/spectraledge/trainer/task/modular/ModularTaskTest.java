package dev.spectraledge.trainer.task.modular;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.spectraledge.trainer.TestMemory;
import dev.spectraledge.trainer.UsageException;
import dev.spectraledge.trainer.config.ConfigResolver;
import dev.spectraledge.trainer.config.RunConfig;
import dev.spectraledge.trainer.data.ExampleForm;
import dev.spectraledge.trainer.data.SplitData;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ModularTaskTest {
    private static ConfigResolver modular(String... overrides) {
        ConfigResolver resolver = new ConfigResolver().override("task.name=modular");
        for (String override : overrides) {
            resolver.override(override);
        }
        return resolver;
    }

    private static long parameters(RunConfig config) {
        return config.task().architecture(config.model(), 2).layout().size();
    }

    @Test
    void theDefaultsAreThePublishedModelAndOptimiser() {
        RunConfig config = modular().resolve();
        assertThat(config.task()).isEqualTo(new ModularTask("modular", "add", 97, 0.5, null));
        assertThat(parameters(config)).isEqualTo(290_401);
        assertThat(config.training().batchSize()).isEqualTo(512);
        assertThat(config.training().beta2()).isEqualTo(0.98);
        assertThat(config.evaluation().grokAccuracy()).isEqualTo(0.95);
        assertThat(config.evaluation().every()).isEqualTo(100);
        assertThat(config.training().stopOn()).hasToString("grok+1500");
    }

    /** Thesis §5.3. */
    @Test
    void thePaperPresetFollowsTheWeightDecay() {
        RunConfig decay = modular().preset("paper").resolve();
        assertThat(decay.training().steps()).isEqualTo(200_000);
        assertThat(decay.training().stopOn()).isNull();
        assertThat(decay.evaluation().stopAccuracy()).isEqualTo(0.98);
        assertThat(decay.evaluation().stopPatience()).isEqualTo(3);
        RunConfig control = modular("training.weightDecay=0").preset("paper").resolve();
        assertThat(control.training().steps()).isEqualTo(50_000);
        assertThat(control.evaluation().every()).isEqualTo(500);
    }

    @Test
    void theSlowPresetIsThePublishedSlowRegime() {
        RunConfig slow = modular().preset("slow").resolve();
        assertThat(slow.model().layers()).isEqualTo(3);
        assertThat(slow.training().learningRate()).isEqualTo(5e-5);
        assertThat(slow.training().weightDecay()).isEqualTo(0.1);
        assertThat(slow.training().beta2()).isEqualTo(0.999);
        assertThat(slow.training().stopOn()).isNull();
        assertThat(slow.evaluation().every()).isEqualTo(1000);
        RunConfig control = modular("training.weightDecay=0").preset("slow").resolve();
        assertThat(control.training().steps()).isEqualTo(650_000);
        assertThat(control.evaluation().stopAccuracy()).isNull();
    }

    @Test
    void severalOperationsAreSeveralObjectives() {
        RunConfig config = modular("task.operation=add+mul+x2_y2").resolve();
        assertThat(config.task().objectives()).containsExactly("add", "mul", "x2_y2");
        assertThat(config.task().variant()).isEqualTo("modular_add+mul+x2_y2");
        assertThat(parameters(config)).isEqualTo(315_427);
        assertThat(config.task().generate(TestMemory.DATA, 42).train().form()).isEqualTo(ExampleForm.ofSequences(3));
    }

    @Test
    void theSplitFollowsTheRunUnlessItHasASeedOfItsOwn() {
        assertThat(modular().resolve().task().seedOfData(137)).isEqualTo(137);
        RunConfig fixed = modular("task.splitSeed=5", "task.prime=11").resolve();
        assertThat(fixed.task().seedOfData(137)).isEqualTo(5);
        SplitData data = fixed.task().generate(TestMemory.DATA, 5);
        assertThat(data.train().size() + data.test().size()).isEqualTo(121);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "task.operation=addd | unknown operation 'addd'; did you mean 'add'?",
                "task.operation=add+ | unknown operation ''",
                "task.operation=add+mul+add | operation 'add+mul+add' names one of them twice",
                "task.prime=2 | task.prime cannot be '2'; it must be a whole number of at least 3 and at most 1000",
                "task.trainFraction=1 | task.trainFraction cannot be '1'",
                "model.positions=1 | model.positions (1) must be at least task.contextLength (2)"
            })
    void refusesWhatIsNotAllowed(String override, String message) {
        ConfigResolver resolver = modular(override);
        assertThatThrownBy(resolver::resolve).isInstanceOf(UsageException.class).hasMessageContaining(message);
    }
}
