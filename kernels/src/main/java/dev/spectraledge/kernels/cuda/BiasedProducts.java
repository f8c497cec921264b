package dev.spectraledge.kernels.cuda;

import dev.spectraledge.bindings.CuBlas;
import dev.spectraledge.bindings.CuBlasLt;
import dev.spectraledge.kernels.DType;
import dev.spectraledge.kernels.Tensor;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.List;

/**
 * Linear layers of float32 whose bias, and residual where there is one, cuBLASLt adds to the product before it is stored. What
 * is asked of the library is described once for each layer and number of rows, so that calls allocate nothing.
 */
final class BiasedProducts {
    private static final long WORKSPACE_BYTES = 32L << 20;
    /** Largest alignment that the library looks at. */
    private static final int MOST_ALIGNED = 256;
    /** Descriptions that are kept; those of models that are gone are among them. */
    private static final int MOST_PLANS = 1024;

    private static final float[] ZERO_AND_ONE = {0, 1};

    private final CudaDevice device;
    private final CuBlas.ComputeType computeType;
    private final MemorySegment zero;
    private final MemorySegment one;
    private final List<Plan> plans = new ArrayList<>();
    private CuBlasLt library;
    private MemorySegment workspace;

    BiasedProducts(CudaDevice device, CuBlas.ComputeType computeType, Arena arena) {
        this.device = device;
        this.computeType = computeType;
        MemorySegment numbers = arena.allocateFrom(ValueLayout.JAVA_FLOAT, ZERO_AND_ONE);
        zero = numbers.asSlice(0, Float.BYTES);
        one = numbers.asSlice(Float.BYTES, Float.BYTES);
        device.onClose(this::close);
    }

    /**
     * Y ← X·Wᵀ + bias + residual for all runs, of so many rows each.
     *
     * @param residual null for none
     * @return false, and nothing is done, where the library has no way to do it
     */
    boolean linear(int rows, Tensor input, Tensor weight, Tensor bias, Tensor residual, Tensor output) {
        device.use();
        Plan plan = plan(rows, input, weight, bias, residual, output);
        if (plan.algorithm == null) {
            return false;
        }
        Tensor added = residual == null ? output : residual;
        library.matmul(
                plan.descriptor,
                one,
                weight.deviceSegment(),
                plan.ofWeight,
                input.deviceSegment(),
                plan.ofInput,
                residual == null ? zero : one,
                added.deviceSegment(),
                plan.ofAdded,
                output.deviceSegment(),
                plan.ofOutput,
                plan.algorithm,
                workspace,
                device.stream());
        return true;
    }

    private Plan plan(int rows, Tensor input, Tensor weight, Tensor bias, Tensor residual, Tensor output) {
        Tensor added = residual == null ? output : residual;
        for (int i = 0; i < plans.size(); i++) {
            if (plans.get(i).serves(rows, input, weight, bias, added, output)) {
                return plans.get(i);
            }
        }
        device.requireNotRecording("the first product of a layer");
        open();
        if (plans.size() == MOST_PLANS) {
            closePlans();
        }
        Plan plan = new Plan(rows, input, weight, bias, added, output);
        plans.add(plan);
        return plan;
    }

    private void open() {
        if (library == null) {
            workspace = device.memory()
                    .allocate(device.memory().internal(), DType.INT32, WORKSPACE_BYTES / Integer.BYTES)
                    .deviceSegment();
            library = CuBlasLt.create();
        }
    }

    private void closePlans() {
        plans.forEach(Plan::close);
        plans.clear();
    }

    private void close() {
        closePlans();
        if (library != null) {
            library.close();
            library = null;
        }
    }

    /** A layer with some number of rows, column-major: the transposes of everything. */
    private final class Plan {
        private final Arena arena = Arena.ofShared();
        private final int rows;
        private final long biasAddress;
        private final Operand input;
        private final Operand weight;
        private final Operand added;
        private final Operand output;
        private final CuBlasLt.MatmulDescriptor descriptor;
        private final CuBlasLt.MatrixLayout ofWeight;
        private final CuBlasLt.MatrixLayout ofInput;
        private final CuBlasLt.MatrixLayout ofAdded;
        private final CuBlasLt.MatrixLayout ofOutput;
        /** Null where there is none. */
        private final CuBlasLt.Algorithm algorithm;

        Plan(int rows, Tensor input, Tensor weight, Tensor bias, Tensor added, Tensor output) {
            this.rows = rows;
            biasAddress = bias.deviceAddress();
            this.input = Operand.of(input);
            this.weight = Operand.of(weight);
            this.added = Operand.of(added);
            this.output = Operand.of(output);
            int inputs = Math.toIntExact(weight.size(2));
            int outputs = Math.toIntExact(weight.size(1));
            int runs = Math.toIntExact(output.size(0));
            descriptor = CuBlasLt.MatmulDescriptor.create(computeType);
            descriptor.setTransposes(true, false);
            descriptor.setEpilogue(CuBlasLt.Epilogue.BIAS);
            descriptor.setBias(bias.deviceSegment(), bias.stride(0));
            ofWeight = layout(this.weight, inputs, outputs, runs);
            ofInput = layout(this.input, inputs, rows, runs);
            ofAdded = layout(this.added, outputs, rows, runs);
            ofOutput = layout(this.output, outputs, rows, runs);
            try (CuBlasLt.MatmulPreference preference = CuBlasLt.MatmulPreference.create(WORKSPACE_BYTES)) {
                preference.setAlignment(
                        this.weight.alignment(runs),
                        this.input.alignment(runs),
                        this.added.alignment(runs),
                        this.output.alignment(runs));
                List<CuBlasLt.Algorithm> found =
                        library.algorithms(descriptor, ofWeight, ofInput, ofAdded, ofOutput, preference, 1, arena);
                algorithm = found.isEmpty() ? null : found.getFirst();
            }
        }

        private static CuBlasLt.MatrixLayout layout(Operand operand, int rows, int columns, int runs) {
            CuBlasLt.MatrixLayout layout = CuBlasLt.MatrixLayout.create(
                    CuBlas.ElementType.FLOAT32, rows, columns, Math.toIntExact(Math.max(1, operand.rowStride)));
            layout.setBatch(runs, operand.runStride);
            return layout;
        }

        boolean serves(int otherRows, Tensor x, Tensor w, Tensor bias, Tensor c, Tensor y) {
            return otherRows == rows
                    && bias.deviceAddress() == biasAddress
                    && input.is(x)
                    && weight.is(w)
                    && added.is(c)
                    && output.is(y);
        }

        void close() {
            descriptor.close();
            ofWeight.close();
            ofInput.close();
            ofAdded.close();
            ofOutput.close();
            arena.close();
        }
    }

    /** Where matrices of the runs are. */
    private record Operand(long address, long runs, long columns, long runStride, long rowStride) {
        static Operand of(Tensor matrices) {
            return new Operand(
                    matrices.deviceAddress(),
                    matrices.size(0),
                    matrices.size(2),
                    matrices.stride(0),
                    matrices.stride(1));
        }

        boolean is(Tensor matrices) {
            return matrices.deviceAddress() == address
                    && matrices.size(0) == runs
                    && matrices.size(2) == columns
                    && matrices.stride(0) == runStride
                    && matrices.stride(1) == rowStride;
        }

        /** Of every matrix, and of every row of it. */
        int alignment(int batch) {
            long bits = address | Float.BYTES * rowStride | (batch > 1 ? Float.BYTES * runStride : 0);
            return (int) Math.min(MOST_ALIGNED, Long.lowestOneBit(bits));
        }
    }
}
