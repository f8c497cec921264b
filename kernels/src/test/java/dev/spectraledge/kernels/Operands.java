package dev.spectraledge.kernels;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.IntToDoubleFunction;

/**
 * Makes the operands of one execution of an operation, the same ones in every execution that asks in the same order.
 * Everything that an operation must neither read nor write is NaN (or a huge number, in INT32 tensors): rows beyond the
 * used ones, what lies between the rows of a strided view, and results before they are written.
 */
final class Operands implements AutoCloseable {
    private static final long SEED = 20_260_101;
    private static final int SPARE_ROWS = 3;
    private static final int MARGIN = 5;
    private static final double POISON_INDEX = 1 << 30;

    private final MemoryOwner owner = MemoryOwner.open("operands");
    private final Backend backend;
    private final DType type;
    private final DType rounding;
    private final boolean absolute;
    private final Setting setting;
    private final PackedSequences rows;
    private final PackedSequences keys;
    private final List<Output> outputs = new ArrayList<>();
    private final List<Constant> constants = new ArrayList<>();
    private final List<View> views = new ArrayList<>();
    private final int[] words = new int[Philox.WORDS];
    private long stream;

    /** What an operation has produced: all elements, unused ones included, and how far they may be off. */
    record Output(String name, Tensor tensor, Rows rows, double bound, double relativeBound) {}

    private record Constant(Tensor tensor, double[] before) {}

    private record View(Tensor view, Tensor whole) {}

    /**
     * @param type of the tensors
     * @param rounding the type that random values are rounded to, so that executions in two types have the same values
     * @param absolute whether to replace every value by its magnitude
     */
    Operands(Backend backend, DType type, DType rounding, boolean absolute, Setting setting) {
        this.backend = backend;
        this.type = type;
        this.rounding = rounding;
        this.absolute = absolute;
        this.setting = setting;
        this.rows = pack(setting.lengths());
        this.keys = pack(setting.keyLengths());
    }

    private PackedSequences pack(int[][] lengths) {
        int longest = Arrays.stream(lengths)
                .mapToInt(ofRun -> Arrays.stream(ofRun).sum())
                .max()
                .orElseThrow();
        PackedSequences packed = new PackedSequences(owner, lengths.length, 5, Math.max(longest, 256));
        for (int run = 0; run < lengths.length; run++) {
            for (int length : lengths[run]) {
                packed.append(run, length);
            }
        }
        return packed;
    }

    PackedSequences rows() {
        return rows;
    }

    PackedSequences keys() {
        return keys;
    }

    int runs() {
        return setting.runs();
    }

    DType type() {
        return type;
    }

    MemoryOwner owner() {
        return owner;
    }

    /** The epsilon of the type under test, also while the reference computes. */
    double epsilon() {
        return Tolerances.epsilon(rounding);
    }

    // ---- inputs: random, checked afterwards to be unchanged ----

    /** Normal values of standard deviation {@code scale} in the used rows of {@code [S, capacity, width]}. */
    Tensor activation(Rows used, long width, double scale) {
        IntToDoubleFunction values = normals(scale);
        return activation(used, width, values);
    }

    Tensor activation(Rows used, long width, IntToDoubleFunction values) {
        return constant(writable(used, width, values));
    }

    /** Normal values {@code [S, shape…]}. */
    Tensor parameter(double scale, long... shapePerRun) {
        return constant(accumulator(scale, shapePerRun));
    }

    Tensor parameter(IntToDoubleFunction values, long... shapePerRun) {
        return constant(accumulator(values, shapePerRun));
    }

    /** One value for each row, {@code [S, capacity]}. */
    Tensor perRow(Rows used, IntToDoubleFunction values) {
        Tensor tensor = strip(used);
        writeRows(tensor, used, i -> rounded(values.applyAsDouble(i)));
        return constant(tensor);
    }

    /** INT32 {@code [S, capacity]}. */
    Tensor numbers(Rows used, IntToDoubleFunction values) {
        Tensor tensor = allocate(DType.INT32, POISON_INDEX, used.runs(), capacity(used));
        writeRows(tensor, used, values);
        return constant(tensor);
    }

    /** Uniform numbers below {@code bound}, INT32 {@code [S, capacity]}. */
    Tensor numbers(Rows used, int bound) {
        PhiloxKey key = new PhiloxKey(SEED, stream++);
        return numbers(used, i -> Philox.below(key, i, bound, words));
    }

    /** FLOAT64 whatever the type under test is. */
    Tensor doubles(IntToDoubleFunction values, long... shape) {
        Tensor tensor = allocate(DType.FLOAT64, Double.NaN, shape);
        HostTensors.write(tensor, values);
        return tensor;
    }

    // ---- operands that are written ----

    /** Like {@link #activation}, for an operand that is changed in place. */
    Tensor writable(Rows used, long width, IntToDoubleFunction values) {
        Tensor tensor = result(used, width);
        writeRows(tensor, used, i -> rounded(values.applyAsDouble(i)));
        return tensor;
    }

    /** Like {@link #parameter}, for an operand that is changed. */
    Tensor accumulator(double scale, long... shapePerRun) {
        IntToDoubleFunction values = normals(scale);
        return accumulator(values, shapePerRun);
    }

