package dev.spectraledge.bench.micro;

import dev.spectraledge.kernels.Backend;
import dev.spectraledge.kernels.DType;
import dev.spectraledge.kernels.Tensor;
import java.util.concurrent.TimeUnit;
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
import org.openjdk.jmh.annotations.Warmup;

/** {@link Backend#embedding} and its backward with the tables of the Dyck model and of GPT-2, and filled rows. */
@State(Scope.Thread)
@BenchmarkMode(Mode.Throughput)
@OutputTimeUnit(TimeUnit.SECONDS)
@Warmup(iterations = 3, time = 300, timeUnit = TimeUnit.MILLISECONDS)
@Measurement(iterations = 5, time = 300, timeUnit = TimeUnit.MILLISECONDS)
@Fork(
        value = 1,
        jvmArgsAppend = {JvmFlags.NATIVE_ACCESS, JvmFlags.DENY_OTHERS, JvmFlags.VECTOR, JvmFlags.UNSAFE})
public class EmbeddingBenchmark {

    private static final int WIDTH = 128;
    private static final int POSITIONS = 48;
    private static final int CONTEXT = 24;

    @Param({"160", "330", "576", "1200"})
    public int rows;

    /** Rows of the table; with many, each is somewhere else in memory. */
    @Param({"3", "50257"})
    public int vocabulary;

    private CpuContext cpu;
    private FixedRows used;
    private Tensor tokens;
    private Tensor positions;
    private Tensor tokenTable;
    private Tensor positionTable;
    private Tensor output;

    @Setup(Level.Trial)
    public void allocate(CpuContext context) {
        cpu = context;
        used = new FixedRows(rows);
        tokens = cpu.backend.allocate(cpu.owner, DType.INT32, 1, rows);
        positions = cpu.backend.allocate(cpu.owner, DType.INT32, 1, rows);
        for (int row = 0; row < rows; row++) {
            tokens.set(row * 7919 % vocabulary, 0, row);
            positions.set(row % CONTEXT, 0, row);
        }
        tokenTable = cpu.normal(1, vocabulary, WIDTH);
        positionTable = cpu.normal(1, POSITIONS, WIDTH);
        output = cpu.normal(1, rows, WIDTH);
    }

    private long bytesOfActivation() {
        return (long) rows * WIDTH * Float.BYTES;
    }

    /** Two table rows are read and one row is written. */
    @Benchmark
    public void forward(Traffic traffic) {
        cpu.backend.embedding(used, tokens, positions, tokenTable, positionTable, output);
        traffic.add(3 * bytesOfActivation());
    }

    /** What a gradient begins with that rows are added to. */
    @Benchmark
    public void fill(Traffic traffic) {
        cpu.backend.fill(used, output, 0);
        traffic.add(bytesOfActivation());
    }

    /** One row is read, two table rows are read and written. */
    @Benchmark
    public void backward(Traffic traffic) {
        cpu.backend.embeddingBackward(used, tokens, positions, output, tokenTable, positionTable);
        traffic.add(5 * bytesOfActivation());
    }
}
