package dev.spectraledge.analysis.cli;

import static dev.spectraledge.analysis.cli.CommandLineRunner.sedge;
import static org.assertj.core.api.Assertions.assertThat;

import dev.spectraledge.analysis.cli.CommandLineRunner.Outcome;
import dev.spectraledge.trainer.io.Json;
import java.util.Map;
import org.junit.jupiter.api.Test;

class DoctorCommandTest {
    @Test
    void findsWhatTrainingNeeds() {
        Outcome outcome = sedge("doctor", "--json");
        assertThat(outcome.exitCode()).isZero();
        Map<String, Object> findings = Json.parseObject(outcome.out(), "doctor");
        assertThat(findings).containsKeys("java", "cpu", "cache", "openblas", "measured_speed", "cuda", "disk");
        Map<?, ?> oneThread = (Map<?, ?>) ((Map<?, ?>) findings.get("measured_speed")).get("1_thread");
        assertThat(oneThread.values())
                .allSatisfy(rate -> assertThat((Double) rate).isPositive());
        assertThat(findings.get("openblas").toString()).contains("core_type=", "candidates_in_order=[system property");
        assertThat(findings.get("cuda").toString()).contains("candidates_in_order=[", "libcuda.so.1", "state=");
    }
}
