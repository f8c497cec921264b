package dev.spectraledge.analysis.experiment.dynamics;

import dev.spectraledge.analysis.experiment.Findings;
import dev.spectraledge.analysis.experiment.Procedure;
import dev.spectraledge.analysis.experiment.RandomDirections;
import dev.spectraledge.analysis.experiment.StudiedRun;
import dev.spectraledge.analysis.experiment.VectorProducts;
import dev.spectraledge.analysis.experiment.WeightMatrix;
import dev.spectraledge.analysis.gradient.CommutatorDefect;
import dev.spectraledge.analysis.gradient.DefectRate;
import dev.spectraledge.analysis.gradient.MinibatchGradients;
import dev.spectraledge.analysis.gradient.SinglePrecisionDefect;
import dev.spectraledge.analysis.protocol.Parameter;
import dev.spectraledge.kernels.Backend;
import dev.spectraledge.kernels.DType;
import dev.spectraledge.kernels.MemoryOwner;
import dev.spectraledge.kernels.Tensor;
import dev.spectraledge.trainer.step.StepIntervention;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.function.LongToDoubleFunction;
import java.util.stream.IntStream;

/** What is done to a training that goes on from one snapshot, in the conditions of {@link Interventions}. */
final class InterventionConditions {
    static final String BASELINE = "baseline";
    static final String KICK = "kick";
    static final String RANDOM_KICK = "kick-random-";
    static final String SUSTAINED = "sustained-";
    static final List<Double> STRENGTHS = List.of(0.25, 0.5, 0.75, 1.0);

    private static final int DEFECTS = 9;
    /** That which is not named by its size. */
    private static final double KICK_FACTOR = 10;

    private static final long KICK_EVERY = 50;
    /** That which is not named by its size. */
    private static final double NOISE_NORM = 0.1;

    private static final long NOISE_EVERY = 50;
    private static final double PENALTY = 0.5;
    private static final long PENALTY_EVERY = 10;
    /** The published seed of the noise is that of the run and this. */
    private static final long NOISE_SEED = 99_999;

    private final StudiedRun run;
    private final Backend backend;
    /** Of the trainings that something is done to. */
    private final Backend training;

    private final MemoryOwner owner;
    private final long start;
    private final long last;
    private final DType type;
    private final long size;
    private final BlockBasis trajectory;
    private final BlockBasis random;
    private final List<Condition> conditions = new ArrayList<>();

    /**
     * One of them.
     *
     * @param procedure whether it is published or a control
     * @param isUnaffected whether it is known to do nothing: the others are compared with those of this kind
     */
    record Condition(String name, Procedure procedure, boolean isUnaffected, StepIntervention action) {}

    private InterventionConditions(StudiedRun run, MemoryOwner owner, long start, long last) {
        this.run = run;
        backend = run.backend();
        training = run.backends().training();
        this.owner = owner;
        this.start = start;
        this.last = last;
        type = run.config().training().precision().type();
        size = run.layout().size();
        trajectory = BlockBasis.ofTrajectory(run, backend, owner);
        random = BlockBasis.random(backend, owner, WeightMatrix.of(run.layout()), seed());
    }

    /**
     * All conditions for a run, in memory of {@code owner}; what is known of them beforehand is added to the findings.
     *
     * @param unaffected how many of them are, the baseline included
     */
    static List<Condition> of(
            StudiedRun run, MemoryOwner owner, long start, long last, int unaffected, Findings findings) {
        InterventionConditions all = new InterventionConditions(run, owner, start, last);
        all.add(BASELINE, Procedure.PUBLISHED, true, StepIntervention.NONE);
        all.addKicks(unaffected - 1, findings);
        for (double norm : run.protocol(Interventions.NAME).numbers(Parameter.NOISES)) {
            all.add(sized("noise", norm, NOISE_NORM), Procedure.PUBLISHED, false, all.noise(norm, false));
        }
        all.add("noise-along", Procedure.CONTROLLED, false, all.noise(NOISE_NORM, true));
        for (double factor : run.protocol(Interventions.NAME).numbers(Parameter.SUSTAINED_KICKS)) {
            all.add(SUSTAINED + number(factor), Procedure.PUBLISHED, false, all.sustained(factor, false));
            all.add(SUSTAINED + "random-" + number(factor), Procedure.PUBLISHED, false, all.sustained(factor, true));
        }
        for (double strength : STRENGTHS) {
            all.add(project(strength), Procedure.PUBLISHED, false, all.projection(all.trajectory, strength, 1));
        }
        for (double strength : List.of(0.5, 1.0)) {
            all.add(projectRandom(strength), Procedure.CONTROLLED, false, all.projection(all.random, strength, 1));
        }
        all.add("penalty", Procedure.PUBLISHED, false, all.projection(all.trajectory, PENALTY, PENALTY_EVERY));
        return List.copyOf(all.conditions);
    }

