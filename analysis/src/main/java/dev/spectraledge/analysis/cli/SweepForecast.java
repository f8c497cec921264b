package dev.spectraledge.analysis.cli;

import dev.spectraledge.analysis.report.NumberText;
import dev.spectraledge.trainer.config.RunConfig;
import dev.spectraledge.trainer.sweep.PlannedRun;
import dev.spectraledge.trainer.sweep.RunStatus;
import dev.spectraledge.trainer.sweep.SweepListener;
import dev.spectraledge.trainer.sweep.SweepPlan;
import dev.spectraledge.trainer.sweep.SweptState;
import java.util.List;
import java.util.function.Consumer;

/**
 * Says once, as soon as it is known how fast a run trains, how long all runs of a sweep will take. A step of another run is taken
 * to need as much more time as it has more parameters times tokens.
 */
final class SweepForecast implements SweepListener {
    private final SweepPlan plan;
    private final int parallel;
    private final SweepListener other;
    private final Consumer<String> said;
    private boolean hasSaid;

    /**
     * @param parallel groups of runs that train at once
     * @param other hears of all else
     */
    SweepForecast(SweepPlan plan, int parallel, SweepListener other, Consumer<String> said) {
        this.plan = plan;
        this.parallel = parallel;
        this.other = other;
        this.said = said;
    }

    @Override
    public synchronized void paced(PlannedRun first, int runs, double secondsPerStep) {
        if (hasSaid) {
            return;
        }
        hasSaid = true;
        List<PlannedRun> left = plan.runs().stream()
                .filter(run -> RunStatus.of(plan, run).state() != SweptState.DONE)
                .toList();
        double work = left.stream().mapToDouble(this::work).sum();
        // Those that are left cannot train on more cores than there are of them.
        double seconds = work
                / workOfStep(first.config())
                * secondsPerStep
                / runs
                / Math.min(parallel, Math.max(1, left.size() / runs));
        said.accept("about " + NumberText.duration(seconds) + " of training for " + left.size()
                + (left.size() == 1 ? " run" : " runs") + ", by the first steps of " + first.id() + " ("
                + NumberText.significant(secondsPerStep, 2) + " s each); experiments come after that");
    }

    private double work(PlannedRun run) {
        RunConfig config = run.config();
        Long done = RunStatus.of(plan, run).step();
        return workOfStep(config) * Math.max(0, config.training().steps() - (done == null ? 0 : done));
    }

    private static double workOfStep(RunConfig config) {
        double tokens = (double) config.training().batchSize()
                * config.training().accumulation()
                * config.task().contextLength();
        return tokens
                * config.task()
                        .architecture(config.model(), config.task().contextLength())
                        .layout()
                        .size();
    }

    @Override
    public void failed(PlannedRun run, String reason, Throwable cause) {
        other.failed(run, reason, cause);
    }

    @Override
    public void noted(String line) {
        other.noted(line);
    }

    @Override
    public void waiting(int runs, PlannedRun first, String holder) {
        other.waiting(runs, first, holder);
    }

    @Override
    public void claimLost(String reason) {
        other.claimLost(reason);
    }
}
