package dev.spectraledge.analysis.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import org.junit.jupiter.api.Test;

class CudaFindingsTest {
    @Test
    void candidatesComeBeforeTheStateAndAReasonIsOneLine() {
        Map<String, Object> findings = CudaFindings.ofThisMachine();
        assertThat(findings.keySet()).startsWith("candidates_in_order", "state");
        assertThat(findings.get("candidates_in_order").toString())
                .contains(
                        "driver by the system loader = libcuda.so.1: ",
                        "system property spectraledge.cuda.directory",
                        "environment SPECTRALEDGE_CUDA_DIRECTORY");
        assertThat(findings.get("state").toString()).isNotBlank().doesNotContain("\n");
        assertThat(findings.get("state").equals("usable")).isEqualTo(findings.containsKey("device_0"));
    }

    @Test
    void versionsAreReadAsEachLibraryCounts() {
        assertThat(CudaFindings.cudaVersion(12080)).isEqualTo("12.8");
        assertThat(CudaFindings.blasVersion(130101)).isEqualTo("13.1.1");
        assertThat(CudaFindings.blasVersion(120603)).isEqualTo("12.6.3");
        assertThat(CudaFindings.solverVersion(11701)).isEqualTo("11.7.1");
        assertThat(CudaFindings.solverVersion(12004)).isEqualTo("12.0.4");
    }
}