    Tensor accumulator(IntToDoubleFunction values, long... shapePerRun) {
        Tensor tensor = unwritten(shapePerRun);
        HostTensors.write(tensor, i -> rounded(values.applyAsDouble(i)));
        return tensor;
    }

    /** NaN, {@code [S, shape…]}. */
    Tensor unwritten(long... shapePerRun) {
        long elements = 1;
        for (long size : shapePerRun) {
            elements *= size;
        }
        Tensor whole = allocate(type, Double.NaN, runs(), elements + (setting.strided() ? 2 * MARGIN : 0));
        return remember(whole.viewPerRun(setting.strided() ? MARGIN : 0, shapePerRun), whole);
    }

    /** NaN, {@code [S, capacity, width]}. */
    Tensor result(Rows used, long width) {
        if (!setting.strided()) {
            return allocate(type, Double.NaN, used.runs(), capacity(used), width);
        }
        Tensor whole = allocate(type, Double.NaN, used.runs(), capacity(used), width + 2 * MARGIN);
        return remember(whole.slice(2, MARGIN, MARGIN + width), whole);
    }

    /** NaN, {@code [S, capacity]}. */
    Tensor strip(Rows used) {
        if (!setting.strided()) {
            return allocate(type, Double.NaN, used.runs(), capacity(used));
        }
        Tensor whole = allocate(type, Double.NaN, used.runs(), capacity(used) + 2 * MARGIN);
        return remember(whole.slice(1, MARGIN, MARGIN + capacity(used)), whole);
    }

    static int capacity(Rows used) {
        int most = 0;
        for (int run = 0; run < used.runs(); run++) {
            most = Math.max(most, used.rows(run));
        }
        return most + SPARE_ROWS;
    }

    // ---- results ----

    /** Declares a result whose elements may be off by {@code bound}; only {@code used} rows may have been written. */
    void output(String name, Tensor tensor, Rows used, double bound) {
        outputs.add(new Output(name, tensor, used, bound, 0));
    }

    /** Declares a result without unused rows. */
    void output(String name, Tensor tensor, double bound) {
        outputs.add(new Output(name, tensor, null, bound, 0));
    }

    /**
     * Declares a result each element of which may be off by {@code relativeBound} times what the operation gives on the
     * magnitudes of its operands.
     */
    void relative(String name, Tensor tensor, Rows used, double relativeBound) {
        outputs.add(new Output(name, tensor, used, 0, relativeBound));
    }

    /** Declares a result each element of which is a sum of at most {@code terms} products of operands. */
    void sum(String name, Tensor tensor, Rows used, int terms) {
        relative(name, tensor, used, Tolerances.sum(epsilon(), terms, 1));
    }

    /** The largest magnitude in {@code tensor}, NaN apart. */
    static double largest(Tensor tensor) {
        double largest = 0;
        for (double value : HostTensors.read(tensor)) {
            largest = Double.isNaN(value) ? largest : Math.max(largest, Math.abs(value));
        }
        return largest;
    }

    List<Output> outputs() {
        return outputs;
    }

    /** Fails where something was written that is no result. */
    void assertNothingElseWritten() {
        for (Constant constant : constants) {
            assertThat(HostTensors.read(constant.tensor()))
                    .as("input %s of %s", constant.tensor(), backend.name())
                    .isEqualTo(constant.before());
        }
        for (View view : views) {
            HostTensors.write(view.view(), i -> 0);
            long poisoned = 0;
            for (double value : HostTensors.read(view.whole())) {
                poisoned += Double.isNaN(value) ? 1 : 0;
            }
            assertThat(poisoned)
                    .as("%s wrote beside the strided view %s", backend.name(), view.view())
                    .isEqualTo(view.whole().elements() - view.view().elements());
        }
    }

    @Override
    public void close() {
        owner.close();
    }

    private IntToDoubleFunction normals(double scale) {
        PhiloxKey key = new PhiloxKey(SEED, stream++);
        return i -> scale * Philox.normal(key, i, words);
    }

    private double rounded(double value) {
        double result = rounding == DType.FLOAT32 ? (float) value : value;
        return absolute ? Math.abs(result) : result;
    }

    private Tensor allocate(DType elementType, double poison, long... shape) {
        Tensor tensor = backend.allocate(owner, elementType, shape);
        HostTensors.write(tensor, i -> poison);
        return tensor;
    }

    private Tensor remember(Tensor view, Tensor whole) {
        if (setting.strided()) {
            views.add(new View(view, whole));
        }
        return view;
    }

    private Tensor constant(Tensor tensor) {
        constants.add(new Constant(tensor, HostTensors.read(tensor)));
        return tensor;
    }

    private static void writeRows(Tensor tensor, Rows used, IntToDoubleFunction values) {
        int offset = 0;
        for (int run = 0; run < used.runs(); run++) {
            Tensor part = tensor.at(run).slice(0, 0, used.rows(run));
            int begin = offset;
            HostTensors.write(part, i -> values.applyAsDouble(begin + i));
            offset += Math.toIntExact(part.elements());
        }
    }
}
