package dev.spectraledge.kernels;

import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.spectraledge.kernels.reference.ReferenceBackend;
import java.lang.foreign.ValueLayout;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import org.junit.jupiter.api.Test;

/** The contract's comparison finds the faults that it is there for. */
class ParityTest {
    /** What a faulty backend does after a correct GELU. */
    @FunctionalInterface
    private interface Fault {
        void apply(Rows rows, Tensor input, Tensor output);
    }

    private static void check(Fault fault) {
        Backend reference = new ReferenceBackend();
        Backend faulty = (Backend) Proxy.newProxyInstance(
                Backend.class.getClassLoader(), new Class<?>[] {Backend.class}, (proxy, method, arguments) -> {
                    try {
                        Object result = method.invoke(reference, arguments);
                        if (method.getName().equals("gelu")) {
                            fault.apply((Rows) arguments[0], (Tensor) arguments[2], (Tensor) arguments[3]);
                        }
                        return result;
                    } catch (InvocationTargetException failure) {
                        throw failure.getCause();
                    }
                });
        new Parity(faulty, DType.FLOAT32).check("gelu", (backend, operands) -> {
            Tensor input = operands.activation(operands.rows(), 5, 1);
            Tensor output = operands.result(operands.rows(), 5);
            backend.gelu(operands.rows(), Gelu.ERF, input, output);
            operands.output("output", output, operands.rows(), Tolerances.gelu(operands.epsilon(), 5));
        });
    }

    private static void assertFound(String message, Fault fault) {
        assertThatThrownBy(() -> check(fault))
                .isInstanceOf(AssertionError.class)
                .hasMessageContaining(message);
    }

    @Test
    void acceptsACorrectBackend() {
        assertThatCode(() -> check((rows, input, output) -> {})).doesNotThrowAnyException();
    }

    @Test
    void findsASmallError() {
        assertFound("allowed", (rows, input, output) -> output.set(output.get(0, 2, 3) + 1e-4, 0, 2, 3));
    }

    @Test
    void findsARowThatWasNotWritten() {
        assertFound("has a NaN", (rows, input, output) -> output.set(Double.NaN, 0, 1, 4));
    }

    @Test
    void findsAWriteBeyondTheRows() {
        assertFound("is unused but was written", (rows, input, output) -> output.set(0, 0, rows.rows(0), 0));
    }

    @Test
    void findsAWriteBetweenTheRowsOfAView() {
        assertFound("beside the strided view", (rows, input, output) -> {
            if (output.stride(1) > output.size(2)) {
                // One row more than there is, shortened: the columns before and after are not the view's.
                long begin = output.segment().byteSize() - Float.BYTES * output.stride(1);
                output.segment().set(ValueLayout.JAVA_FLOAT, begin, 1);
            }
        });
    }

    @Test
    void findsAChangedInput() {
        assertFound("input", (rows, input, output) -> input.set(7, 0, 0, 0));
    }
}