    /** Without its size where it is the usual one. */
    private static String sized(String name, double size, double usual) {
        return size == usual ? name : name + "-" + number(size);
    }

    private static String number(double value) {
        return value == Math.rint(value) ? String.valueOf((long) value) : String.valueOf(value);
    }

    static String project(double strength) {
        return "project-" + strength;
    }

    static String projectRandom(double strength) {
        return "project-random-" + strength;
    }

    private void add(String name, Procedure procedure, boolean isUnaffected, StepIntervention action) {
        conditions.add(new Condition(name, procedure, isUnaffected, action));
    }

    private long seed() {
        return run.config().training().seed();
    }

    private StepIntervention projection(BlockBasis basis, double strength, long every) {
        return new GradientProjection(training, basis.projection(training, owner, type, size), strength, every);
    }

    private StepIntervention sustained(double factor, boolean atRandom) {
        return new SustainedKick(run, owner, atRandom, factor, KICK_EVERY, seed() + NOISE_SEED, type);
    }

    private StepIntervention noise(double norm, boolean inside) {
        return new WeightNoise(
                training,
                owner,
                trajectory.projection(training, owner, type, size),
                inside,
                norm,
                NOISE_EVERY,
                last,
                seed() + NOISE_SEED,
                type,
                size);
    }

    /** Along the published δ, along δ in double, and along random directions, all of one norm. */
    private void addKicks(int pushes, Findings findings) {
        try (MemoryOwner scratch = MemoryOwner.open("defects");
                MinibatchGradients single = new MinibatchGradients(run.setup(), 0, backend, DType.FLOAT32);
                MinibatchGradients gradients = new MinibatchGradients(run.setup(), 0, backend, DType.FLOAT64)) {
            Tensor theta = run.weights(scratch, start).flat();
            Tensor gradient = backend.allocate(scratch, DType.FLOAT64, 1, size);
            gradients.gradient(2L * DEFECTS, theta, gradient);
            double gradientNorm = VectorProducts.norm(backend, gradient);
            double unit = DefectRate.of(gradientNorm, gradientNorm) * gradientNorm;
            double norm = KICK_FACTOR * unit;
            SinglePrecisionDefect inSingle = new SinglePrecisionDefect(backend, scratch, single, size);
            CommutatorDefect inDouble = new CommutatorDefect(backend, scratch, gradients, size);
            Tensor published =
                    median(backend, scratch, inSingle.vector(), batch -> inSingle.measure(theta, batch, batch + 1));
            Tensor exact = median(
                    backend,
                    scratch,
                    inDouble.vector(),
                    batch -> inDouble.measure(theta, batch, batch + 1).scaled());
            findings.controlled(
                    "gradient-in-basis", "trajectory", start, BlockBasis.complement(trajectory.residual(gradient)));
            findings.controlled("gradient-in-basis", "random", start, BlockBasis.complement(random.residual(gradient)));
            findings.controlled("kick-norm", KICK, start, norm);
            findings.controlled(
                    "precision-overlap", KICK, start, Math.abs(VectorProducts.cosine(backend, published, exact)));
            for (double factor : run.protocol(Interventions.NAME).numbers(Parameter.KICKS)) {
                addKick(sized(KICK, factor, KICK_FACTOR), Procedure.PUBLISHED, false, published, factor * unit);
            }
            addKick("kick-in-double", Procedure.CONTROLLED, false, exact, norm);
            List<Tensor> directions = RandomDirections.draw(backend, scratch, seed() + NOISE_SEED, pushes, size);
            for (int index = 0; index < pushes; index++) {
                addKick(RANDOM_KICK + (index + 1), Procedure.CONTROLLED, true, directions.get(index), norm);
            }
        }
    }

    private void addKick(String name, Procedure procedure, boolean isUnaffected, Tensor direction, double norm) {
        Tensor own = training.allocate(owner, type, 1, size);
        training.copy(direction, own);
        BlockProjection projection = trajectory.projection(training, owner, type, size);
        add(name, procedure, isUnaffected, Kick.outside(training, start + 1, projection, own, norm));
    }

    /** Of nine vectors that are measured one after the other in the same place, the one whose D is the median; FLOAT64. */
    private static Tensor median(Backend backend, MemoryOwner owner, Tensor vector, LongToDoubleFunction measurement) {
        Tensor vectors = backend.allocate(owner, DType.FLOAT64, DEFECTS, vector.size(1));
        double[] defects = new double[DEFECTS];
        for (int index = 0; index < DEFECTS; index++) {
            defects[index] = measurement.applyAsDouble(2L * index);
            backend.copy(vector, vectors.slice(0, index, index + 1L));
        }
        List<Integer> sorted = IntStream.range(0, DEFECTS)
                .boxed()
                .sorted(Comparator.comparingDouble(index -> defects[index]))
                .toList();
        int middle = sorted.get(DEFECTS / 2);
        return vectors.slice(0, middle, middle + 1L);
    }
}
