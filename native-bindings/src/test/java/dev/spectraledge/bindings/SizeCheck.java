package dev.spectraledge.bindings;

import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/** One call of a facade with the exact size of each segment argument, to be tried with each of them too short. */
record SizeCheck(String call, List<Argument> arguments, Consumer<MemorySegment[]> body) {
    record Argument(String name, long elements, int elementBytes) {}

    static SizeCheck of(String call, Consumer<MemorySegment[]> body, Argument... arguments) {
        return new SizeCheck(call, List.of(arguments), body);
    }

    /** Passes with exact sizes, and refuses every argument that is one element, or one byte, short, by name. */
    void verify() {
        assertThatCode(this::callWithExactSizes).as(call).doesNotThrowAnyException();
        verifyRefusals();
    }

    /** Calls with exact sizes. */
    void callWithExactSizes() {
        try (Arena arena = Arena.ofConfined()) {
            body.accept(segments(arena, -1, 0));
        }
    }

    /** Refuses every argument that is one element, or one byte, short, by name. */
    void verifyRefusals() {
        try (Arena arena = Arena.ofConfined()) {
            for (int i = 0; i < arguments.size(); i++) {
                for (int missing : new int[] {1, arguments.get(i).elementBytes()}) {
                    MemorySegment[] tooShort = segments(arena, i, missing);
                    assertThatThrownBy(() -> body.accept(tooShort))
                            .as(
                                    "%s with %s %d bytes short",
                                    call, arguments.get(i).name(), missing)
                            .isInstanceOf(IndexOutOfBoundsException.class)
                            .hasMessageStartingWith(arguments.get(i).name() + " needs "
                                    + arguments.get(i).elements() + " elements");
                }
            }
        }
    }

    private MemorySegment[] segments(Arena arena, int shortened, int missingBytes) {
        List<MemorySegment> segments = new ArrayList<>();
        for (int i = 0; i < arguments.size(); i++) {
            long bytes = arguments.get(i).elements() * arguments.get(i).elementBytes();
            segments.add(arena.allocate(i == shortened ? bytes - missingBytes : bytes, 64));
        }
        return segments.toArray(MemorySegment[]::new);
    }

    @Override
    public String toString() {
        return call;
    }
}
