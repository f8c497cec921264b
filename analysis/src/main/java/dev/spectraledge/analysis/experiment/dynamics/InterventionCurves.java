package dev.spectraledge.analysis.experiment.dynamics;

import dev.spectraledge.analysis.experiment.Continuation;
import dev.spectraledge.analysis.experiment.Findings;
import dev.spectraledge.analysis.experiment.Procedure;
import dev.spectraledge.analysis.experiment.StudiedRun;
import dev.spectraledge.analysis.phase.GrokRule;
import dev.spectraledge.analysis.statistic.Statistics;
import dev.spectraledge.trainer.step.DivergenceException;
import dev.spectraledge.trainer.step.Evaluation;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/** Test accuracy and loss of all conditions of {@link Interventions} over the steps, and what follows from them. */
final class InterventionCurves {
    private final StudiedRun run;
    private final List<InterventionConditions.Condition> conditions;
    private final long start;
    private final long compared;
    private final long every;
    private final List<Double> earlierSteps = new ArrayList<>();
    private final List<Double> earlierAccuracies = new ArrayList<>();
    private final List<Double> steps = new ArrayList<>();
    private final List<List<Double>> accuracies = new ArrayList<>();
    private final List<List<Double>> losses = new ArrayList<>();
    private final boolean[] diverged;
    private final boolean[] grokked;

    /** @param compared last step of those over which accuracy and loss are averaged; none ends before it */
    InterventionCurves(StudiedRun run, List<InterventionConditions.Condition> conditions, long start, long compared) {
        this.run = run;
        this.conditions = conditions;
        this.start = start;
        this.compared = compared;
        every = run.config().evaluation().every();
        diverged = new boolean[conditions.size()];
        grokked = new boolean[conditions.size()];
        for (int index = 0; index < conditions.size(); index++) {
            accuracies.add(new ArrayList<>());
            losses.add(new ArrayList<>());
        }
        if (run.hasMetrics()) {
            double[] recorded = run.metrics().steps();
            for (int row = 0; row < recorded.length && recorded[row] <= start; row++) {
                earlierSteps.add(recorded[row]);
                earlierAccuracies.add(run.metrics().require("test_accuracy")[row]);
            }
        }
    }

    /** Trains to the end, evaluating as often as the run did; one that has grokked by every rule is not trained further. */
    void follow(Continuation training, long end, Findings findings) {
        for (long step = start - start % every + every; step <= end && !allEnded(); step += every) {
            advance(training, step, findings);
            Evaluation[] test = training.evaluateTest();
            steps.add((double) step);
            for (int index = 0; index < conditions.size(); index++) {
                if (grokked[index]) {
                    continue;
                }
                InterventionConditions.Condition condition = conditions.get(index);
                double accuracy = diverged[index] ? Double.NaN : test[index].accuracy();
                accuracies.get(index).add(accuracy);
                losses.get(index).add(diverged[index] ? Double.NaN : test[index].loss());
                findings.add(condition.procedure(), "test-accuracy", condition.name(), step, accuracy);
                if (step >= compared && !diverged[index] && hasGrokkedByEveryRule(index)) {
                    grokked[index] = true;
                    training.finish(index);
                }
            }
        }
    }

    private void advance(Continuation training, long step, Findings findings) {
        boolean arrived = false;
        while (!arrived) {
            try {
                training.advanceTo(step - start);
                arrived = true;
            } catch (DivergenceException divergence) {
                training.finish(divergence.run());
                diverged[divergence.run()] = true;
                findings.remark(conditions.get(divergence.run()).name() + ": " + divergence.getMessage());
            }
        }
    }

    private boolean allEnded() {
        for (int index = 0; index < conditions.size(); index++) {
            if (!diverged[index] && !grokked[index]) {
                return false;
            }
        }
        return true;
    }

    private boolean hasGrokkedByEveryRule(int index) {
        return GrokRule.strict().stream().allMatch(rule -> grokStep(rule, index).isPresent());
    }

    /** The last step that there was. */
    long last() {
        return Math.round(steps.getLast());
    }

    private OptionalLong grokStep(GrokRule rule, int index) {
        List<Double> own = accuracies.get(index);
        return rule.step(array(earlierSteps, steps.subList(0, own.size())), array(earlierAccuracies, own));
    }

    private static double[] array(List<Double> first, List<Double> second) {
        return Stream.concat(first.stream(), second.stream())
                .mapToDouble(Double::doubleValue)
                .toArray();
    }

