package dev.spectraledge.bindings;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class VectorLevelTest {
    @ParameterizedTest
    @CsvSource({
        "SapphireRapids, AVX512",
        "Cooperlake, AVX512",
        "SKYLAKEX, AVX512",
        "Zen, AVX2",
        "haswell, AVX2",
        "Excavator, AVX",
        "Sandybridge, AVX",
        "Nehalem, SSE"
    })
    void coreTypesMapToTheVectorsOfTheirKernels(String coreType, VectorLevel level) {
        assertThat(VectorLevel.ofCoreType(coreType)).isEqualTo(level);
    }
}
