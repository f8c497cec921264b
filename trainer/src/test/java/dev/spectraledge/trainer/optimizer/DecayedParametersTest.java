package dev.spectraledge.trainer.optimizer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.spectraledge.trainer.model.ParameterSpec;
import java.util.List;
import org.junit.jupiter.api.Test;

class DecayedParametersTest {
    private static List<String> names(DecayedParameters decayed) {
        return OptimizerRun.LAYOUT.specs().stream()
                .filter(decayed::contains)
                .map(ParameterSpec::name)
                .toList();
    }

    @Test
    void matricesAreThoseOfTwoDimensionsWithTheEmbeddings() {
        assertThat(names(DecayedParameters.of("matrices")))
                .contains("tok_emb.weight", "pos_emb.weight", "encoder.layers.1.linear2.weight", "head.weight")
                .noneMatch(name -> name.contains("bias") || name.contains("norm") || name.startsWith("ln"));
    }

    @Test
    void aPatternIsLookedForAnywhereInNames() {
        assertThat(names(DecayedParameters.of("^(tok|pos)_emb"))).containsExactly("tok_emb.weight", "pos_emb.weight");
        assertThat(names(DecayedParameters.of("all")))
                .hasSize(OptimizerRun.LAYOUT.specs().size());
    }

    @Test
    void aPatternThatIsFoundNowhereIsRefusedWithASimilarName() {
        DecayedParameters nothing = DecayedParameters.of("encoder.layer.0.linear1.weight");
        assertThatThrownBy(() -> nothing.requireAny(OptimizerRun.LAYOUT))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("did you mean 'encoder.layers.0.linear1.weight'?");
    }
}
