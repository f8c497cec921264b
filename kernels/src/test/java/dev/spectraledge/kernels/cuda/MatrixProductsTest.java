package dev.spectraledge.kernels.cuda;

import static org.assertj.core.api.Assertions.assertThat;

import dev.spectraledge.kernels.DType;
import dev.spectraledge.kernels.MemoryOwner;
import dev.spectraledge.kernels.PackedSequences;
import dev.spectraledge.kernels.PhiloxKey;
import dev.spectraledge.kernels.Tensor;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Products in reduced precision are off by the rounding of their operands, no more and not much less. */
class MatrixProductsTest {
    private static final int RUNS = 2;
    private static final int ROWS = 9;
    private static final int INPUTS = 53;
    private static final int OUTPUTS = 21;

    /** Largest error of each of Y = X·Wᵀ, dX = dY·W and dW = dYᵀ·X over what they give on magnitudes. */
    private static double[] largestErrors(ProductPrecision precision, DType type, boolean equalRows) {
        try (TestDevice device = TestDevice.start(precision);
                MemoryOwner owner = MemoryOwner.open("products")) {
            CudaBackend backend = device.backend();
            PackedSequences rows = new PackedSequences(owner, RUNS, 1, ROWS);
            rows.append(0, ROWS);
            rows.append(1, equalRows ? ROWS : ROWS - 2);
            Tensor x = normal(backend, owner, type, 1, RUNS, ROWS, INPUTS);
            Tensor w = normal(backend, owner, type, 2, RUNS, OUTPUTS, INPUTS);
            Tensor dy = normal(backend, owner, type, 3, RUNS, ROWS, OUTPUTS);
            Tensor y = backend.allocate(owner, type, RUNS, ROWS, OUTPUTS);
            Tensor dx = backend.allocate(owner, type, RUNS, ROWS, INPUTS);
            Tensor dw = backend.allocate(owner, type, RUNS, OUTPUTS, INPUTS);
            backend.linear(rows, x, w, null, null, y);
            backend.linearBackward(rows, dy, x, w, dx, dw, null);

            double[] largest = new double[3];
            for (int run = 0; run < RUNS; run++) {
                int count = rows.rows(run);
                double[][] ofX = values(x, run);
                double[][] ofW = values(w, run);
                double[][] ofDy = values(dy, run);
                largest[0] = Math.max(largest[0], error(values(y, run), count, OUTPUTS, INPUTS, ofX, false, ofW, true));
                largest[1] =
                        Math.max(largest[1], error(values(dx, run), count, INPUTS, OUTPUTS, ofDy, false, ofW, false));
                largest[2] =
                        Math.max(largest[2], error(values(dw, run), OUTPUTS, INPUTS, count, ofDy, true, ofX, false));
            }
            return largest;
        }
    }

    private static Tensor normal(CudaBackend backend, MemoryOwner owner, DType type, int stream, long... shape) {
        Tensor tensor = backend.allocate(owner, type, shape);
        backend.normal(new PhiloxKey[] {new PhiloxKey(1, stream), new PhiloxKey(2, stream)}, 0, 1, tensor);
        return tensor;
    }

    private static double[][] values(Tensor tensor, int run) {
        double[][] values = new double[(int) tensor.size(1)][(int) tensor.size(2)];
        for (int row = 0; row < values.length; row++) {
            for (int column = 0; column < values[row].length; column++) {
                values[row][column] = tensor.get(run, row, column);
            }
        }
        return values;
    }

    private static double error(
            double[][] actual,
            int m,
            int n,
            int k,
            double[][] a,
            boolean transposeA,
            double[][] b,
            boolean transposeB) {
        double largest = 0;
        for (int row = 0; row < m; row++) {
            for (int column = 0; column < n; column++) {
                double sum = 0;
                double magnitude = 0;
                for (int i = 0; i < k; i++) {
                    double product = (transposeA ? a[i][row] : a[row][i]) * (transposeB ? b[column][i] : b[i][column]);
                    sum += product;
                    magnitude += Math.abs(product);
                }
                largest = Math.max(largest, Math.abs(actual[row][column] - sum) / magnitude);
            }
        }
        return largest;
    }

    /**
     * An operand that is rounded to p bits of mantissa is off by at most 2⁻ᵖ⁻¹ of itself, a product of two by about 2⁻ᵖ; a
     * sum in float32 adds its length times 2⁻²⁴ at most.
     */
    @ParameterizedTest
    @CsvSource({
        "FP32, FLOAT32, 23, true",
        "FP32, FLOAT32, 23, false",
        "TF32, FLOAT32, 10, true",
        "TF32, FLOAT32, 10, false",
        "BF16, FLOAT32, 7, true",
        "BF16, FLOAT32, 7, false",
        "TF32, FLOAT64, 52, true",
        "BF16, FLOAT64, 52, true",
    })
    void operandsAreRoundedOnce(ProductPrecision precision, DType type, int mantissaBits, boolean equalRows) {
        double ofSum = (INPUTS + 4) * (type == DType.FLOAT64 ? 0x1p-53 : 0x1p-24);
        double least = mantissaBits < 20 ? Math.scalb(0.05, -mantissaBits) : 0;

        double most = 1.01 * Math.scalb(1.0, -mantissaBits) + ofSum;

        for (double error : largestErrors(precision, type, equalRows)) {
            assertThat(error).isBetween(least, most);
        }
    }
}
