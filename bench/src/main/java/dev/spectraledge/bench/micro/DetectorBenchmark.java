package dev.spectraledge.bench.micro;

import dev.spectraledge.trainer.warning.Detector;
import dev.spectraledge.trainer.warning.DetectorRule;
import dev.spectraledge.trainer.warning.DetectorRules;
import dev.spectraledge.trainer.warning.MedianWindow;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/** What watching costs in a step: a row of every detector together, and the median and deviation that tell a spike. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Warmup(iterations = 3, time = 300, timeUnit = TimeUnit.MILLISECONDS)
@Measurement(iterations = 5, time = 300, timeUnit = TimeUnit.MILLISECONDS)
@Fork(
        value = 1,
        jvmArgsAppend = {JvmFlags.NATIVE_ACCESS, JvmFlags.DENY_OTHERS, JvmFlags.VECTOR, JvmFlags.UNSAFE})
public class DetectorBenchmark {
    private static final int LOSSES = 4096;
    private static final int WINDOW = 100;

    private final Detector[] detectors =
            DetectorRules.all().stream().map(DetectorRule::detector).toArray(Detector[]::new);
    private final MedianWindow losses = new MedianWindow(WINDOW);
    private final double[] noise = new Random(1).doubles(LOSSES, 1, 2).toArray();
    private int step;

    @Benchmark
    public int everyDetector() {
        double value = noise[++step % LOSSES];
        int fired = 0;
        for (Detector detector : detectors) {
            fired += detector.see(step, value) ? 1 : 0;
        }
        return fired;
    }

    @Benchmark
    public double spike() {
        losses.add(noise[++step % LOSSES]);
        return losses.median() + losses.scaledDeviation();
    }
}
