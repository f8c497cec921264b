package dev.spectraledge.analysis.cli;

import dev.spectraledge.analysis.report.live.LiveServer;
import dev.spectraledge.analysis.report.sweep.LiveSweep;
import dev.spectraledge.bindings.OpenBlasLibrary;
import dev.spectraledge.trainer.RunException;
import dev.spectraledge.trainer.UsageException;
import dev.spectraledge.trainer.config.DeviceChoice;
import dev.spectraledge.trainer.config.RunConfig;
import dev.spectraledge.trainer.run.StatusLine;
import dev.spectraledge.trainer.sweep.PlannedRun;
import dev.spectraledge.trainer.sweep.SweepExecution;
import dev.spectraledge.trainer.sweep.SweepOutcome;
import dev.spectraledge.trainer.sweep.SweepPlan;
import dev.spectraledge.trainer.sweep.SweepSettings;
import dev.spectraledge.trainer.sweep.SweepShard;
import dev.spectraledge.trainer.training.StopRequest;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.ParentCommand;

/** {@code sedge sweep run}. */
@Command(
        name = "run",
        description = {
            "Computes all planned runs that are not done yet, each in its own directory.",
            "Interrupted runs are resumed bit for bit. Any number of these processes may work on one "
                    + "sweep at once, on one machine or on several that share the directory. A run that fails "
                    + "reports why and does not stop the others.",
            "Exit codes: 0: all runs are done; 1: some failed; 75: stopped by SIGTERM, SIGUSR1 or "
                    + "SIGHUP (130 by Ctrl-C), run it again."
        },
        footer = {
            "",
            "Examples:",
            "  sedge sweep run sweeps/mine               a run on each core",
            "  sedge sweep run sweeps/mine --parallel 2",
            "  sedge sweep run sweeps/mine --shard 0/8   the first of eight processes",
            "  sedge sweep run sweeps/mine --retry-failed"
        },
        mixinStandardHelpOptions = true)
final class SweepRunCommand implements Callable<Integer> {
    private static final int MOST_ON_DEVICE = 64;

    @ParentCommand
    private SweepCommand sweep;

    @Parameters(paramLabel = "DIR", description = "Sweep directory, made by sedge sweep plan.")
    private Path root;

    @Option(
            names = "--parallel",
            paramLabel = "K",
            description = "Number of runs at once (default: as many as fit in --threads; 1 on a GPU).")
    private Integer parallel;

    @Option(
            names = "--threads",
            paramLabel = "N",
            description = "Worker threads of all runs together (default: one per core). The number of threads of a "
                    + "single run is part of the plan, because the last bits of its result depend on it: 1 "
                    + "unless the sweep's file says otherwise.")
    private Integer threads;

    @Option(
            names = "--axis",
            paramLabel = "N",
            description = "Train up to N runs side by side where they differ only in seed, hyperparameters or rules for"
                    + " evaluation (default: 64 on a GPU, which they fill better together; 1 elsewhere).")
    private Integer axis;

    @Option(
            names = "--shard",
            paramLabel = "I/N",
            description = "Compute only every N-th run, starting with run I (0 to N-1) (default: taken from "
                    + "SLURM_ARRAY_TASK_ID and SLURM_ARRAY_TASK_COUNT, or from JOB_COMPLETION_INDEX and "
                    + "JOB_COMPLETION_COUNT).")
    private String shard;

    @Option(names = "--fail-fast", description = "Stop all runs when one fails; they can be resumed.")
    private boolean failFast;

    @Option(names = "--retry-failed", description = "Retry runs that failed earlier.")
    private boolean retryFailed;

    @Option(
            names = "--device",
            paramLabel = "DEVICE",
            description = "Device to use for device: auto in the plan: cpu, cuda or reference (default: the "
                    + "fastest one here).")
    private String device;

    @Option(
            names = "--claim-limit",
            paramLabel = "SECONDS",
            description = "Take over runs of a process on another machine that has shown no sign of life for this "
                    + "many seconds (default: 600). Runs of a dead process on this machine are taken over at "
                    + "once.")
    private Integer claimLimit;

    @Mixin
    private WatchOptions watch = new WatchOptions();

