package dev.spectraledge.bench.throughput;

import dev.spectraledge.bench.machine.Machine;
import dev.spectraledge.bench.modular.ModularTraining;
import dev.spectraledge.bench.peers.Quantile;
import dev.spectraledge.kernels.DType;
import dev.spectraledge.kernels.Workers;
import dev.spectraledge.kernels.cpu.CpuBackend;
import dev.spectraledge.trainer.data.Batching;
import dev.spectraledge.trainer.data.SplitData;
import dev.spectraledge.trainer.step.Lanes;
import dev.spectraledge.trainer.step.StepTrainer;
import dev.spectraledge.trainer.training.SampledBatches;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.LongStream;

/**
 * Steps per second of all runs together, and the time of one step of one run: one run on one thread, a run on each core, and 1 to
 * 256 runs side by side on the run axis with a worker per core, as many as a device is asked for by {@code gpu-check}. Rounds of
 * each take turns, so that what disturbs the machine disturbs all. Prints a table and writes it to the folder that system property
 * {@code results.dir} names.
 */
public final class RunThroughput {
    private static final int ROUNDS = 11;
    private static final int WARM_UP = 3;
    /** Steps of all runs together that a round takes of each arrangement, or one of each run where there are more runs. */
    private static final int STEPS = 192;

    private static final List<Integer> ON_AXIS = List.of(1, 8, 16, 64, 256);
    private static final double NANOS = 1e9;
    private static final double MICROS = 1e6;

    private RunThroughput() {}

    /** Trainers that step at the same time, each called by a thread of its own. */
    private static final class Arrangement implements AutoCloseable {
        private final String name;
        private final int runsOfTrainer;
        private final List<Workers> workers = new ArrayList<>();
        private final List<StepTrainer> trainers = new ArrayList<>();
        private final ExecutorService threads;
        private final CyclicBarrier start;
        private final double[] rates = new double[ROUNDS];

        Arrangement(String name, SplitData data, int count, int threadsOfTrainer, int runsOfTrainer) {
            this.name = name;
            this.runsOfTrainer = runsOfTrainer;
            for (int trainer = 0; trainer < count; trainer++) {
                long[] seeds =
                        LongStream.range(0, runsOfTrainer).map(run -> 42L + run).toArray();
                workers.add(new Workers(threadsOfTrainer));
                trainers.add(new StepTrainer(
                        Lanes.onHost(new CpuBackend(), workers.getLast()),
                        ModularTraining.setup(data, Batching.DEDUPLICATED, DType.FLOAT32, seeds),
                        new SampledBatches(seeds, data.train().size()),
                        List.of()));
                trainers.getLast().initialise();
                trainers.getLast().start();
            }
            threads = Executors.newFixedThreadPool(count);
            start = new CyclicBarrier(count);
        }

        /** Steps of all runs per second. */
        double measure() throws Exception {
            int steps = Math.max(1, STEPS / (trainers.size() * runsOfTrainer));
            List<Future<Double>> durations = new ArrayList<>();
            for (StepTrainer trainer : trainers) {
                durations.add(threads.submit(() -> seconds(trainer, steps)));
            }
            double longest = 0;
            for (Future<Double> duration : durations) {
                longest = Math.max(longest, duration.get());
            }
            return steps * trainers.size() * runsOfTrainer / longest;
        }

        private double seconds(StepTrainer trainer, int steps) throws Exception {
            start.await();
            long begin = System.nanoTime();
            for (int step = 0; step < steps; step++) {
                trainer.step();
            }
            return (System.nanoTime() - begin) / NANOS;
        }

        @Override
        public void close() {
            threads.close();
            trainers.forEach(StepTrainer::close);
            workers.forEach(Workers::close);
        }
    }

    /** No arguments. */
    public static void main(String[] arguments) throws Exception {
        Machine machine = Machine.current();
        int cores = machine.processors();
        SplitData data = ModularTraining.data(42);
        String text;
        List<Arrangement> all = new ArrayList<>();
        try {
            all.add(new Arrangement("one run on one thread", data, 1, 1, 1));
            all.add(new Arrangement(cores + " runs at once, one thread each", data, cores, 1, 1));
            for (int runs : ON_AXIS) {
                String name = runs + (runs == 1 ? " run" : " runs") + " on the run axis, " + cores + " workers";
                all.add(new Arrangement(name, data, 1, cores, runs));
            }
            for (int round = -WARM_UP; round < ROUNDS; round++) {
                for (Arrangement arrangement : all) {
                    double rate = arrangement.measure();
                    if (round >= 0) {
                        arrangement.rates[round] = rate;
                    }
                }
            }
            text = report(machine, all.getFirst(), all);
        } finally {
            all.forEach(Arrangement::close);
        }
        write(machine, text);
        System.out.print(text);
    }

    private static String report(Machine machine, Arrangement alone, List<Arrangement> all) {
        StringBuilder text = new StringBuilder("# Steps per second of all runs together\n\n");
        text.append(String.format(
                Locale.ROOT,
                "Addition modulo %d as published, without observers. Medians of %d rounds of %d steps that take turns,"
                        + " with the least and the greatest; ratios are medians of those within a round.%n%n",
                ModularTraining.PRIME,
                ROUNDS,
                STEPS));
        text.append("| arrangement | steps/s | µs/run-step | of one run on one thread |\n|---|---|---|---|\n");
        for (Arrangement arrangement : all) {
            double[] ratios = new double[ROUNDS];
            Arrays.setAll(ratios, round -> arrangement.rates[round] / alone.rates[round]);
            text.append(String.format(
                    Locale.ROOT,
                    "| %s | %.0f (%.0f to %.0f) | %.0f | %.2f |%n",
                    arrangement.name,
                    Quantile.of(arrangement.rates, 0.5),
                    Quantile.of(arrangement.rates, 0),
                    Quantile.of(arrangement.rates, 1),
                    MICROS / Quantile.of(arrangement.rates, 0.5),
                    Quantile.of(ratios, 0.5)));
        }
        text.append('\n');
        machine.environment()
                .forEach((key, value) ->
                        text.append("- ").append(key).append(": ").append(value).append('\n'));
        return text.toString();
    }

    private static void write(Machine machine, String text) throws IOException {
        Path folder = Files.createDirectories(
                Path.of(System.getProperty("results.dir")).resolve(machine.slug()));
        Files.writeString(folder.resolve("run-throughput.md"), text);
    }
}
