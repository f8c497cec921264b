package dev.spectraledge.bindings;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class CpuFeaturesTest {
    private static final String SKYLAKE_SERVER = "avx avx2 fma avx512f avx512cd avx512bw avx512dq avx512vl";

    private static CpuFeatures cpu(String vendor, String flags) {
        return CpuFeatures.parse("""
                processor	: 0
                vendor_id	: %s
                model name	: a CPU whose flags : are below
                flags		: fpu sse2 %s
                vmx flags	: vnmi

                processor	: 1
                vendor_id	: Other
                flags		: none
                """.formatted(vendor, flags));
    }

    @ParameterizedTest
    @CsvSource({
        "AuthenticAMD, " + SKYLAKE_SERVER + " avx512_bf16, AVX512, Cooperlake",
        "GenuineIntel, " + SKYLAKE_SERVER + ", AVX512, SkylakeX",
        "GenuineIntel, avx avx2 fma, AVX2, Haswell",
        "AuthenticAMD, avx avx2 fma, AVX2, Zen",
        // Knights Landing has AVX-512F without the parts that the SkylakeX kernels need.
        "GenuineIntel, avx avx2 fma avx512f avx512cd avx512er avx512pf, AVX2, Haswell",
        "GenuineIntel, avx, AVX,",
        "GenuineIntel, ssse3, SSE,"
    })
    void levelAndCoreTypeFollowTheFlags(String vendor, String flags, VectorLevel level, String coreType) {
        CpuFeatures cpu = cpu(vendor, flags);
        assertThat(cpu.vendor()).isEqualTo(vendor);
        assertThat(cpu.vectorLevel()).contains(level);
        assertThat(cpu.openBlasCoreType().orElse(null)).isEqualTo(coreType);
    }

    @Test
    void anotherArchitectureHasNoLevel() {
        CpuFeatures arm = CpuFeatures.parse("processor\t: 0\nFeatures\t: fp asimd sve\n");
        assertThat(arm.vectorLevel()).isEmpty();
        assertThat(arm.openBlasCoreType()).isEmpty();
    }

    @Test
    void theHostsFeaturesAreConsistent() {
        CpuFeatures host = CpuFeatures.ofHost();
        assertThat(host.vectorLevel().isPresent()).isEqualTo(!host.flags().isEmpty());
    }
}
