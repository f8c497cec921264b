package dev.spectraledge.bench.peers;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

class ThreadConfigurationTest {

    @Test
    void argumentSurvivesTheCommandLine() {
        ThreadConfiguration threads = new ThreadConfiguration(2, 1);
        assertThat(ThreadConfiguration.parse(threads.argument())).isEqualTo(threads);
        assertThat(threads.label()).isEqualTo("2 threads, GEMM on 1");
        assertThat(new ThreadConfiguration(1, 1).label()).isEqualTo("1 thread");
    }

    @Test
    void refusesNonsense() {
        assertThatThrownBy(() -> new ThreadConfiguration(0, 1)).hasMessageContaining("at least 1");
        assertThatThrownBy(() -> ThreadConfiguration.parse("2")).hasMessageContaining("OPERATORS:GEMM");
    }
}
