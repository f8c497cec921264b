package dev.spectraledge.kernels;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.util.List;
import java.util.function.IntFunction;

/** What the parts of {@link BackendContract} share. */
interface ContractPart {
    /** The tag of tests that compare kernels whose lanes, warps or blocks exchange values. */
    String EXCHANGE = "exchange";

    /** The backend under test. */
    Backend backend();

    /** The type under test. */
    DType type();

    default void parity(String name, Parity.Computation computation) {
        new Parity(backend(), type()).check(name, computation);
    }

    /** Sizes around the lane counts of every vector length, and beyond several vectors. */
    List<Integer> SIZES = List.of(1, 2, 3, 4, 5, 7, 8, 9, 15, 16, 17, 31, 32, 33, 63, 64, 65, 100, 128, 131);

    /** Compares at all {@link #SIZES}, in the setting that is hardest: several runs, strided. */
    default void parityOfSizes(String name, IntFunction<Parity.Computation> computationOfSize) {
        for (int size : SIZES) {
            new Parity(backend(), type()).check(name, Setting.all().getLast(), computationOfSize.apply(size));
        }
    }

    default Operands operands(Setting setting) {
        return new Operands(backend(), type(), type(), false, setting);
    }

    default double epsilon() {
        return Tolerances.epsilon(type());
    }

    /** Operands for differences, which tell nothing in float32. */
    default Operands differentiable() {
        assumeTrue(type() == DType.FLOAT64, "finite differences need float64");
        return operands(Setting.all().getLast());
    }
}
