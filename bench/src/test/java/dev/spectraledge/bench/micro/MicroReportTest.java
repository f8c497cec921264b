package dev.spectraledge.bench.micro;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Collection;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.openjdk.jmh.results.RunResult;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.RunnerException;
import org.openjdk.jmh.runner.options.OptionsBuilder;
import org.openjdk.jmh.runner.options.TimeValue;
import org.openjdk.jmh.runner.options.VerboseMode;

class MicroReportTest {

    private static final String IGNORE_LOCK = "jmh.ignoreLock";

    @BeforeAll
    static void runBesideOtherBenchmarks() {
        System.setProperty(IGNORE_LOCK, "true");
    }

    @AfterAll
    static void restore() {
        System.clearProperty(IGNORE_LOCK);
    }

    @Test
    void namesRatesAndSharesOfTheRoof() throws RunnerException {
        Collection<RunResult> results = new Runner(new OptionsBuilder()
                        .include("RoofBenchmark.(copy|multiplyAdd)")
                        .include("GemmBenchmark.forward")
                        .include("DowncallBenchmark.returningInt$")
                        .exclude("(Ejml|Javacpp|Netlib)Gemm")
                        .param("kibibytes", "128")
                        .param("rows", "160")
                        .param("layer", "128x13")
                        .forks(0)
                        .warmupIterations(0)
                        .measurementIterations(1)
                        .measurementTime(TimeValue.milliseconds(50))
                        .verbosity(VerboseMode.SILENT)
                        .build())
                .run();

        assertThat(results).hasSize(4);
        assertThat(new MicroReport(results).markdown(Map.of("processor", "some CPU")))
                .containsPattern("\\| RoofBenchmark.copy \\| kibibytes=128 \\| 1 \\| \\S+ \\| \\S+ [MG]B/s \\|")
                .containsPattern("\\| RoofBenchmark.multiplyAdd \\|  \\| 1 \\| \\S+ \\| \\S+ GFLOP/s \\|")
                .containsPattern(
                        "\\| GemmBenchmark.forward \\| layer=128x13 rows=160 \\| 1 \\| \\S+ \\| \\S+ GFLOP/s \\| \\d+"
                                + " % \\|")
                .containsPattern("\\| DowncallBenchmark.returningInt \\|  \\| 1 \\| \\S+ \\|  \\|  \\|")
                .contains("- processor: some CPU");
    }

    @Test
    void sharesOfAStepHaveTheirFloorsAndNeedAQuietMachine() throws RunnerException {
        Collection<RunResult> results = new Runner(new OptionsBuilder()
                        .include("RoofBenchmark.read")
                        .include("ObserverBenchmark.(step|besideUnwatched)")
                        .param("kibibytes", "4096")
                        .param("stride", "1")
                        .param("workers", "1")
                        .forks(0)
                        .warmupIterations(0)
                        .measurementIterations(1)
                        .measurementTime(TimeValue.milliseconds(50))
                        .verbosity(VerboseMode.SILENT)
                        .build())
                .run();

        String busy = new MicroReport(results).markdown(Map.of("load average at start", "0.31"));
        assertThat(busy)
                .contains("**Invalid: the load average at the start was 0.31")
                .containsPattern("observers: \\S+ % of the step; at least \\S+ % from the shared cache \\|")
                .containsPattern("besideUnwatched \\| .* \\| \\S+ times a step that nobody watches \\|");
        assertThat(new MicroReport(results).markdown(Map.of("load average at start", "0.30")))
                .doesNotContain("Invalid");
    }

    @Test
    void aStepSaysWhatItMovesAndMust() throws RunnerException {
        Collection<RunResult> results = new Runner(new OptionsBuilder()
                        .include("GptStepBenchmark.step")
                        .param("model", "NANO")
                        .param("workers", "2")
                        .forks(0)
                        .warmupIterations(0)
                        .measurementIterations(1)
                        .measurementTime(TimeValue.milliseconds(50))
                        .verbosity(VerboseMode.SILENT)
                        .build())
                .run();

        // Of 837,888 parameters of 4 bytes each ten vectors at least; with two gradients 1 + 7 + 2 * 5 + 3 = 21.
        assertThat(new MicroReport(results).markdown(Map.of()))
                .containsPattern("\\| GptStepBenchmark.step \\| model=NANO workers=2 \\| 2 \\| \\S+ \\| \\S+ GFLOP/s;"
                        + " moves 0.07 GB a step of the parameters, at least 0.03 \\|");
    }
}
