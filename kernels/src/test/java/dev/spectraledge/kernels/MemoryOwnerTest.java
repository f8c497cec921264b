package dev.spectraledge.kernels;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class MemoryOwnerTest {
    @Test
    void allocationsAreZeroedAlignedAndCounted() {
        try (MemoryOwner owner = MemoryOwner.open("model")) {
            MemorySegment first = owner.allocate(3);
            MemorySegment second = owner.allocate(100);

            assertThat(first.byteSize()).isEqualTo(3);
            assertThat(second.address() % MemoryOwner.ALIGNMENT).isZero();
            assertThat(second.mismatch(MemorySegment.ofArray(new byte[100]))).isEqualTo(-1);
            assertThat(owner.allocatedBytes()).isEqualTo(103);
            assertThat(owner.name()).isEqualTo("model");
        }
    }

    @Test
    void openOwnersAreListedUntilTheyClose() {
        MemoryOwner owner = MemoryOwner.open("listed");
        assertThat(MemoryOwner.live()).contains("listed");
        assertThat(owner.isOpen()).isTrue();

        owner.close();
        assertThat(MemoryOwner.live()).doesNotContain("listed");
        assertThat(owner.isOpen()).isFalse();
    }

    @Test
    void closingTwiceDoesNothing() {
        MemoryOwner owner = MemoryOwner.open("closed twice");
        owner.close();
        owner.close();

        assertThat(owner.isOpen()).isFalse();
    }

    @Test
    void aClosedOwnerGivesNoMemory() {
        MemoryOwner owner = MemoryOwner.open("closed");
        owner.close();

        assertThatThrownBy(() -> owner.allocate(1))
                .isInstanceOf(IllegalStateException.class)
                .hasMessage("memory owner 'closed' is closed");
        assertThat(owner.allocatedBytes()).isZero();
    }

    @Test
    void actionsRunInReverseOrderWhileTheMemoryIsStillThere() {
        List<String> events = new ArrayList<>();
        MemoryOwner owner = MemoryOwner.open("with actions");
        MemorySegment memory = owner.allocate(1);
        owner.onClose(() -> events.add("first, memory alive: " + memory.scope().isAlive()));
        owner.onClose(() -> events.add("second"));
        owner.close();
        owner.close();

        assertThat(events).containsExactly("second", "first, memory alive: true");
        assertThatThrownBy(() -> owner.onClose(() -> {})).isInstanceOf(IllegalStateException.class);
    }

    @Test
    void aFailingActionKeepsNothingFromBeingFreed() {
        List<String> events = new ArrayList<>();
        MemoryOwner owner = MemoryOwner.open("with a failing action");
        owner.onClose(() -> events.add("run"));
        owner.onClose(() -> {
            throw new IllegalStateException("cannot free");
        });

        assertThatThrownBy(owner::close).hasMessage("cannot free");
        assertThat(events).containsExactly("run");
        assertThat(owner.isOpen()).isFalse();
    }

    @Test
    void memoryStaysUntilACallThatReachesItByItsAddressHasEnded() throws InterruptedException {
        MemoryOwner owner = MemoryOwner.open("with a call in progress");
        MemorySegment memory = owner.allocate(1);
        RawCall call = new RawCall();
        call.begin();
        Thread closer = Thread.ofPlatform().start(owner::close);
        while (owner.isOpen()) {
            Thread.onSpinWait();
        }
        assertThat(memory.scope().isAlive()).isTrue();
        call.end();
        closer.join();

        assertThat(memory.scope().isAlive()).isFalse();
        assertThat(MemoryOwner.live()).doesNotContain("with a call in progress");
    }

    @Test
    void aCloseThatFailsCanBeCalledAgain() throws Throwable {
        List<String> events = new ArrayList<>();
        MemoryOwner owner = MemoryOwner.open("in a native call");
        owner.onClose(() -> events.add("action"));
        MemorySegment numbers = owner.allocate(2 * Integer.BYTES);
        sort(numbers, () -> {
            try {
                owner.close();
            } catch (IllegalStateException refused) {
                events.add("refused");
            }
        });
        assertThat(events).containsExactly("action", "refused");
        assertThat(numbers.scope().isAlive()).isTrue();
        assertThat(MemoryOwner.live()).contains("in a native call");

        owner.close();
        assertThat(events).hasSize(2);
        assertThat(numbers.scope().isAlive()).isFalse();
        assertThat(MemoryOwner.live()).doesNotContain("in a native call");
    }

    /** Calls the C library's qsort on two integers, and {@code during} from inside of it. */
    private static void sort(MemorySegment integers, Runnable during) throws Throwable {
        Linker linker = Linker.nativeLinker();
        FunctionDescriptor comparator =
                FunctionDescriptor.of(ValueLayout.JAVA_INT, ValueLayout.ADDRESS, ValueLayout.ADDRESS);
        FunctionDescriptor qsort = FunctionDescriptor.ofVoid(
                ValueLayout.ADDRESS, ValueLayout.JAVA_LONG, ValueLayout.JAVA_LONG, ValueLayout.ADDRESS);
        MethodHandle run = MethodHandles.lookup()
                .findVirtual(Runnable.class, "run", MethodType.methodType(void.class))
                .bindTo(during);
        MethodHandle compare = MethodHandles.dropArguments(
                MethodHandles.filterReturnValue(run, MethodHandles.zero(int.class)),
                0,
                MemorySegment.class,
                MemorySegment.class);
        try (Arena arena = Arena.ofConfined()) {
            linker.downcallHandle(linker.defaultLookup().findOrThrow("qsort"), qsort)
                    .invokeExact(integers, 2L, (long) Integer.BYTES, linker.upcallStub(compare, comparator, arena));
        }
    }
}
