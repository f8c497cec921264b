package dev.spectraledge.trainer.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.spectraledge.trainer.UsageException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class KeyHintTest {
    @ParameterizedTest
    @CsvSource({
        "training.lr, training.learningRate",
        "training.wd, training.weightDecay",
        "training.learning_rate, training.learningRate",
        "training.max_steps, training.steps",
        "training.bs, training.batchSize",
        "training.eps, training.epsilon",
        "training.beta_2, training.beta2",
        "training.max_grad_norm, training.clip",
        "lr, training.learningRate",
        "batch_size, training.batchSize",
        "seed, training.seed",
        "width, model.width",
        "wdith, model.width",
        "model.d_model, model.width",
        "model.n_layers, model.layers",
        "model.num_heads, model.heads",
        "model.lr, training.learningRate",
        "training.layers, model.layers",
        "training.prime, task.prime",
        "task.operatoin, task.operation",
        "num_threads, threads",
        "eval_interval, evaluation.every",
        "trainng, training",
        "training.muon.newton_schulz_steps, training.muon.newtonSchulzSteps"
    })
    void namesTheKeyThatWasMeantAndNoOther(String written, String meant) {
        assertThatThrownBy(() -> new ConfigResolver()
                        .override("task.name=modular")
                        .override(written + "=1")
                        .resolve())
                .isInstanceOf(UsageException.class)
                .hasMessage(
                        "override '" + written + "=1': unknown key '" + written + "'; did you mean '" + meant + "'?");
    }

    @Test
    void listsTheKeysWhereNoneResembles() {
        assertThatThrownBy(() -> new ConfigResolver().override("model.xyzzyx=1").resolve())
                .hasMessageEndingWith("unknown key 'model.xyzzyx'; allowed in 'model': layers, width, heads,"
                        + " feedForwardWidth, positions, gelu, rotaryShare, rotaryBase, norm, normEpsilon,"
                        + " gated, biases, parallelResidual, tied, depthScaled");
    }

    @Test
    void knowsTheKeysOfEveryTaskWhereNoTaskIsKnown() {
        assertThat(KeyHint.anywhere("lr")).isEqualTo("; did you mean 'training.learningRate'?");
        assertThat(KeyHint.anywhere("maxpairs")).isEqualTo("; did you mean 'task.maxPairs'?");
        assertThat(KeyHint.anywhere("trainfraction")).isEqualTo("; did you mean 'task.trainFraction'?");
        assertThat(KeyHint.anywhere("xyzzyxyzzyx")).isEmpty();
    }
}
