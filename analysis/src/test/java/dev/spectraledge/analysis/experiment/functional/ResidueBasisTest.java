package dev.spectraledge.analysis.experiment.functional;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.spectraledge.kernels.MemoryOwner;
import dev.spectraledge.trainer.data.Examples;
import dev.spectraledge.trainer.task.modular.ModularArithmetic;
import dev.spectraledge.trainer.task.modular.ModularOperation;
import java.util.List;
import java.util.function.IntToDoubleFunction;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** On the test pairs modulo 97, half of all. */
class ResidueBasisTest {
    private static final int PRIME = 97;

    private final MemoryOwner owner = MemoryOwner.open("residue basis test");

    @AfterEach
    void close() {
        owner.close();
    }

    private Examples pairs(ModularOperation... operations) {
        return new ModularArithmetic(List.of(operations), PRIME, 0.5)
                .generate(owner, 42)
                .test();
    }

    private static ResidueBasis named(String name, List<ResidueBasis> bases) {
        return bases.stream()
                .filter(basis -> basis.name().equals(name))
                .findFirst()
                .orElseThrow();
    }

    private static CircleSpectrum.Peak peak(ResidueBasis basis, double[] responses) {
        return new CircleSpectrum(basis.length()).peak(basis.profile(responses));
    }

    private static double[] responses(Examples pairs, IntToDoubleFunction ofPair) {
        double[] responses = new double[Math.toIntExact(pairs.size())];
        for (int pair = 0; pair < responses.length; pair++) {
            responses[pair] = ofPair.applyAsDouble(pair);
        }
        return responses;
    }

    @Test
    void logarithmsTurnProductsIntoSums() {
        DiscreteLogarithm logarithm = new DiscreteLogarithm(PRIME);
        assertThat(logarithm.base()).isEqualTo(5);
        assertThat(logarithm.of(1)).isZero();
        assertThat(logarithm.of(25)).isEqualTo(2);
        assertThat(logarithm.of(0)).isEqualTo(-1);
        for (int a = 1; a < PRIME; a++) {
            for (int b = 1; b < PRIME; b++) {
                assertThat(logarithm.of(a * b % PRIME)).isEqualTo((logarithm.of(a) + logarithm.of(b)) % (PRIME - 1));
            }
        }
    }

    @Test
    void onlyPrimesHaveThem() {
        assertThat(List.of(2, 3, 13, 97, 113)).allMatch(DiscreteLogarithm::exists);
        assertThat(List.of(1, 4, 9, 12, 91)).noneMatch(DiscreteLogarithm::exists);
        assertThatThrownBy(() -> new DiscreteLogarithm(12))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("12 is no prime");
    }

    /** 1 + cos(2π·26(a + b)/97): one wave by the sum, none by a, b or the difference. */
    @Test
    void aWaveOfTheSumIsOneFrequencyByTheResult() {
        Examples pairs = pairs(ModularOperation.ADD);
        double[] wave = responses(
                pairs, pair -> 1 + Math.cos(2 * Math.PI * 26 * (pairs.token(pair, 0) + pairs.token(pair, 1)) / PRIME));
        List<ResidueBasis> bases = ResidueBasis.of(pairs, List.of("add"), PRIME);
        assertThat(bases)
                .extracting(ResidueBasis::name)
                .containsExactly("result", "log-result", "a", "b", "a−b", "a·b");
        CircleSpectrum.Peak peak = peak(named("result", bases), wave);
        assertThat(peak.frequency()).isEqualTo(26);
        assertThat(peak.share()).isCloseTo(1, within(1e-12));
        for (String other : List.of("log-result", "a", "b", "a−b", "a·b")) {
            assertThat(peak(named(other, bases), wave).share()).as(other).isLessThan(0.3);
        }
    }

    /** 1 + cos(2π·29(log a + log b)/96): the same of a product by its logarithm. */
    @Test
    void aWaveOfTheLogarithmIsNoneOfTheProductItself() {
        Examples pairs = pairs(ModularOperation.MUL);
        DiscreteLogarithm logarithm = new DiscreteLogarithm(PRIME);
        double[] wave = responses(
                pairs,
                pair -> 1
                        + Math.cos(2
                                * Math.PI
                                * 29
                                * (logarithm.of(pairs.token(pair, 0)) + logarithm.of(pairs.token(pair, 1)))
                                / (PRIME - 1)));
        List<ResidueBasis> bases = ResidueBasis.of(pairs, List.of("mul"), PRIME);
        CircleSpectrum.Peak peak = peak(named("log-result", bases), wave);
        assertThat(peak.frequency()).isEqualTo(29);
        assertThat(peak.share()).isCloseTo(1, within(1e-12));
        assertThat(peak(named("result", bases), wave).share()).isLessThan(0.3);
        assertThat(ResidueBasis.natural("mul", false)).isEqualTo("log-result");
        assertThat(ResidueBasis.natural("mul", true)).isEqualTo("mul-log-result");
        assertThat(ResidueBasis.natural("add", true)).isEqualTo("add-result");
    }

    @Test
    void ofSeveralTasksEachHasItsOwn() {
        Examples pairs = pairs(ModularOperation.ADD, ModularOperation.MUL);
        List<ResidueBasis> bases = ResidueBasis.of(pairs, List.of("add", "mul"), PRIME);
        assertThat(bases).hasSize(8);
        ResidueBasis product = named("mul-result", bases);
        for (int pair = 0; pair < pairs.size(); pair++) {
            assertThat(product.places()[pair]).isEqualTo(pairs.token(pair, 0) * pairs.token(pair, 1) % PRIME);
        }
    }

    @Test
    void aPlaceWithoutAPairHasTheMeanOfAll() {
        ResidueBasis basis = new ResidueBasis("test", 4, new int[] {0, 0, 1, -1, 3});
        assertThat(basis.profile(new double[] {1, 3, 5, 1000, 7})).containsExactly(2, 5, 4, 7);
    }

    @Test
    void anEvenSpectrumHasOneShareForEachFrequency() {
        CircleSpectrum spectrum = new CircleSpectrum(PRIME);
        assertThat(spectrum.frequencies()).isEqualTo(48);
        double[] impulse = new double[PRIME];
        impulse[11] = 1;
        assertThat(spectrum.peak(impulse).share()).isCloseTo(1.0 / 48, within(1e-12));
        assertThat(new CircleSpectrum(PRIME - 1).frequencies()).isEqualTo(48);
    }
}
