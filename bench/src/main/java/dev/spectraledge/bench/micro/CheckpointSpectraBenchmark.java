package dev.spectraledge.bench.micro;

import dev.spectraledge.analysis.checkpoint.CheckpointSeries;
import dev.spectraledge.analysis.offline.CheckpointProducts;
import dev.spectraledge.analysis.offline.ReadProgress;
import dev.spectraledge.analysis.offline.TensorGroup;
import dev.spectraledge.kernels.StoredFormat;
import dev.spectraledge.kernels.Workers;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import jdk.incubator.vector.DoubleVector;
import jdk.incubator.vector.VectorSpecies;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/**
 * The products of all updates between the checkpoints of a folder, from opening the files to closing them: 21 of 100 MB for
 * windows of 10, or 6 of 1 GB for windows of 5, which the system has in memory. Beside it stand two roofs of the same
 * workers: touching the first byte of every page of the same files, mapped anew, and multiply-adds of doubles in registers.
 */
@BenchmarkMode(Mode.Throughput)
@OutputTimeUnit(TimeUnit.SECONDS)
@Warmup(iterations = 3, time = 2)
@Measurement(iterations = 5, time = 2)
@Fork(
        value = 1,
        jvmArgsAppend = {JvmFlags.NATIVE_ACCESS, JvmFlags.DENY_OTHERS, JvmFlags.VECTOR, JvmFlags.UNSAFE})
public class CheckpointSpectraBenchmark {
    private static final VectorSpecies<Double> SPECIES = DoubleVector.SPECIES_PREFERRED;
    private static final int MULTIPLY_ADDS = 1 << 20;
    private static final int CHAINS = 12;

    /** Threads that share the work. */
    @State(Scope.Benchmark)
    public static class Team {
        @Param({"2"})
        public int workers;

        private Workers team;
        private final double[] sums = new double[64];

        @Setup(Level.Trial)
        public void start(Resolved resolved) {
            team = new Workers(workers);
        }

        @TearDown(Level.Trial)
        public void stop() {
            team.close();
        }
    }

    /** A folder of safetensors files with random numbers, deleted afterwards. */
    @State(Scope.Benchmark)
    public static class Checkpoints {
        private static final int TENSORS = 24;
        private static final int LARGE = 1000;
        private static final int MEGABYTE = 1_000_000;
        private static final long PAGE = 4096;
        private static final int BUFFER = 1 << 20;
        /** Of a float32, or of two bfloat16 side by side: positive, about 0.01. */
        private static final int EXPONENTS = 0x3c003c00;

        private static final int MANTISSAS = 0x007f007f;

        @Param({"100", "1000"})
        public int megabytes;

        @Param({"FLOAT32", "BFLOAT16"})
        public StoredFormat format;

        private Path folder;
        private List<Path> files;
        private List<TensorGroup> groups;
        private int window;
        private long bytes;

        @Setup(Level.Trial)
        public void write() throws IOException {
            folder = Files.createTempDirectory("checkpoints");
            window = megabytes < LARGE ? 10 : 5;
            int count = megabytes < LARGE ? 21 : 6;
            long elements = (long) megabytes * MEGABYTE / format.bytes() / TENSORS;
            bytes = elements * TENSORS * count * format.bytes();
            groups = new ArrayList<>();
            for (int tensor = 0; tensor < TENSORS; tensor++) {
                groups.add(new TensorGroup(name(tensor), name(tensor), true, List.of(name(tensor)), elements));
            }
            files = new ArrayList<>();
            SplittableRandom random = new SplittableRandom(1);
            for (int step = 0; step < count; step++) {
                files.add(folder.resolve("step_" + step + ".safetensors"));
                write(files.getLast(), elements, random);
            }
        }

        private static String name(int tensor) {
            return "layers." + tensor + ".weight";
        }

