package dev.spectraledge.trainer.optimizer;

import dev.spectraledge.kernels.Backend;
import dev.spectraledge.kernels.DType;
import dev.spectraledge.kernels.MemoryOwner;
import dev.spectraledge.kernels.Tensor;
import dev.spectraledge.kernels.Workers;
import dev.spectraledge.trainer.data.Batching;
import dev.spectraledge.trainer.model.ParameterLayout;
import dev.spectraledge.trainer.model.Parameters;
import dev.spectraledge.trainer.training.TinySetup;
import java.util.Random;

/** An optimiser and what it works on. */
final class OptimizerRun implements AutoCloseable {
    /** Of the smallest model. */
    static final ParameterLayout LAYOUT =
            TinySetup.setup(DType.FLOAT64, Batching.PADDED, 1).architecture().layout();

    static final int SIZE = (int) LAYOUT.size();

    private final Backend backend;
    private final int runs;
    final MemoryOwner owner = MemoryOwner.open("optimiser parity");
    final Workers workers;
    final Parameters parameters;
    final Parameters gradients;
    final Tensor decayPart;
    final Tensor squares;
    final Optimizer optimizer;
    final Random random = new Random(7);
    private long step;

    OptimizerRun(Backend backend, OptimizerKind kind, DType type, int threads, DecayedParameters decayed) {
        this.backend = backend;
        runs = kind.settings().size();
        workers = new Workers(threads);
        parameters = Parameters.allocate(backend, owner, type, runs, LAYOUT);
        gradients = Parameters.allocate(backend, owner, type, runs, LAYOUT);
        decayPart = backend.allocate(owner, type, runs, SIZE);
        squares = backend.allocate(owner, DType.FLOAT64, runs);
        fill(parameters.flat());
        optimizer = kind.create(
                new OptimizerTarget(backend, owner, workers, parameters, gradients, 1, decayPart).decaying(decayed));
    }

    private void fill(Tensor vectors) {
        try (MemoryOwner scratch = MemoryOwner.open("numbers")) {
            Tensor drawn = Tensor.allocate(scratch, vectors.type(), vectors.shape());
            for (int run = 0; run < runs; run++) {
                for (int i = 0; i < SIZE; i++) {
                    drawn.set(0.1 * random.nextGaussian(), run, i);
                }
            }
            backend.copy(drawn, vectors);
        }
    }

    void drawGradients() {
        fill(gradients.flat());
    }

    void step() {
        backend.sumOfSquares(gradients.flat(), squares);
        optimizer.stage(++step, 1);
        optimizer.begin(squares);
        workers.run(optimizer::update);
    }

    double[] read(Tensor vectors, int run) {
        try (MemoryOwner scratch = MemoryOwner.open("numbers")) {
            Tensor own = Tensor.allocate(scratch, vectors.type(), 1, SIZE);
            backend.copy(vectors.slice(0, run, run + 1L), own);
            double[] values = new double[SIZE];
            for (int i = 0; i < SIZE; i++) {
                values[i] = own.get(0, i);
            }
            return values;
        }
    }

    @Override
    public void close() {
        workers.close();
        owner.close();
    }
}
