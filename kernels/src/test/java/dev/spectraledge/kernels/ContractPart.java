package dev.spectraledge.kernels;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

/** What the parts of {@link BackendContract} share. */
interface ContractPart {
    /** The backend under test. */
    Backend backend();

    /** The type under test. */
    DType type();

    default void parity(String name, Parity.Computation computation) {
        new Parity(backend(), type()).check(name, computation);
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