        private void write(Path file, long elements, SplittableRandom random) throws IOException {
            StringBuilder header = new StringBuilder("{");
            long size = elements * format.bytes();
            for (int tensor = 0; tensor < TENSORS; tensor++) {
                header.append(tensor == 0 ? "" : ",")
                        .append("\"" + name(tensor) + "\":{\"dtype\":\"")
                        .append(format == StoredFormat.FLOAT32 ? "F32" : "BF16")
                        .append("\",\"shape\":[" + elements + "],\"data_offsets\":[")
                        .append(tensor * size + "," + (tensor + 1) * size + "]}");
            }
            byte[] json = header.append("}").toString().getBytes(StandardCharsets.UTF_8);
            ByteBuffer buffer = ByteBuffer.allocateDirect(BUFFER).order(ByteOrder.LITTLE_ENDIAN);
            try (FileChannel channel =
                    FileChannel.open(file, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
                channel.write(buffer.putLong(json.length).put(json).flip());
                for (long left = TENSORS * size; left > 0; ) {
                    int length = (int) Math.min(left, BUFFER);
                    buffer.clear();
                    while (buffer.remaining() >= Integer.BYTES) {
                        buffer.putInt(EXPONENTS | (random.nextInt() & MANTISSAS));
                    }
                    channel.write(buffer.flip().limit(length));
                    left -= length;
                }
            }
        }

        @TearDown(Level.Trial)
        public void delete() throws IOException {
            for (Path file : files) {
                Files.delete(file);
            }
            Files.delete(folder);
        }
    }

    @Benchmark
    public CheckpointProducts spectra(Checkpoints checkpoints, Team team, Traffic traffic) {
        CheckpointSeries series = CheckpointSeries.of(checkpoints.folder);
        CheckpointProducts products = CheckpointProducts.none(checkpoints.groups, checkpoints.window + 1)
                .extend(series, List.copyOf(series.steps().keySet()), team.team, ReadProgress.silent());
        traffic.add(checkpoints.bytes);
        return products;
    }

    @Benchmark
    public double firstTouch(Checkpoints checkpoints, Team team, Traffic traffic) throws IOException {
        try (Arena arena = Arena.ofShared()) {
            List<MemorySegment> mapped = new ArrayList<>();
            for (Path file : checkpoints.files) {
                try (FileChannel channel = FileChannel.open(file)) {
                    mapped.add(channel.map(FileChannel.MapMode.READ_ONLY, 0, channel.size(), arena));
                }
            }
            team.team.run(worker -> {
                long sum = 0;
                for (MemorySegment file : mapped) {
                    long begin = file.byteSize() * worker / team.workers;
                    long end = file.byteSize() * (worker + 1) / team.workers;
                    for (long at = begin; at < end; at += Checkpoints.PAGE) {
                        sum += file.get(ValueLayout.JAVA_BYTE, at);
                    }
                }
                team.sums[worker] = sum;
            });
        }
        traffic.add(checkpoints.bytes);
        return team.sums[0];
    }

    @Benchmark
    public double multiplyAdds(Team team, Arithmetic arithmetic) {
        team.team.run(worker -> team.sums[worker] = chains(1 - 1e-9 * worker));
        arithmetic.add(2L * CHAINS * MULTIPLY_ADDS * SPECIES.length() * team.workers);
        return team.sums[0];
    }

    private static double chains(double value) {
        DoubleVector factor = DoubleVector.broadcast(SPECIES, value);
        DoubleVector sum0 = DoubleVector.zero(SPECIES);
        DoubleVector sum1 = sum0;
        DoubleVector sum2 = sum0;
        DoubleVector sum3 = sum0;
        DoubleVector sum4 = sum0;
        DoubleVector sum5 = sum0;
        DoubleVector sum6 = sum0;
        DoubleVector sum7 = sum0;
        DoubleVector sum8 = sum0;
        DoubleVector sum9 = sum0;
        DoubleVector sum10 = sum0;
        DoubleVector sum11 = sum0;
        for (int index = 0; index < MULTIPLY_ADDS; index++) {
            sum0 = factor.fma(factor, sum0);
            sum1 = factor.fma(factor, sum1);
            sum2 = factor.fma(factor, sum2);
            sum3 = factor.fma(factor, sum3);
            sum4 = factor.fma(factor, sum4);
            sum5 = factor.fma(factor, sum5);
            sum6 = factor.fma(factor, sum6);
            sum7 = factor.fma(factor, sum7);
            sum8 = factor.fma(factor, sum8);
            sum9 = factor.fma(factor, sum9);
            sum10 = factor.fma(factor, sum10);
            sum11 = factor.fma(factor, sum11);
        }
        return sum0.add(sum1)
                .add(sum2.add(sum3))
                .add(sum4.add(sum5))
                .add(sum6.add(sum7))
                .add(sum8.add(sum9))
                .add(sum10.add(sum11))
                .lane(0);
    }
}
