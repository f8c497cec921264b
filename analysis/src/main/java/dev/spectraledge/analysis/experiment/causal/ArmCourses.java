package dev.spectraledge.analysis.experiment.causal;

import dev.spectraledge.analysis.experiment.Continuation;
import dev.spectraledge.analysis.experiment.Findings;
import dev.spectraledge.analysis.experiment.StudiedRun;
import dev.spectraledge.analysis.phase.GrokRule;
import dev.spectraledge.trainer.step.Evaluation;
import java.util.ArrayList;
import java.util.List;

/** Trainings side by side from one snapshot of a run, on the host, and how well they do on the test set as they go on. */
final class ArmCourses {
    private final StudiedRun run;
    private final List<Arm> arms;
    private final long start;
    private final long every;
    private final List<List<Double>> steps = new ArrayList<>();
    private final List<List<Double>> accuracies = new ArrayList<>();
    private final List<List<Double>> losses = new ArrayList<>();
    private final boolean[] ended;

    ArmCourses(StudiedRun run, List<Arm> arms, long start) {
        this.run = run;
        this.arms = arms;
        this.start = start;
        every = run.config().evaluation().every();
        ended = new boolean[arms.size()];
        for (int arm = 0; arm < arms.size(); arm++) {
            steps.add(new ArrayList<>());
            accuracies.add(new ArrayList<>());
            losses.add(new ArrayList<>());
        }
    }

    /**
     * Trains all of them.
     *
     * @param kept until this step all go on; after it those that have reached a test accuracy of 0.95 are done
     * @param end last step
     */
    void follow(long kept, long end, Findings findings) {
        try (Continuation training = Continuation.sideBySide(
                run,
                arms.stream().map(Arm::batches).toList(),
                start,
                (index, step, parameters, gradient) ->
                        arms.get(index).action().intervene(index, step, parameters, gradient))) {
            for (long step = next(start); step < end && !allEnded(); step = next(step)) {
                visit(training, step, kept, findings);
            }
            if (!allEnded()) {
                visit(training, end, kept, findings);
            }
        }
    }

    private long next(long step) {
        return step - step % every + every;
    }

    private boolean allEnded() {
        for (boolean one : ended) {
            if (!one) {
                return false;
            }
        }
        return true;
    }

    private void visit(Continuation training, long step, long kept, Findings findings) {
        training.advanceTo(step - start, divergence -> {
            Arm arm = arms.get(divergence.run());
            ended[divergence.run()] = true;
            findings.remark(arm.condition() + ": " + divergence.getMessage());
        });
        Evaluation[] test = training.evaluateTest();
        for (int arm = 0; arm < ended.length; arm++) {
            if (!ended[arm]) {
                steps.get(arm).add((double) step);
                accuracies.get(arm).add(test[arm].accuracy());
                losses.get(arm).add(test[arm].loss());
                if (step >= kept && grokStep(arm) < Double.POSITIVE_INFINITY) {
                    ended[arm] = true;
                    training.finish(arm);
                }
            }
        }
    }

    /** The first step with a test accuracy of 0.95, counted from the beginning of the run; infinite if there is none. */
    double grokStep(int arm) {
        var step = GrokRule.FIRST_95.step(array(steps.get(arm)), array(accuracies.get(arm)));
        return step.isPresent() ? (double) step.getAsLong() : Double.POSITIVE_INFINITY;
    }

    /** Mean test loss over the evaluations up to a step; infinite where the training has diverged before. */
    double meanLoss(int arm, long until) {
        double sum = 0;
        int count = 0;
        boolean arrives = false;
        for (int index = 0; index < steps.get(arm).size() && steps.get(arm).get(index) <= until; index++) {
            sum += losses.get(arm).get(index);
            count++;
            arrives = next(Math.round(steps.get(arm).get(index))) > until
                    || steps.get(arm).get(index) == until;
        }
        return arrives ? sum / count : Double.POSITIVE_INFINITY;
    }

    /** Test loss of the last evaluation; infinite where the training has diverged. */
    double lastLoss(int arm, long end) {
        List<Double> own = steps.get(arm);
        return own.isEmpty() || own.getLast() != end
                ? Double.POSITIVE_INFINITY
                : losses.get(arm).getLast();
    }

    /** Adds the mean test accuracies of a condition's arms over the steps, for those that have gone on. */
    void report(String condition, Findings findings) {
        List<Integer> own = indices(condition);
        for (int index = 0; index < steps.get(own.getFirst()).size(); index++) {
            int at = index;
            double step = steps.get(own.getFirst()).get(index);
            double mean = own.stream()
                    .mapToDouble(arm -> accuracies.get(arm).size() > at
                            ? accuracies.get(arm).get(at)
                            : 1)
                    .average()
                    .orElseThrow();
            findings.add(arms.get(own.getFirst()).procedure(), "test-accuracy", condition, Math.round(step), mean);
        }
    }

    /** Arms of a condition. */
    List<Integer> indices(String condition) {
        List<Integer> found = new ArrayList<>();
        for (int arm = 0; arm < arms.size(); arm++) {
            if (arms.get(arm).condition().equals(condition)) {
                found.add(arm);
            }
        }
        return found;
    }

    private static double[] array(List<Double> values) {
        return values.stream().mapToDouble(Double::doubleValue).toArray();
    }
}
