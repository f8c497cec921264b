package dev.spectraledge.trainer.step;

import dev.spectraledge.kernels.Backend;
import dev.spectraledge.kernels.DType;
import dev.spectraledge.kernels.Tensor;
import dev.spectraledge.kernels.Workers;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Adds up what lanes have of the gradient of one batch, in their order, into that of the first of them, and finds the squared
 * norm of each run. The gradient of an only run is cut into a slice for each worker; those of several runs stay whole.
 */
final class Reduction {
    private final Backend backend;
    private final Workers workers;
    private final boolean[] ended;
    /** FLOAT64 {@code [S, 1]}. */
    private final Tensor squares;

    private final List<Part> parts = new ArrayList<>();
    /** Whether all parts are slices of the same gradients. */
    private final boolean areSlices;

    private final Workers.Task add = this::add;

    /**
     * A slice of the gradients of some runs.
     *
     * @param ofLanes the same slice of each lane's
     * @param square FLOAT64 {@code [runs]}
     * @param summand the same as {@code [runs, 1]}
     */
    private record Part(int firstRun, Tensor[] ofLanes, Tensor square, Tensor summand) {}

    /** @param squares FLOAT64 {@code [S]}, where the squared norms are left */
    Reduction(StepMemory memory, Workers workers, List<? extends Lane> lanes, Tensor squares) {
        backend = memory.backend();
        this.workers = workers;
        this.squares = squares.reshape(squares.size(0), 1);
        ended = memory.ended();
        Collection<List<Lane.Share>> sums = sums(lanes);
        int slices = sums.size() == 1 ? workers.count() : 1;
        areSlices = slices > 1;
        for (List<Lane.Share> sum : sums) {
            int run = sum.getFirst().firstRun();
            long runs = sum.getFirst().gradient().size(0);
            for (int slice = 0; slice < slices; slice++) {
                Tensor square = slices == 1
                        ? squares.slice(0, run, run + runs)
                        : backend.allocate(memory.owner(), DType.FLOAT64, runs);
                parts.add(new Part(run, slice(sum, slices, slice), square, square.reshape(runs, 1)));
            }
        }
    }

    /** Shares of the same runs, in the order of the lanes. */
    private static Collection<List<Lane.Share>> sums(List<? extends Lane> lanes) {
        Map<Integer, List<Lane.Share>> byRun = new LinkedHashMap<>();
        for (Lane lane : lanes) {
            for (Lane.Share share : lane.shares()) {
                byRun.computeIfAbsent(share.firstRun(), run -> new ArrayList<>())
                        .add(share);
            }
        }
        return byRun.values();
    }

    private Tensor[] slice(List<Lane.Share> sum, int slices, int slice) {
        return sum.stream()
                .map(Lane.Share::gradient)
                .map(whole -> slices == 1 ? whole : workers.slices(whole)[slice])
                .toArray(Tensor[]::new);
    }

    /** The operations that do it. */
    void run() {
        workers.run(add);
        if (areSlices) {
            backend.fill(squares, 0);
            for (int part = 0; part < parts.size(); part++) {
                backend.axpy(1, parts.get(part).summand, squares);
            }
        }
    }

    private void add(int worker) {
        for (int index = worker; index < parts.size(); index += workers.count()) {
            Part part = parts.get(index);
            if (!ended[part.firstRun] || part.square.size(0) > 1) {
                for (int lane = 1; lane < part.ofLanes.length; lane++) {
                    backend.axpy(1, part.ofLanes[lane], part.ofLanes[0]);
                }
                backend.sumOfSquares(part.ofLanes[0], part.square);
            }
        }
    }
}
