package dev.spectraledge.trainer.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.assertj.core.api.Assertions.within;

import dev.spectraledge.trainer.UsageException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class MemoryNeedTest {
    private static final double GIGABYTE = 1e9;

    private static MemoryNeed need(int runs, int workers, String... overrides) {
        ConfigResolver resolver = new ConfigResolver();
        for (String override : overrides) {
            resolver.override(override);
        }
        return new MemoryNeed(resolver.resolve(), runs, workers);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "model.width=1000000 | model.width=1000000: at least 768.1 TB of memory needed",
                "model.positions=2147483647 | model.positions=2147483647: at least 4.4 TB of memory needed",
                "model.layers=100000 | model.layers=100000: at least 1.5 TB of memory needed",
                "model.layers=2147483647 | model.layers=2147483647: at least 32.6 PB of memory needed",
                "model.feedForwardWidth=2147483647 | model.feedForwardWidth=2147483647: at least 58.8 TB of memory"
                        + " needed",
                "training.batchSize=2147483647 | training.batchSize=2147483647: at least",
                "task.contextLength=1000000 model.positions=1000000 | task.contextLength=1000000: at least",
                "task.sequences=2147483647 | task.sequences=2147483647: at least 412.3 GB of memory needed",
                "threads=4096 model.layers=1000 | model.layers=1000, threads=4096: at least",
            })
    void namesTheKeysThatAreTooLarge(String overrides, String message) {
        String[] keys = overrides.strip().split(" ");
        int workers = overrides.contains("threads") ? 4096 : 1;
        assertThatThrownBy(() -> need(1, workers, keys).requireAtMost(24 * GIGABYTE, "this machine"))
                .isInstanceOf(UsageException.class)
                .hasMessageStartingWith(message)
                .hasMessageContaining("; this machine has 24.0 GB");
    }

    /** The next larger one does not fit. */
    @ParameterizedTest
    @ValueSource(strings = {"training.batchSize", "model.layers", "model.feedForwardWidth"})
    void saysHowMuchWouldFit(String key) {
        String message = catchThrowableOfType(
                        UsageException.class,
                        () -> need(1, 1, key + "=100000000").requireAtMost(24 * GIGABYTE, "this machine"))
                .getMessage();
        String said = message.replaceFirst(".*; this machine has 24.0 GB, enough for " + key + "=(\\d+) at most", "$1");
        long largest = Long.parseLong(said);
        need(1, 1, key + "=" + largest).requireAtMost(24 * GIGABYTE, "this machine");
        assertThatThrownBy(() -> need(1, 1, key + "=" + (largest + 1)).requireAtMost(24 * GIGABYTE, "this machine"))
                .hasMessageContaining(" of memory needed");
    }

    @Test
    void countsTheTablesOfALanguageModel() {
        String[] small = {"task.name=text", "observers=[]"};
        String[] large = {"task.name=text", "observers=[]", "task.vocabulary=50257"};
        String[] untied = {"task.name=text", "observers=[]", "task.vocabulary=50257", "model.tied=false"};
        // Parameters, two moments and a gradient.
        double table = 4.0 * 4 * 128;
        assertThat(need(1, 1, large).bytes() - need(1, 1, small).bytes()).isEqualTo(table * (50_257 - 256));
        assertThat(need(1, 1, untied).bytes() - need(1, 1, large).bytes()).isEqualTo(table * 50_257);
    }

    @Test
    void theLargerOfTheBatchesOfAShiftCounts() {
        double plain = need(1, 1, "training.batchSize=100").bytes();
        assertThat(need(1, 1, "training.batchSize=50", "training.shiftAfter=9", "training.shiftedBatchSize=100")
                        .bytes())
                .isEqualTo(plain);
    }

    @Test
    void layersThatAreSmallNeedAHeapAllTheSame() {
        MemoryNeed need = need(
                1,
                1,
                "model={layers: 100000, width: 2, heads: 1, feedForwardWidth: 2}",
                "training.batchSize=1",
                "observers=[]");
        need.requireAtMost(24 * GIGABYTE, "this machine");
        assertThatThrownBy(() -> need.requireHeapAtMost(2 * GIGABYTE))
                .isInstanceOf(UsageException.class)
                .hasMessage("model.layers=100000: at least 2.4 GB of Java's heap needed; it has 2.0 GB");
        need(1, 1).requireHeapAtMost(2 * GIGABYTE);
    }

    @Test
    void namesTheRunsWhereTheyAreTooMany() {
        assertThatThrownBy(() -> need(10_000, 0).requireAtMost(24 * GIGABYTE, "NVIDIA H200"))
                .hasMessageStartingWith("10000 runs (--seeds): at least ")
                .hasMessageContaining("; NVIDIA H200 has 24.0 GB, enough for ")
                .hasMessageEndingWith(" runs (--seeds) at most");
        assertThatThrownBy(() -> need(1, 1).requireAtMost(1e6, "this machine"))
                .hasMessageStartingWith("task.name=dyck: at least ");
    }

    /** What fits into memory but is more than kernels can count. */
    @Test
    void refusesWhatCannotBeCounted() {
        assertThatThrownBy(() -> need(1, 1, "training.batchSize=100000000").requireAtMost(1e18, "this machine"))
                .isInstanceOf(UsageException.class)
                .hasMessage("training.batchSize=100000000, task.contextLength=24: a batch of 2400000000 rows; at most"
                        + " 2147483647 are possible");
        assertThatThrownBy(() -> need(1, 1, "model.width=32768").requireAtMost(1e18, "this machine"))
                .hasMessage("model.width=32768: a matrix of 3221225472 numbers; at most 2147483647 are possible");
    }

    /** 4 bytes; the defaults of Dyck but for one observer and sizes that are easy to add up. */
    @Test
    void addsUpWhatIsAllocated() {
        String[] sizes = {
            "model={layers: 2, width: 64, heads: 4, feedForwardWidth: 128, positions: 24}",
            "training.batchSize=10",
            "observers=[{name: one, window: 7}]"
        };
        double attention = 2 * 4 * 64 * 64;
        double parameters = attention + 2 * 2 * 64 * 128 + 24 * 64;
        // Seven updates, and the block of eight that is absorbed together.
        double window = (7 + 8) * attention;
        double windowOnDevice = 7 * attention;
        double activations = 10 * 24 * 2 * (8 * 64 + 2 * 128 + 4 * 24);
        double staged = 2 * 4 * 5050 * 24;
        // Parameters and two moments, and a gradient for each worker.
        assertThat(need(1, 3, sizes).bytes())
                .isCloseTo(4 * (parameters * (3 + 3) + window + 3 * activations) + staged, within(0.5));
        // Side by side, two workers take turns with the activations.
        assertThat(need(5, 2, sizes).bytes())
                .isCloseTo(4 * (5 * parameters * 4 + 5 * window + 2 * activations) + staged, within(0.5));
        // A device has activations for all runs, and the host stages the data.
        assertThat(need(5, 0, sizes).bytes())
                .isCloseTo(4 * 5 * (parameters * 4 + windowOnDevice + activations), within(0.5));
        // Where sequences share prefixes, each worker has keys and values of all of them in two blocks, and a
        // derivative.
        double gathered = 10 * 24 * 2 * 64 * (2 + 1);
        String[] sharing = {sizes[0], sizes[1], sizes[2], "training.batching=prefixes"};
        assertThat(need(1, 3, sharing).bytes()).isCloseTo(need(1, 3, sizes).bytes() + 4 * 3 * gathered, within(0.5));
        assertThat(need(5, 2, sharing).bytes()).isCloseTo(need(5, 2, sizes).bytes() + 4 * 2 * gathered, within(0.5));
        assertThat(need(5, 0, sharing).bytes()).isCloseTo(need(5, 0, sizes).bytes() + 4 * 5 * gathered, within(0.5));
    }

    @Test
    void blocksOfLargeUpdatesAreHalfAsLong() {
        String observers = "observers=[{name: one, window: 7, stride: 1, subset: attention}]";
        double large = 2 * 4.0 * 1024 * 1024;
        double small = 2 * 4.0 * 1020 * 1020;
        assertThat(ofWindow("model.width=1024", observers)).isCloseTo(4 * (7 + 4) * large, within(0.5));
        assertThat(ofWindow("model.width=1020", observers)).isCloseTo(4 * (7 + 8) * small, within(0.5));
    }

    private static double ofWindow(String width, String observers) {
        String heads = "model.heads=4";
        return need(1, 1, width, heads, observers).bytes()
                - need(1, 1, width, heads, "observers=[]").bytes();
    }
}
