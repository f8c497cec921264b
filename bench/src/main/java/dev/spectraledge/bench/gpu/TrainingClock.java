package dev.spectraledge.bench.gpu;

import dev.spectraledge.bench.peers.Quantile;
import dev.spectraledge.bindings.CudaDriver;
import dev.spectraledge.trainer.step.StepTrainer;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Times a training in stretches of steps while it goes on: from the moment at which the results of a stretch are known to
 * that of the next, by the wall clock, and between marks in the stream by the device's. Also counts the processor time of
 * the thread that launches the steps.
 */
final class TrainingClock {
    private static final ThreadMXBean THREADS = ManagementFactory.getThreadMXBean();

    private final CudaDriver.Stream stream;
    private final StepTrainer trainer;
    private final int stretchSteps;
    private final List<Double> wallMicroseconds = new ArrayList<>();
    private final List<Double> deviceMicroseconds = new ArrayList<>();
    private long processorNanos;
    private long steps;

    TrainingClock(CudaDriver.Stream stream, StepTrainer trainer, int stretchSteps) {
        this.stream = stream;
        this.trainer = trainer;
        this.stretchSteps = stretchSteps;
    }

    /** Trains for some stretches and returns the seconds that one takes after the first. */
    double warmUp(int stretches) {
        train(1, step -> {});
        long begin = System.nanoTime();
        train(stretches - 1, step -> {});
        return (System.nanoTime() - begin) * 1e-9 / (stretches - 1);
    }

    /** Trains one stretch more than are timed, because the first fills the pipeline. */
    void time(int stretches) {
        CudaDriver.Event[] marks = new CudaDriver.Event[stretches + 1];
        for (int i = 0; i < marks.length; i++) {
            marks[i] = CudaDriver.createTimingEvent();
        }
        long[] nanos = new long[marks.length];
        long first = trainer.stepsDone();
        long processorBegin = THREADS.getCurrentThreadCpuTime();
        train(marks.length, step -> {
            if ((step - first) % stretchSteps == 0) {
                int boundary = Math.toIntExact((step - first) / stretchSteps) - 1;
                nanos[boundary] = System.nanoTime();
                CudaDriver.record(marks[boundary], stream);
            }
        });
        processorNanos += THREADS.getCurrentThreadCpuTime() - processorBegin;
        steps += (long) marks.length * stretchSteps;
        CudaDriver.synchronize(marks[stretches]);
        for (int i = 0; i < stretches; i++) {
            wallMicroseconds.add((nanos[i + 1] - nanos[i]) * 1e-3 / stretchSteps);
            deviceMicroseconds.add(CudaDriver.elapsedMilliseconds(marks[i], marks[i + 1]) * 1e3 / stretchSteps);
        }
        for (CudaDriver.Event mark : marks) {
            CudaDriver.destroy(mark);
        }
    }

    private void train(int stretches, StepTrainer.StepListener listener) {
        trainer.advanceTo(trainer.stepsDone() + (long) stretches * stretchSteps, listener);
    }

    /** Median time of a step. */
    double microseconds() {
        return quantile(wallMicroseconds, 0.5);
    }

    /** Processor time of the launching thread for a step. */
    double processorMicroseconds() {
        return processorNanos * 1e-3 / steps;
    }

    /** For the results: medians and quartiles, per step. */
    Map<String, Object> values() {
        Map<String, Object> values = new LinkedHashMap<>();
        values.put("microseconds_per_step", microseconds());
        values.put("lower_quartile", quantile(wallMicroseconds, 0.25));
        values.put("upper_quartile", quantile(wallMicroseconds, 0.75));
        values.put("device_clock_microseconds_per_step", quantile(deviceMicroseconds, 0.5));
        values.put("processor_microseconds_per_step", processorMicroseconds());
        values.put(
                "mean_microseconds_per_step",
                wallMicroseconds.stream()
                        .mapToDouble(Double::doubleValue)
                        .average()
                        .orElse(Double.NaN));
        values.put("stretches", wallMicroseconds.size());
        values.put("steps_in_a_stretch", stretchSteps);
        return values;
    }

    private static double quantile(List<Double> times, double fraction) {
        return Quantile.of(times.stream().mapToDouble(Double::doubleValue).toArray(), fraction);
    }
}
