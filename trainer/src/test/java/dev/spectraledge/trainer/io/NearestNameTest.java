package dev.spectraledge.trainer.io;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class NearestNameTest {
    @ParameterizedTest
    @CsvSource({
        "abc,abc,0",
        "abc,ABC,0",
        "abc,acb,1",
        "abc,ab,1",
        "ab,abc,1",
        "abc,axc,1",
        "'',abc,3",
        "kitten,sitting,3"
    })
    void distance(String first, String second, int expected) {
        assertThat(NearestName.distance(first, second)).isEqualTo(expected);
        assertThat(NearestName.distance(second, first)).isEqualTo(expected);
    }

    @Test
    void suggestsOnlyWhatIsNear() {
        List<String> names = List.of("weightDecay", "learningRate", "steps");
        assertThat(NearestName.of("wieghtdecay", names)).contains("weightDecay");
        assertThat(NearestName.of("stpes", names)).contains("steps");
        assertThat(NearestName.of("momentum", names)).isEmpty();
        assertThat(NearestName.hint("step", names)).isEqualTo("; did you mean 'steps'?");
        assertThat(NearestName.hint("step", List.of())).isEmpty();
    }

    @Test
    void doesNotCompareWhatIsFarTooLong() {
        String endless = "x".repeat(1 << 26);
        assertThat(NearestName.of(endless, List.of("steps"))).isEmpty();
        assertThat(NearestName.of("steps", List.of(endless, "step"))).contains("step");
    }
}
