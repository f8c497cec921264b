package dev.spectraledge.kernels;

import static org.assertj.core.api.Assertions.assertThat;

import dev.spectraledge.kernels.reference.ReferenceBackend;
import org.assertj.core.api.Assertions;

/** Runs a computation on a backend and, in float64, on the reference, in every {@link Setting}, and compares the results. */
final class Parity {
    /** Calls one operation on operands that it makes, and declares the results. */
    @FunctionalInterface
    interface Computation {
        void run(Backend backend, Operands operands);
    }

    private static final Backend REFERENCE = new ReferenceBackend();

    private final Backend backend;
    private final DType type;

    Parity(Backend backend, DType type) {
        this.backend = backend;
        this.type = type;
    }

    /** Compares in all settings. */
    void check(String name, Computation computation) {
        for (Setting setting : Setting.all()) {
            check(name, setting, computation);
        }
    }

    void check(String name, Setting setting, Computation computation) {
        try (Operands actual = new Operands(backend, type, type, false, setting);
                Operands expected = new Operands(REFERENCE, DType.FLOAT64, type, false, setting);
                Operands magnitude = new Operands(REFERENCE, DType.FLOAT64, type, true, setting)) {
            computation.run(backend, actual);
            computation.run(REFERENCE, expected);
            computation.run(REFERENCE, magnitude);
            for (int i = 0; i < expected.outputs().size(); i++) {
                Operands.Output output = actual.outputs().get(i);
                Operands.Output reference = expected.outputs().get(i);
                double[] values = HostTensors.read(output.tensor());
                String what = backend.name() + " " + type + " " + name + " " + output.name();
                assertRowsWritten(what + " (" + setting + ")", output, values);
                double used = compare(
                        what,
                        setting,
                        values,
                        HostTensors.read(reference.tensor()),
                        reference,
                        HostTensors.read(magnitude.outputs().get(i).tensor()));
                Tolerances.recordUse(backend.name() + " " + type + " " + name, used);
            }
            actual.assertNothingElseWritten();
            expected.assertNothingElseWritten();
        }
    }

    private static double compare(
            String what,
            Setting setting,
            double[] actual,
            double[] expected,
            Operands.Output output,
            double[] magnitude) {
        double used = 0;
        for (int i = 0; i < expected.length; i++) {
            if (Double.compare(actual[i], expected[i]) == 0) {
                continue;
            }
            double bound = output.bound() + output.relativeBound() * magnitude[i];
            double error = Math.abs(actual[i] - expected[i]);
            // Written so that a NaN fails; two zeros of different sign are equal.
            if (!(error <= bound)) {
                Assertions.fail(
                        "%s[%d] (%s) is %s, the reference gives %s: off by %s, allowed %s",
                        what, i, setting, actual[i], expected[i], error, bound);
            }
            used = Math.max(used, error == 0 ? 0 : error / bound);
        }
        return used;
    }

    private static void assertRowsWritten(String what, Operands.Output output, double[] values) {
        if (output.rows() == null) {
            assertThat(values).as(what).doesNotContain(Double.NaN);
            return;
        }
        Tensor tensor = output.tensor();
        int perRow = Math.toIntExact(tensor.elements() / tensor.size(0) / tensor.size(1));
        for (int run = 0; run < tensor.size(0); run++) {
            for (int row = 0; row < tensor.size(1); row++) {
                boolean isUsed = row < output.rows().rows(run);
                for (int i = 0; i < perRow; i++) {
                    double value = values[(int) (run * tensor.size(1) + row) * perRow + i];
                    if (Double.isNaN(value) == isUsed) {
                        Assertions.fail(
                                "%s: row %d of run %d %s",
                                what, row, run, isUsed ? "has a NaN" : "is unused but was written");
                    }
                }
            }
        }
    }

    /** Operands on the backend under test. */
    Operands operands(Setting setting) {
        return new Operands(backend, type, type, false, setting);
    }
}
