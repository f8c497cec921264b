package dev.spectraledge.trainer.model;

import dev.spectraledge.kernels.Backend;
import dev.spectraledge.kernels.DType;
import dev.spectraledge.kernels.MemoryOwner;
import dev.spectraledge.kernels.PhiloxKey;
import dev.spectraledge.kernels.Tensor;
import dev.spectraledge.trainer.ParameterSubset;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.stream.LongStream;

/**
 * A flat vector per run, {@code [S, P]}, with a view of each named tensor: the parameters θ, a gradient, an optimiser's
 * moment.
 */
public final class Parameters {
    /** First of the random streams that initial values are drawn from. */
    private static final long INITIAL_STREAMS = 0x1000;

    private final ParameterLayout layout;
    private final Tensor flat;
    private final Map<String, Tensor> named = new LinkedHashMap<>();

    /** Wraps {@code [runs, layout.size()]}. */
    public Parameters(ParameterLayout layout, Tensor flat) {
        this.layout = layout;
        this.flat = flat;
        for (ParameterSpec spec : layout.specs()) {
            named.put(spec.name(), flat.viewPerRun(layout.offset(spec.name()), spec.shape()));
        }
    }

    /** New zeroed parameters. */
    public static Parameters allocate(
            Backend backend, MemoryOwner owner, DType precision, int runs, ParameterLayout layout) {
        return new Parameters(layout, backend.allocateVectors(owner, precision, runs, layout.size()));
    }

    /** Draws the initial values of each run from its seed. */
    public void initialise(Backend backend, long[] seeds) {
        Map<String, Long> streams = new LinkedHashMap<>();
        for (ParameterSpec spec : layout.specs()) {
            long stream = streams.computeIfAbsent(spec.stream(), name -> INITIAL_STREAMS + streams.size());
            PhiloxKey[] keys = new PhiloxKey[seeds.length];
            for (int run = 0; run < seeds.length; run++) {
                keys[run] = new PhiloxKey(seeds[run], stream);
            }
            spec.initializer().fill(backend, keys, named.get(spec.name()));
        }
    }

    public ParameterLayout layout() {
        return layout;
    }

    /** {@code [S, P]}. */
    public Tensor flat() {
        return flat;
    }

    /** The slice {@code [S, n]} that holds the groups of a subset. */
    public Tensor subset(ParameterSubset subset) {
        return flat.slice(1, 0, layout.size(subset));
    }

    /** {@code [S, shape…]} of one named tensor. */
    public Tensor get(String name) {
        Tensor tensor = named.get(name);
        if (tensor == null) {
            throw new IllegalArgumentException("no parameter is named " + name);
        }
        return tensor;
    }

    /** {@code [S, shape…]} of tensors that are neighbours in the flat vector, from the first one's name on. */
    Tensor joined(String first, long... shape) {
        return flat.viewPerRun(layout.offset(first), shape);
    }

    /**
     * The Euclidean norm of each run.
     *
     * @param squares FLOAT64 {@code [S]}, overwritten
     */
    public double[] norms(Backend backend, Tensor squares) {
        backend.sumOfSquares(flat, squares);
        double[] norms = new double[Math.toIntExact(squares.size(0))];
        for (int run = 0; run < norms.length; run++) {
            norms[run] = Math.sqrt(squares.getDouble(run));
        }
        return norms;
    }

    /** The first tensor of a run, in the order of the layout, that has an element which is not finite. */
    public Optional<String> nameOfNonFinite(Backend backend, int run) {
        try (MemoryOwner scratch = MemoryOwner.open("search for what is not finite")) {
            Tensor copy = Tensor.allocate(scratch, flat.type(), 1, flat.size(1));
            backend.copy(flat.slice(0, run, run + 1L), copy);
            return layout.specs().stream()
                    .filter(spec -> !isFinite(copy, layout.offset(spec.name()), spec.elements()))
                    .map(ParameterSpec::name)
                    .findFirst();
        }
    }

    private static boolean isFinite(Tensor vector, long offset, long count) {
        return LongStream.range(offset, offset + count).allMatch(i -> Double.isFinite(vector.get(0, i)));
    }

    /** The named tensors of one run, in PyTorch's order. */
    public Map<String, Tensor> named(int run) {
        Map<String, Tensor> result = new LinkedHashMap<>();
        named.forEach((name, tensor) -> result.put(name, tensor.at(run)));
        return result;
    }

    /** The same for runs {@code [from, to)} only. */
    public Parameters runs(int from, int to) {
        return new Parameters(layout, flat.slice(0, from, to));
    }
}
