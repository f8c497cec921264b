package dev.spectraledge.analysis.offline;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class ReadProgressTest {
    @Test
    void saysHowFarAtWhichRateAndHowLongStill() {
        assertThat(ReadProgress.text(2_000_000_000L, 10_000_000_000L, 20))
                .isEqualTo("read 2.0 of 10.0 GB  0.1 GB/s  ETA 1:20");
        assertThat(ReadProgress.text(9_000_000_000L, 10_000_000_000L, 2))
                .isEqualTo("read 9.0 of 10.0 GB  4.5 GB/s  ETA 0:00");
    }
}
