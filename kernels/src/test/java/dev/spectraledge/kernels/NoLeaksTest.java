package dev.spectraledge.kernels;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class NoLeaksTest {
    @Test
    void findsOwnersThatWereNotOpenBefore() {
        assertThat(NoLeaks.leaked(List.of("model"), List.of("model"))).isEmpty();
        assertThat(NoLeaks.leaked(List.of("model"), List.of("model", "model"))).containsExactly("model");
        assertThat(NoLeaks.leaked(List.of("model"), List.of("batch", "model"))).containsExactly("batch");
        assertThat(NoLeaks.leaked(List.of("model"), List.of())).isEmpty();
    }

    @Test
    void namesWhatIsOpenNow() {
        List<String> before = MemoryOwner.live();
        try (MemoryOwner owner = MemoryOwner.open("forgotten")) {
            assertThat(NoLeaks.leaked(before, MemoryOwner.live())).containsExactly(owner.name());
        }
        assertThat(NoLeaks.leaked(before, MemoryOwner.live())).isEmpty();
    }
}
