package dev.spectraledge.analysis.experiment.causal;

import dev.spectraledge.analysis.experiment.Findings;
import dev.spectraledge.analysis.experiment.Procedure;
import dev.spectraledge.analysis.experiment.RandomDirections;
import dev.spectraledge.analysis.experiment.StudiedRun;
import dev.spectraledge.analysis.protocol.Parameter;
import dev.spectraledge.analysis.statistic.RankSum;
import dev.spectraledge.analysis.statistic.Statistics;
import dev.spectraledge.kernels.Backend;
import dev.spectraledge.kernels.DType;
import dev.spectraledge.kernels.MemoryOwner;
import dev.spectraledge.trainer.ParameterSubset;
import dev.spectraledge.trainer.step.EdgeGradient;
import dev.spectraledge.trainer.step.RandomGradient;
import dev.spectraledge.trainer.step.StepIntervention;
import dev.spectraledge.trainer.step.SubspaceGradient.Change;
import java.util.ArrayList;
import java.util.List;
import java.util.function.LongFunction;
import java.util.stream.LongStream;

/**
 * Trainings whose gradient of θ_A is confined to a few directions or kept out of them (thesis §7, N2), each condition with several
 * seeds of batches, ranked by grok steps and test losses among trainings that differ from the run in their batches alone.
 */
final class ConfinedTrainings {
    static final String UNDISTURBED = "undisturbed";
    static final String EDGE = "edge";
    static final String RANDOM = "random";
    static final String WITHOUT = "without-edge";
    static final String SAME_NORM = "random-of-same-norm";
    static final String NONE = "no-gradient";

    private static final long SEED_STEP = 1000;
    private static final long SEED = 0x65646765;

    private ConfinedTrainings() {}

    /**
     * Trains in all conditions.
     *
     * @param start a snapshot with the optimiser's state, or of step 0
     * @param compared until then losses are compared
     * @param end last step
     */
    static void measure(StudiedRun run, long start, long compared, long end, Findings findings) {
        measure(run, start, compared, end, run.protocol(EdgeTraining.NAME).count(Parameter.UNDISTURBED), findings);
    }

    /** With so many trainings that nothing is done to. */
    static void measure(StudiedRun run, long start, long compared, long end, int undisturbed, Findings findings) {
        Backend backend = run.backend();
        DType type = run.config().training().precision().type();
        long size = run.layout().size(ParameterSubset.ATTENTION);
        long seed = run.config().training().seed();
        List<Long> seeds = seeds(seed, run.protocol(EdgeTraining.NAME).count(Parameter.TRAININGS));
        try (MemoryOwner owner = MemoryOwner.open("edge training")) {
            List<Arm> arms = new ArrayList<>();
            for (int index = 0; index < undisturbed; index++) {
                arms.add(new Arm(UNDISTURBED, Procedure.CONTROLLED, seed + index * SEED_STEP, StepIntervention.NONE));
            }
            add(
                    arms,
                    EDGE,
                    Procedure.PUBLISHED,
                    seeds,
                    batches -> new EdgeGradient(
                            backend, owner, type, size, EdgeResponses.WIDTH, EdgeResponses.RANK, Change.INSIDE));
            add(
                    arms,
                    RANDOM,
                    Procedure.PUBLISHED,
                    seeds,
                    batches -> random(backend, owner, type, size, EdgeResponses.RANK, batches + SEED, Change.INSIDE));
            add(
                    arms,
                    WITHOUT,
                    Procedure.PUBLISHED,
                    seeds,
                    batches -> new EdgeGradient(
                            backend, owner, type, size, EdgeResponses.WIDTH, EdgeResponses.RANK, Change.OUTSIDE));
            add(
                    arms,
                    SAME_NORM,
                    Procedure.CONTROLLED,
                    seeds,
                    batches -> random(
                            backend,
                            owner,
                            type,
                            size,
                            EdgeResponses.RANK,
                            batches + SEED,
                            Change.INSIDE_OF_SAME_NORM));
            add(
                    arms,
                    NONE,
                    Procedure.CONTROLLED,
                    seeds,
                    batches -> random(backend, owner, type, size, 0, batches, Change.INSIDE));
            ArmCourses courses = new ArmCourses(run, arms, start);
            courses.follow(compared, end, findings);
            Outcomes outcomes = new Outcomes(arms, courses, start, compared, end);
            outcomes.report(findings);
        }
        findings.remark("trainings continue from step " + start + " to step " + end
                + " or to a test accuracy of 0.95. A missing grok step means that this was not reached, "
                + "and ranks as the latest. Losses are compared up to step " + compared);
    }

    /** Seeds of batches that no undisturbed training has, but for the first, which is the run's own. */
    private static List<Long> seeds(long seed, int count) {
        return LongStream.range(0, count)
                .mapToObj(index -> index == 0 ? seed : seed + index * SEED_STEP + 1)
                .toList();
    }

    /** Confined to directions that are the same for the same seed; rank 0 leaves no gradient. */
    private static StepIntervention random(
            Backend backend, MemoryOwner owner, DType type, long size, int rank, long seed, Change change) {
        try (MemoryOwner scratch = MemoryOwner.open("random directions")) {
            return new RandomGradient(
                    backend, owner, type, size, RandomDirections.draw(backend, scratch, seed, rank, size), change);
        }
    }

    /** A training for each seed. */
    private static void add(
            List<Arm> arms,
            String condition,
            Procedure procedure,
            List<Long> seeds,
            LongFunction<StepIntervention> action) {
        seeds.forEach(batches -> arms.add(new Arm(condition, procedure, batches, action.apply(batches))));
    }

    /** Grok steps and losses of conditions, and how they rank. */
    private record Outcomes(List<Arm> arms, ArmCourses courses, long start, long compared, long end) {
        void report(Findings findings) {
            double usual = Statistics.lowerMedian(steps(UNDISTURBED));
            for (String condition : arms.stream().map(Arm::condition).distinct().toList()) {
                Procedure procedure =
                        arms.get(courses.indices(condition).getFirst()).procedure();
                double step = Statistics.lowerMedian(steps(condition));
                courses.report(condition, findings);
                findings.add(procedure, "grok-step", condition, end, finite(step));
                findings.controlled(
                        "mean-test-loss", condition, end, finite(Statistics.lowerMedian(losses(condition))));
                if (!condition.equals(UNDISTURBED)) {
                    findings.add(procedure, "times-faster", condition, end, finite((usual - start) / (step - start)));
                    compare(condition, UNDISTURBED, findings);
                }
            }
            compare(EDGE, RANDOM, findings);
            compare(EDGE, SAME_NORM, findings);
            compare(RANDOM, NONE, findings);
        }

        private void compare(String condition, String other, Findings findings) {
            String item = condition + " against " + other;
            RankSum steps = RankSum.of(steps(condition), steps(other));
            findings.controlled("earlier-p", item, end, steps.smaller());
            findings.controlled("later-p", item, end, steps.larger());
            RankSum losses = RankSum.of(losses(condition), losses(other));
            findings.controlled("lower-loss-p", item, end, losses.smaller());
            findings.controlled("higher-loss-p", item, end, losses.larger());
        }

        private double[] steps(String condition) {
            return courses.indices(condition).stream()
                    .mapToDouble(courses::grokStep)
                    .toArray();
        }

        private double[] losses(String condition) {
            return courses.indices(condition).stream()
                    .mapToDouble(arm -> courses.meanLoss(arm, compared))
                    .toArray();
        }

        private static double finite(double value) {
            return Double.isFinite(value) && value != 0 ? value : Double.NaN;
        }
    }
}
