package dev.spectraledge.analysis.watch;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class WatchedRunTest {
    private static final String METRICS = "step,train_loss,train_accuracy,test_loss,test_accuracy\n";
    private static final String EVENTS = "step,known_at,event,detail\n";

    @TempDir
    private Path directory;

    @Test
    void aRunIsFollowedFromItsBeginningToItsEnd() throws IOException {
        WatchedRun run = new WatchedRun(directory);
        assertThat(run.look()).containsExactly("the run is about to begin");
        write("summary.json", "{\"state\": \"running\"}");
        write("metrics.csv", METRICS + "0,4.5,0.01,4.6,0.011\n1,4.4,0.02,");
        write("events.csv", EVENTS);
        assertThat(run.look()).containsExactly("step 0  loss 4.5e+00/4.6e+00  acc 0.010/0.011", "the run is running");
        assertThat(run.look()).isEmpty();
        append("metrics.csv", "4.5,0.03\n");
        append("events.csv", "1,1,grok,\"test accuracy 0.99, at last\"\n");
        assertThat(run.look())
                .containsExactly(
                        "step 1  loss 4.4e+00/4.5e+00  acc 0.020/0.030", "step 1  grok: test accuracy 0.99, at last");
        assertThat(run.isOver()).isFalse();
        write("summary.json", "{\"state\": \"failed\", \"error\": \"training diverged\"}");
        assertThat(run.look()).containsExactly("the run is failed: training diverged");
        assertThat(run.isOver()).isTrue();
    }

    @Test
    void rowsThatAResumedRunWritesAgainAreToldOnce() throws IOException {
        WatchedRun run = new WatchedRun(directory);
        write("metrics.csv", METRICS + "0,4,0,4,0\n10,3,0,3,0\n20,2,0,2,0\n");
        assertThat(run.look()).hasSize(4);
        write("metrics.csv", METRICS + "0,4,0,4,0\n");
        assertThat(run.look()).isEmpty();
        append("metrics.csv", "10,3,0,3,0\n20,2,0,2,0\n30,1,0,1,0\n");
        assertThat(run.look()).containsExactly("step 30  loss 1.0e+00/1.0e+00  acc 0.000/0.000");
    }

    @Test
    void aTableWithoutAccuraciesHasNone() throws IOException {
        WatchedRun run = new WatchedRun(directory);
        write("metrics.csv", "step,train_loss\n1000,0.25\n");
        assertThat(run.look()).contains("step 1,000  loss 2.5e-01/-");
    }

    private void write(String file, String text) throws IOException {
        Files.writeString(directory.resolve(file), text);
    }

    private void append(String file, String text) throws IOException {
        Files.writeString(directory.resolve(file), text, StandardOpenOption.APPEND);
    }
}
