package dev.spectraledge.kernels;

import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class GradientCheckTest {
    private final MemoryOwner owner = MemoryOwner.open("gradient check");
    private final Tensor variable = Tensor.allocate(owner, DType.FLOAT64, 2, 3);
    private final Tensor gradient = Tensor.allocate(owner, DType.FLOAT64, 2, 3);

    GradientCheckTest() {
        HostTensors.write(variable, i -> 0.3 * i - 0.5);
        HostTensors.write(gradient, i -> Math.exp(0.3 * i - 0.5) * Math.sin(i + 1));
    }

    @AfterEach
    void close() {
        owner.close();
    }

    /** Σ exp(xᵢ)·sin(i + 1). */
    private double function() {
        double sum = 0;
        double[] values = HostTensors.read(variable);
        for (int i = 0; i < values.length; i++) {
            sum += Double.isNaN(values[i]) ? 0 : Math.exp(values[i]) * Math.sin(i + 1);
        }
        return sum;
    }

    @Test
    void acceptsTheDerivative() {
        assertThatCode(() -> GradientCheck.check("exp", this::function, variable, gradient))
                .doesNotThrowAnyException();
    }

    @Test
    void rejectsADerivativeThatIsSlightlyWrongInOneElement() {
        gradient.set(gradient.get(1, 2) * (1 + 1e-6), 1, 2);

        assertThatThrownBy(() -> GradientCheck.check("exp", this::function, variable, gradient))
                .isInstanceOf(AssertionError.class)
                .hasMessageContaining("exp[5]");
    }

    @Test
    void rejectsNaN() {
        gradient.set(Double.NaN, 0, 0);

        assertThatThrownBy(() -> GradientCheck.check("exp", this::function, variable, gradient))
                .isInstanceOf(AssertionError.class)
                .hasMessageContaining("exp[0]");
    }

    @Test
    void skipsUnusedElements() {
        variable.set(Double.NaN, 0, 1);
        gradient.set(Double.NaN, 0, 1);

        assertThatCode(() -> GradientCheck.check("exp", this::function, variable, gradient))
                .doesNotThrowAnyException();
    }
}
