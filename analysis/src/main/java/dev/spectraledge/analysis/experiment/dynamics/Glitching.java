package dev.spectraledge.analysis.experiment.dynamics;

import dev.spectraledge.analysis.experiment.Findings;
import dev.spectraledge.analysis.experiment.FindingsFolder;
import dev.spectraledge.analysis.experiment.JointExperiment;
import dev.spectraledge.analysis.experiment.StudiedRun;
import dev.spectraledge.analysis.statistic.Interval;
import dev.spectraledge.trainer.RunEvents;
import dev.spectraledge.trainer.RunException;
import dev.spectraledge.trainer.config.TrainingConfig;
import dev.spectraledge.trainer.io.EventLog;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.OptionalDouble;
import java.util.function.Function;

/**
 * Whether spikes of the loss late in training come from the softmax: once the derivative of the right class rounds to exactly
 * 0, derivatives no longer add up to zero over the classes, and the mean of all classes grows (arXiv 2605.06152). Counts the
 * spikes of runs that round and of others of the same training that do not; ours.
 */
public final class Glitching implements JointExperiment {
    private static final String SPIKES = "spikes";

    @Override
    public String name() {
        return "glitching";
    }

    @Override
    public String question() {
        return "Does the loss spike because the derivative of the correct class rounds to zero?";
    }

    @Override
    public Findings measure(List<StudiedRun> runs, Function<StudiedRun, FindingsFolder> folders) {
        Findings findings = new Findings();
        List<GlitchingVerdict.Counted> counted = new ArrayList<>();
        for (StudiedRun run : runs) {
            TrainingConfig training = run.config().training();
            SpikeArm arm = SpikeArm.of(training)
                    .orElseThrow(() -> new RunException(run.name()
                            + ": no arm computes with training.precision " + training.precision()
                            + " and training.lossGradient " + training.lossGradient()
                            + "; arms are float32 with rounded, accurate or rounded_double, and float64 with rounded"));
            int spikes = spikes(run.directory());
            String item = arm.key() + "/" + run.config().task().variant() + " wd" + training.weightDecay() + " s"
                    + training.seed();
            counted.add(new GlitchingVerdict.Counted(arm, item.substring(item.indexOf('/')), spikes));
            long step = lastStep(run);
            findings.controlled(SPIKES, item, step, spikes);
            mean(run, "zero_target_share").ifPresent(value -> findings.controlled("zero-targets", item, step, value));
            mean(run, "logit_gradient_sum").ifPresent(value -> findings.controlled("class-sum", item, step, value));
        }
        GlitchingVerdict verdict = new GlitchingVerdict(counted);
        for (SpikeArm arm : SpikeArm.values()) {
            interval(findings, "spikes-per-run", arm.key(), verdict.spikes(arm));
        }
        verdict.differences().forEach((arm, difference) -> {
            interval(findings, "fewer-spikes", arm.key(), difference.interval());
            findings.controlled("fewer-spikes", arm.key() + "/p", 0, difference.probability());
        });
        findings.remark(verdict.sentence());
        return findings;
    }

    private static void interval(Findings findings, String quantity, String item, Interval interval) {
        if (interval.seeds() > 0) {
            findings.controlled(quantity, item, 0, interval.mean());
            findings.controlled(quantity, item + "/low", 0, interval.low());
            findings.controlled(quantity, item + "/high", 0, interval.high());
        }
    }

    private static int spikes(Path directory) {
        Path log = directory.resolve("events.csv");
        if (Files.notExists(log)) {
            throw new RunException(log + " is missing; it says when the loss had a spike");
        }
        return (int) EventLog.read(log).stream()
                .filter(event -> event.name().equals(RunEvents.SPIKE))
                .count();
    }

    private static long lastStep(StudiedRun run) {
        double[] steps = run.metrics().steps();
        return steps.length == 0 ? 0 : (long) steps[steps.length - 1];
    }

    /** Over all evaluations that have it. */
    private static OptionalDouble mean(StudiedRun run, String column) {
        return run.metrics().column(column).map(Arrays::stream).stream()
                .flatMapToDouble(values -> values)
                .filter(Double::isFinite)
                .average();
    }
}