    @Override
    @SuppressWarnings("try") // the page is there while the block runs
    public Integer call() {
        watch.check();
        SweepPlan plan = SweepPlan.read(root);
        SweepShard part = shard == null ? SweepShard.ofScheduler(System.getenv()) : SweepShard.parse(shard);
        List<PlannedRun> runs = part.of(plan);
        if (part.isPart()) {
            say("shard " + part + " (" + part.origin() + "): " + runs.size() + " of "
                    + plan.runs().size() + " runs");
        }
        if (runs.isEmpty()) {
            return Sedge.OK;
        }
        RunConfig first = runs.getFirst().config();
        requirePositive("--parallel", parallel);
        requirePositive("--threads", threads);
        requirePositive("--axis", axis);
        requirePositive("--claim-limit", claimLimit);
        DeviceChoice auto = openDevice(plan, runs);
        SweepSettings settings = settings(runs, auto != DeviceChoice.CUDA);
        if (auto == DeviceChoice.CPU) {
            openBlas(first).slowerThanCpu().ifPresent(this::say);
        }
        say(runs.size() + (runs.size() == 1 ? " run, " : " runs, ") + settings.parallel() + " at once"
                + (settings.axis() == 1 ? "" : ", each up to " + settings.axis() + " side by side") + ", "
                + first.threads() + (first.threads() == 1 ? " thread each" : " threads each"));
        StopRequest stopRequest = new StopRequest();
        try (StopSignals signals = new StopSignals(stopRequest);
                LiveServer page = watch.open(() -> new LiveSweep(plan), this::say)) {
            SweepOutcome outcome = SweepExecution.run(
                    plan,
                    runs,
                    settings,
                    new SweepTraining(auto, sweep.sedge().arguments()),
                    new SweepConsole(sweep.sedge(), "with: sedge sweep run " + root),
                    stopRequest,
                    StatusLine.onStandardError());
            return conclude(outcome, signals);
        }
    }

    /** What {@code auto} means here; fails before any run does if nothing can compute, or one of them has no room. */
    private DeviceChoice openDevice(SweepPlan plan, List<PlannedRun> runs) {
        RunConfig first = runs.getFirst().config();
        DeviceChoice given = givenDevice();
        if (given != DeviceChoice.AUTO && first.device() != DeviceChoice.AUTO && first.device() != given) {
            throw new UsageException("--device says what auto means, but the plan says "
                    + first.device().name().toLowerCase(Locale.ROOT));
        }
        DeviceChoice wanted = first.device() == DeviceChoice.AUTO ? given : first.device();
        try (ComputeDevice opened = ComputeDevice.open(wanted, first.training().precision(), this::say)) {
            SweepRoom.require(opened, plan, runs);
            if (opened.isHost()) {
                return wanted == DeviceChoice.AUTO ? DeviceChoice.CPU : wanted;
            }
            return DeviceChoice.CUDA;
        }
    }

    /** Loaded before any run does, so that a library that is missing is said once. */
    private static OpenBlasLibrary openBlas(RunConfig first) {
        return OpenBlasLibrary.load(
                new OpenBlasLibrary.Options(Optional.ofNullable(first.openblas().coreType())));
    }

    private DeviceChoice givenDevice() {
        if (device == null) {
            return DeviceChoice.AUTO;
        }
        return Arrays.stream(DeviceChoice.values())
                .filter(choice -> choice.name().toLowerCase(Locale.ROOT).equals(device))
                .findFirst()
                .orElseThrow(() ->
                        new UsageException("--device cannot be '" + device + "'; it is auto, cpu, cuda or reference"));
    }

    private SweepSettings settings(List<PlannedRun> runs, boolean onHost) {
        int most = runs.stream().mapToInt(PlannedRun::threads).max().orElseThrow();
        int room = threads == null ? Runtime.getRuntime().availableProcessors() : threads;
        int sideBySide = axis != null ? axis : onHost ? 1 : MOST_ON_DEVICE;
        if (onHost && sideBySide > 1 && most > 1) {
            throw new UsageException("--axis needs runs with threads: 1 on a CPU, because results would depend on what"
                    + " they are computed with; the plan says " + most);
        }
        int atOnce = parallel != null ? parallel : onHost ? Math.max(1, room / most) : 1;
        return new SweepSettings(
                Math.min(atOnce, runs.size()),
                sideBySide,
                failFast,
                retryFailed,
                claimLimit == null ? SweepSettings.CLAIM_LIMIT : Duration.ofSeconds(claimLimit));
    }

    private static void requirePositive(String name, Integer given) {
        if (given != null && given < 1) {
            throw new UsageException(name + " must be at least 1, not " + given);
        }
    }

    private int conclude(SweepOutcome outcome, StopSignals signals) {
        if (outcome.left() > 0 && !(failFast && outcome.failed() > 0)) {
            say("stopped with " + outcome.done() + " done and " + outcome.left() + " to go on with: sedge sweep run "
                    + root);
            return signals.exitCode();
        }
        if (outcome.failed() + outcome.failedEarlier() > 0) {
            String earlier = outcome.failedEarlier() == 0
                    ? ""
                    : ", " + outcome.failedEarlier() + " failed earlier (--retry-failed tries them again)";
            throw new RunException(outcome.done() + " done, " + outcome.failed() + " failed" + earlier
                    + (outcome.left() == 0 ? "" : ", " + outcome.left() + " stopped")
                    + "; sedge sweep status " + root + " says why");
        }
        say(outcome.done() + " done");
        sweep.sedge().console().out().println(root);
        return Sedge.OK;
    }

    private void say(String line) {
        sweep.sedge().console().say(line);
    }
}
