package dev.spectraledge.analysis.experiment.dynamics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.spectraledge.analysis.experiment.Findings;
import dev.spectraledge.analysis.experiment.Procedure;
import dev.spectraledge.analysis.experiment.StudiedRun;
import dev.spectraledge.analysis.experiment.TestBackends;
import dev.spectraledge.analysis.experiment.TinyTraining;
import dev.spectraledge.trainer.RunException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Small models in single precision: one whose loss is far from zero, one that is trained until it is nothing but rounding. */
class RoundingTest {
    private static final String[] OVERRIDES = {
        "training.lossGradient=rounded", "training.weightDecay=0", "training.precision=float32"
    };
    private static final long START = 1000;
    private static final long SETTLED = 1800;
    private static final long LAST = 2500;
    private static final String RATIO = "update-norm-ratio";

    private static StudiedRun train(Path folder, long start, long last, long every, String... more) throws IOException {
        List<Long> kept = LongStream.iterate(start, step -> step <= last, step -> step + every)
                .boxed()
                .toList();
        String[] overrides = Stream.of(OVERRIDES, more).flatMap(Stream::of).toArray(String[]::new);
        StudiedRun run = TinyTraining.write(folder, kept, overrides);
        StringBuilder metrics = new StringBuilder("step,train_loss,test_accuracy\n");
        for (long step : kept) {
            // Every second evaluation is better by a quarter.
            metrics.append(step)
                    .append(",0.5,")
                    .append(step / every % 2 == 0 ? 0.75 : 0.5)
                    .append('\n');
        }
        Files.writeString(folder.resolve("metrics.csv"), metrics);
        return StudiedRun.of(folder, run.config(), TestBackends.HOST);
    }

    private static double value(Findings findings, String quantity, String item, long step) {
        return findings.value(Procedure.CONTROLLED, quantity, item, step).orElseThrow();
    }

    @Test
    void aLossFarFromZeroHasTheSameDerivativeEitherWay(@TempDir Path folder) throws IOException {
        StudiedRun run = train(folder, 10, 26, 2);
        Findings findings = new Rounding(10, 12, 100, 2).measure(run, null);
        // The derivatives differ by eps of a probability, 1e-7, and Adam carries that on for sixteen steps.
        assertThat(value(findings, RATIO, "rounded/accurate", 26)).isCloseTo(1, within(1e-3));
        assertThat(value(findings, "mean-angle", "v1/rounded", 26))
                .isCloseTo(value(findings, "mean-angle", "v1/accurate", 26), within(0.1));
        assertThat(value(findings, "accuracy-range", "rounded", 26)).isEqualTo(0.25);
        assertThat(findings.remarks()).singleElement().asString().startsWith("rounding does not move this run");
        assertThat(findings.figures()).hasSize(1);
    }

    @Test
    void aTrainingAtLossZeroIsMovedByRounding(@TempDir Path folder) throws IOException {
        StudiedRun run = train(folder, START, LAST, 100, "training.learningRate=0.01");
        Findings findings = new Rounding(START, SETTLED, LAST, 100).measure(run, null);
        assertThat(value(findings, "train-loss", "accurate", LAST)).isLessThan(1e-7);
        assertThat(value(findings, RATIO, "rounded/accurate", LAST)).isGreaterThan(2);
        assertThat(findings.remarks()).singleElement().asString().contains("this run is moved by rounding");
    }

    @Test
    void onlyRunsThatKeptWhatIsNeededSuit(@TempDir Path folder) throws IOException {
        StudiedRun run = train(folder, 2, 6, 2);
        assertThat(new Rounding(2, 4, 100, 2).suits(run)).isTrue();
        assertThat(new Rounding(2, 6, 100, 2).suits(run)).isFalse();
        assertThat(new Rounding(3, 4, 100, 2).suits(run)).isFalse();
        Rounding late = new Rounding(2, 6, 100, 2);
        assertThatThrownBy(() -> late.measure(run, null))
                .isInstanceOf(RunException.class)
                .hasMessageContaining("needs snapshots every 2 steps from 2 to at least 8");
    }
}