    /** Grok steps, NaN where there is none; means over the steps that were trained; and how likely they are by chance. */
    void report(Findings findings) {
        long end = last();
        for (int index = 0; index < conditions.size(); index++) {
            InterventionConditions.Condition condition = conditions.get(index);
            for (GrokRule rule : GrokRule.strict()) {
                OptionalLong step = grokStep(rule, index);
                findings.add(condition.procedure(), "grok-step", condition.name() + "/" + rule.key(), end, orNaN(step));
            }
        }
        rank(end, findings);
        compare("accuracy", accuracies, end, findings);
        compare("loss", losses, end, findings);
        recordedDifference(end, findings);
        findings.remark("conditions are trained up to step " + end
                + " or until they have grokked by every rule; a missing grok step means that they had not "
                + "grokked by step " + end
                + "; evaluations up to step " + start
                + " come from the run itself, before anything was changed");
        findings.remark("p-values compare with trainings that got a random push of the kick's norm, which is "
                + "tiny. A small p-value says that a condition has an effect at all, not that its "
                + "direction matters. Whether direction matters follows from noise against noise-along, "
                + "and from project against project-random");
        findings.remark("accuracy and loss are means over the evaluations up to step " + compared
                + ", compared with three such trainings by Student's t. p-value-earlier and p-value-later "
                + "rank a grok step among " + unaffected().size() + " of them, so neither is below 1/"
                + (unaffected().size() + 1));
        findings.remark("noise outside the basis is noise almost everywhere, because the basis has few "
                + "dimensions; noise-along is the condition in which direction could matter");
    }

    /** Indices of the conditions that are known to do nothing. */
    private List<Integer> unaffected() {
        return IntStream.range(0, conditions.size())
                .filter(index -> conditions.get(index).isUnaffected())
                .boxed()
                .toList();
    }

    /** Of each condition and rule, how many of the unaffected trainings grok as early, and as late. */
    private void rank(long end, Findings findings) {
        for (GrokRule rule : GrokRule.strict()) {
            UnaffectedGrokSteps chance = new UnaffectedGrokSteps(unaffected().stream()
                    .mapToDouble(index -> orNaN(grokStep(rule, index)))
                    .toArray());
            findings.controlled("grok-step", "unaffected/" + rule.key() + "/earliest", end, chance.earliest());
            findings.controlled("grok-step", "unaffected/" + rule.key() + "/median", end, chance.median());
            findings.controlled("grok-step", "unaffected/" + rule.key() + "/latest", end, chance.latest());
            for (int index = 0; index < conditions.size(); index++) {
                InterventionConditions.Condition condition = conditions.get(index);
                if (!condition.isUnaffected() && !diverged[index]) {
                    double step = orNaN(grokStep(rule, index));
                    String item = condition.name() + "/" + rule.key();
                    findings.controlled("p-value-earlier", item, end, chance.earlier(step));
                    findings.controlled("p-value-later", item, end, chance.later(step));
                }
            }
        }
    }

    private static double orNaN(OptionalLong step) {
        return step.isPresent() ? (double) step.getAsLong() : Double.NaN;
    }

    private void compare(String what, List<List<Double>> curves, long end, Findings findings) {
        int evaluations =
                Math.toIntExact(steps.stream().filter(step -> step <= compared).count());
        UnaffectedTrainings chance = new UnaffectedTrainings(unaffected().stream()
                .limit(UnaffectedTrainings.COUNT)
                .map(index -> Statistics.mean(curves.get(index).subList(0, evaluations)))
                .toList());
        findings.controlled("mean-" + what + "-deviation", "unaffected", end, chance.deviation());
        for (int index = 0; index < conditions.size(); index++) {
            InterventionConditions.Condition condition = conditions.get(index);
            double mean = Statistics.mean(curves.get(index).subList(0, evaluations));
            findings.controlled("mean-" + what, condition.name(), end, mean);
            if (!condition.isUnaffected()) {
                findings.controlled("mean-" + what + "-difference", condition.name(), end, mean - chance.mean());
                findings.controlled("p-value", condition.name() + "/" + what, end, chance.probability(mean));
            }
        }
    }

    /** Largest difference of the accuracy of the continued baseline from that of the run itself. */
    private void recordedDifference(long end, Findings findings) {
        if (run.hasMetrics()) {
            double[] recorded = run.metrics().steps();
            double[] accuracy = run.metrics().require("test_accuracy");
            List<Double> baseline = accuracies.getFirst();
            double largest = 0;
            for (int row = 0; row < recorded.length; row++) {
                int own = steps.indexOf(recorded[row]);
                if (own >= 0 && own < baseline.size()) {
                    largest = Math.max(largest, Math.abs(accuracy[row] - baseline.get(own)));
                }
            }
            findings.add(Procedure.CONTROLLED, "recorded-difference", InterventionConditions.BASELINE, end, largest);
        }
    }
}
