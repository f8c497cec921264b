package dev.spectraledge.bench.micro;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/**
 * The price of crossing into native code, by kind of call. The functions of the C library do next to nothing: {@code
 * free(NULL)} returns nothing, {@code abs} an int, {@code strlen} of an empty string reads one byte through its pointer.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 5, time = 500, timeUnit = TimeUnit.MILLISECONDS)
@Measurement(iterations = 5, time = 500, timeUnit = TimeUnit.MILLISECONDS)
@Fork(
        value = 3,
        jvmArgsAppend = {JvmFlags.NATIVE_ACCESS, JvmFlags.DENY_OTHERS, JvmFlags.VECTOR, JvmFlags.UNSAFE})
public class DowncallBenchmark {

    private static final FunctionDescriptor VOID_OF_POINTER = FunctionDescriptor.ofVoid(ValueLayout.ADDRESS);
    private static final FunctionDescriptor INT_OF_INT =
            FunctionDescriptor.of(ValueLayout.JAVA_INT, ValueLayout.JAVA_INT);
    private static final FunctionDescriptor LONG_OF_POINTER =
            FunctionDescriptor.of(ValueLayout.JAVA_LONG, ValueLayout.ADDRESS);

    private static final MethodHandle FREE = downcall("free", VOID_OF_POINTER);
    private static final MethodHandle ABS = downcall("abs", INT_OF_INT);
    private static final MethodHandle ABS_CRITICAL = downcall("abs", INT_OF_INT, Linker.Option.critical(false));
    private static final MethodHandle STRLEN = downcall("strlen", LONG_OF_POINTER);
    private static final MethodHandle STRLEN_CRITICAL =
            downcall("strlen", LONG_OF_POINTER, Linker.Option.critical(false));
    private static final MethodHandle STRLEN_HEAP = downcall("strlen", LONG_OF_POINTER, Linker.Option.critical(true));

    private final MemorySegment heap = MemorySegment.ofArray(new byte[1]);
    private int number = -7;
    private Arena confinedArena;
    private Arena sharedArena;
    private MemorySegment confined;
    private MemorySegment shared;
    private MemorySegment global;

    private static MethodHandle downcall(String name, FunctionDescriptor descriptor, Linker.Option... options) {
        Linker linker = Linker.nativeLinker();
        return linker.downcallHandle(linker.defaultLookup().findOrThrow(name), descriptor, options);
    }

    @Setup(Level.Trial)
    public void allocate(Resolved resolved) {
        confinedArena = Arena.ofConfined();
        sharedArena = Arena.ofShared();
        confined = confinedArena.allocate(1);
        shared = sharedArena.allocate(1);
        global = Arena.global().allocate(1);
    }

    @TearDown(Level.Trial)
    public void free() {
        confinedArena.close();
        sharedArena.close();
    }

    @Benchmark
    public int javaCall() {
        return Math.abs(number);
    }

    @Benchmark
    public void returningVoid() throws Throwable {
        FREE.invokeExact(MemorySegment.NULL);
    }

    @Benchmark
    public int returningInt() throws Throwable {
        return (int) ABS.invokeExact(number);
    }

    @Benchmark
    public int returningIntCritical() throws Throwable {
        return (int) ABS_CRITICAL.invokeExact(number);
    }

    @Benchmark
    public long pointerOfConfinedArena() throws Throwable {
        return (long) STRLEN.invokeExact(confined);
    }

    @Benchmark
    public long pointerOfSharedArena() throws Throwable {
        return (long) STRLEN.invokeExact(shared);
    }

    @Benchmark
    public long pointerOfGlobalArena() throws Throwable {
        return (long) STRLEN.invokeExact(global);
    }

    @Benchmark
    public long pointerOfSharedArenaCritical() throws Throwable {
        return (long) STRLEN_CRITICAL.invokeExact(shared);
    }

    @Benchmark
    public long pointerToHeapCritical() throws Throwable {
        return (long) STRLEN_HEAP.invokeExact(heap);
    }
}
