package dev.spectraledge.kernels.cpu;

import static org.assertj.core.api.Assertions.assertThat;

import dev.spectraledge.kernels.Allocations;
import dev.spectraledge.kernels.DType;
import dev.spectraledge.kernels.MemoryOwner;
import dev.spectraledge.kernels.Tensor;
import java.lang.foreign.ValueLayout;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What holds for every hot operation, first interpreted and then compiled: the same bits, and no garbage. */
@Tag("garbage")
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class HotOperationsTest {
    private final MemoryOwner owner = MemoryOwner.open("hot operations");

    Stream<HotOperations.Operation> operations() {
        return Stream.of(DType.FLOAT32, DType.FLOAT64).flatMap(type -> HotOperations.all(owner, type).stream());
    }

    @AfterAll
    void close() {
        owner.close();
    }

    @ParameterizedTest
    @MethodSource("operations")
    void compiledGivesTheBitsOfInterpretedAndNoGarbage(HotOperations.Operation operation) {
        operation.run();
        byte[][] interpreted = bytes(operation);
        assertThat(Allocations.bytesPerCall(operation::run))
                .as("bytes allocated in a call of %s", operation)
                .isZero();
        assertThat(bytes(operation)).as("results of %s", operation).isDeepEqualTo(interpreted);
    }

    private static byte[][] bytes(HotOperations.Operation operation) {
        return Stream.of(operation.outputs())
                .map(Tensor::segment)
                .map(segment -> segment.toArray(ValueLayout.JAVA_BYTE))
                .toArray(byte[][]::new);
    }
}
