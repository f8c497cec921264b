package dev.spectraledge.bindings;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class KernelArgumentsTest {
    private final Arena arena = Arena.ofConfined();

    @AfterEach
    void close() {
        arena.close();
    }

    private static MemorySegment argument(KernelArguments arguments, int index, long bytes) {
        return arguments.pointers().getAtIndex(ValueLayout.ADDRESS, index).reinterpret(bytes);
    }

    @Test
    void eachArgumentHasItsPointerAndAStructureHasOne() {
        KernelArguments arguments = new KernelArguments(arena, 6);
        arguments.addInt(7).beginStructure().addLong(1).addDouble(2.5).addInt(3).endStructure();
        arguments.addFloat(0.5f).addPointer(MemorySegment.ofAddress(4096));

        assertThat(arguments.count()).isEqualTo(4);
        assertThat(argument(arguments, 0, 4).get(ValueLayout.JAVA_INT, 0)).isEqualTo(7);
        MemorySegment structure = argument(arguments, 1, 24);
        assertThat(structure.get(ValueLayout.JAVA_LONG, 0)).isEqualTo(1);
        assertThat(structure.get(ValueLayout.JAVA_DOUBLE, 8)).isEqualTo(2.5);
        assertThat(structure.get(ValueLayout.JAVA_INT, 16)).isEqualTo(3);
        assertThat(argument(arguments, 2, 4).get(ValueLayout.JAVA_FLOAT, 0)).isEqualTo(0.5f);
        assertThat(argument(arguments, 3, 8).get(ValueLayout.JAVA_LONG, 0)).isEqualTo(4096);
    }

    @Test
    void aClearedObjectIsFilledAgain() {
        KernelArguments arguments = new KernelArguments(arena, 1);
        arguments.addInt(1);
        assertThatThrownBy(() -> arguments.addInt(2))
                .isInstanceOf(IllegalStateException.class)
                .hasMessage("kernel arguments of more than 1 slots of 8 bytes");
        arguments.clear().addInt(3);

        assertThat(arguments.count()).isEqualTo(1);
        assertThat(argument(arguments, 0, 4).get(ValueLayout.JAVA_INT, 0)).isEqualTo(3);
    }
}
