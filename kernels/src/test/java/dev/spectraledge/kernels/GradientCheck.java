package dev.spectraledge.kernels;

import java.util.function.DoubleSupplier;
import org.assertj.core.api.Assertions;

/**
 * Compares a gradient with central differences of fourth order, (f(x−2h) − 8f(x−h) + 8f(x+h) − f(x+2h))/12h, element by
 * element, in float64.
 */
final class GradientCheck {
    private static final double STEP = 0x1p-9;
    /**
     * Truncation is h⁴/30·|f⁽⁵⁾| ≤ 5·10⁻¹³·|f⁽⁵⁾|, cancellation 1.5·ε·|f|/h ≤ 2·10⁻¹³·|f| for a function computed to a
     * unit in the last place; together with a factor of 15 for derivatives and roundings greater than one.
     */
    private static final double TOLERANCE = 1e-11;

    private GradientCheck() {}

    /**
     * @param function of the elements of {@code variable}
     * @param gradient what a backward operation says that its derivative is; elements where {@code variable} is NaN are
     *     unused and skipped
     */
    static void check(String name, DoubleSupplier function, Tensor variable, Tensor gradient) {
        double[] values = HostTensors.read(variable);
        double[] derivatives = HostTensors.read(gradient);
        double scale = Math.abs(function.getAsDouble()) + 1;
        double largest = 0;
        for (int i = 0; i < values.length; i++) {
            if (!Double.isNaN(values[i])) {
                double expected = difference(function, variable, values, i);
                double error = Math.abs(derivatives[i] - expected);
                double bound = TOLERANCE * (scale + Math.abs(expected));
                if (!(error <= bound)) {
                    Assertions.fail(
                            "gradient of %s[%d] is %s, differences give %s: off by %s, allowed %s",
                            name, i, derivatives[i], expected, error, bound);
                }
                largest = Math.max(largest, error / bound);
            }
        }
        Tolerances.recordUse("differences " + name, largest);
    }

    private static double difference(DoubleSupplier function, Tensor variable, double[] values, int element) {
        double sum = 0;
        double[] offsets = {-2, -1, 1, 2};
        double[] factors = {1, -8, 8, -1};
        for (int k = 0; k < offsets.length; k++) {
            double offset = offsets[k] * STEP;
            HostTensors.write(variable, i -> i == element ? values[i] + offset : values[i]);
            sum += factors[k] * function.getAsDouble();
        }
        HostTensors.write(variable, i -> values[i]);
        return sum / (12 * STEP);
    }

    /** Σ weight·value over all elements that are not NaN: a scalar function whose gradient by the values is the weights. */
    static double weightedSum(Tensor values, Tensor weights) {
        double[] x = HostTensors.read(values);
        double[] w = HostTensors.read(weights);
        double sum = 0;
        for (int i = 0; i < x.length; i++) {
            if (!Double.isNaN(w[i])) {
                sum += x[i] * w[i];
            }
        }
        return sum;
    }
}
