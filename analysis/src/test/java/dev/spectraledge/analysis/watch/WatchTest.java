package dev.spectraledge.analysis.watch;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Queue;
import org.junit.jupiter.api.Test;

class WatchTest {
    private final List<String> told = new ArrayList<>();
    private final Script script = new Script();

    @Test
    void itLooksUntilNothingHasComeForAWhile() {
        script.looks.addAll(
                List.of(List.of("a"), List.of(), List.of("b"), List.of(), List.of(), List.of(), List.of("c")));
        watch(Optional.of(Duration.ofSeconds(3))).run(() -> false);
        assertThat(told).containsExactly("a", "b", "waited long enough");
    }

    @Test
    void itEndsWhenNothingMoreIsExpected() {
        script.looks.addAll(List.of(List.of("a"), List.of("b")));
        script.overAfter = 2;
        watch(Optional.empty()).run(() -> false);
        assertThat(told).containsExactly("a", "b", "waited long enough");
    }

    @Test
    void whoAsksForTheEndGetsItAtOnce() {
        script.looks.addAll(List.of(List.of("a"), List.of("b")));
        watch(Optional.empty()).run(() -> script.looked == 1);
        assertThat(told).containsExactly("a");
    }

    private Watch watch(Optional<Duration> untilIdle) {
        return new Watch(script, told::addAll, new Steps(), Duration.ofSeconds(1), untilIdle);
    }

    /** Time that passes only while somebody waits. */
    private static final class Steps implements Watch.Clock {
        private Duration now = Duration.ofHours(1);

        @Override
        public Duration now() {
            return now;
        }

        @Override
        public void pause(Duration length) {
            now = now.plus(length);
        }
    }

    private static final class Script implements Watched {
        private final Queue<List<String>> looks = new ArrayDeque<>();
        private int overAfter = Integer.MAX_VALUE;
        private int looked;

        @Override
        public List<String> look() {
            looked++;
            return looks.isEmpty() ? List.of() : looks.remove();
        }

        @Override
        public boolean isOver() {
            return looked >= overAfter;
        }

        @Override
        public List<String> finish() {
            return List.of("waited long enough");
        }
    }
}
