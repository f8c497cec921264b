package dev.spectraledge.analysis.cli;

import static dev.spectraledge.analysis.cli.CommandLineRunner.sedge;
import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.OperatingSystemMXBean;
import dev.spectraledge.analysis.cli.CommandLineRunner.Outcome;
import dev.spectraledge.analysis.earlywarning.SyntheticRuns;
import dev.spectraledge.trainer.io.Json;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class EarlyWarningCommandTest {
    private static final long TEN_SECONDS = 10_000_000_000L;

    @TempDir
    private Path folder;

    private Outcome warn(Object... more) {
        List<Object> arguments =
                new ArrayList<>(List.of("early-warning", "--event", "spike", runs(), "-o", folder.resolve("out")));
        arguments.addAll(Arrays.asList(more));
        return sedge(arguments.toArray());
    }

    private Path runs() {
        return folder.resolve("runs");
    }

    /** Traced runs, of which every {@code each}-th has a spike; 0 for none. */
    private void write(int runs, int each) {
        SyntheticRuns synthetic = new SyntheticRuns(runs(), 1);
        for (int run = 0; run < runs; run++) {
            OptionalInt spike = each > 0 && run % each == 0 ? OptionalInt.of(400 + run) : OptionalInt.empty();
            synthetic.addTraced(run / 4, spike, OptionalInt.empty());
        }
    }

    @ParameterizedTest
    @CsvSource({"0, none, there was nothing to warn of", "1, all, no alarm could be wrong"})
    void whereNoRunOrEveryRunHasTheEventThereIsNoRoc(int each, String share, String why) {
        write(3, each);
        Outcome outcome = warn();
        assertThat(outcome.exitCode()).as(outcome.err()).isZero();
        assertThat(outcome.err())
                .contains("There is no ROC: a spike came in " + share + " of the 3 runs, so " + why + ".");
        Map<String, Object> document = Json.parseObject(warn("--json").out(), "early-warning");
        assertThat(document.get("no_roc").toString()).contains("a spike came in " + share);
    }

    @Test
    void anUnknownDetectorOrEventGetsTheNearestName() {
        write(2, 2);
        refused(2, warn("--detector", "los_cusum"), "no detector is called 'los_cusum'; did you mean 'loss_cusum'?");
        refused(2, sedge("early-warning", runs(), "--event", "t80"), "--event must be t50, t90, t95, spike, not t80");
    }

    @ParameterizedTest
    @CsvSource({
        "directional_curvature, curvature.csv, evaluation.curvatureEvery",
        "attention_entropy, attention.csv, evaluation.attentionEvery",
        "defect, defect.csv, evaluation.defectEvery",
        "gradient_cosine, spectrum_<observer>.csv, of=gradients"
    })
    void aDetectorOfWhatNoRunRecordsNamesTheSetting(String detector, String file, String setting) {
        write(2, 2);
        Outcome outcome = warn("--detector", detector);
        refused(1, outcome, "detector " + detector + " looks at ");
        assertThat(outcome.err()).contains(" in " + file + ", of which no run has three rows", setting);
    }

    @Test
    void fewerThanThreeWindowsAreNoCourse() throws Exception {
        write(2, 2);
        try (var directories = Files.list(runs())) {
            for (Path run : directories.toList()) {
                List<String> lines = Files.readAllLines(run.resolve("spectrum.csv"));
                Files.write(run.resolve("spectrum.csv"), lines.subList(0, 3));
            }
        }
        Outcome outcome = warn("--detector", "g23");
        refused(1, outcome, "detector g23 looks at g23_over_trace in spectrum.csv, of which no run has three rows");
        assertThat(outcome.err()).contains("observers (stride, window)");
    }

    /** Of processor time, which other programs do not lengthen. */
    @Test
    @Tag("nightly")
    void aHundredAndFiftyRunsTakeLessThanTenSeconds() {
        write(150, 2);
        OperatingSystemMXBean system = ManagementFactory.getPlatformMXBean(OperatingSystemMXBean.class);
        long before = system.getProcessCpuTime();
        Outcome outcome = warn();
        long taken = system.getProcessCpuTime() - before;
        assertThat(outcome.exitCode()).as(outcome.err()).isZero();
        System.out.printf("early warning over 150 runs of 1,000 steps: %.2f s%n", taken / 1e9);
        assertThat(taken).isLessThan(TEN_SECONDS);
    }

    private static void refused(int exitCode, Outcome outcome, String message) {
        assertThat(outcome.exitCode()).isEqualTo(exitCode);
        assertThat(outcome.err().lines()).singleElement().asString().contains(message);
    }
}
