package dev.spectraledge.analysis.cli;

import dev.spectraledge.trainer.UsageException;
import dev.spectraledge.trainer.sweep.SlurmScript;
import dev.spectraledge.trainer.sweep.SweepPlan;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.ParentCommand;

/** {@code sedge sweep slurm}. */
@Command(
        name = "slurm",
        description = {
            "Prints a Slurm batch script that computes a sweep as a job array; submits nothing.",
            "A task that runs out of time saves its state, requeues itself and resumes bit for bit. "
                    + "The sweep directory must be on a file system that all nodes share."
        },
        footer = {
            "",
            "Examples:",
            "  sedge sweep slurm sweeps/mine --array-size 32 --time 4:00:00 > job.sh",
            "  sbatch job.sh",
            "  sedge sweep slurm sweeps/mine --array-size 4 --gpus 1 --partition gpu | sbatch"
        },
        mixinStandardHelpOptions = true)
final class SweepSlurmCommand implements Callable<Integer> {
    /** Set by the launcher script: where it is. */
    static final String LAUNCHER = "spectraledge.launcher";

    @ParentCommand
    private SweepCommand sweep;

    @Parameters(paramLabel = "DIR", description = "Sweep directory.")
    private Path root;

    @Option(
            names = "--array-size",
            required = true,
            paramLabel = "N",
            description = "Tasks of the array; task i computes shard i/N of the runs.")
    private int tasks;

    @Option(
            names = "--throttle",
            paramLabel = "K",
            description = "Maximum number of tasks at a time (default: no limit).")
    private Integer throttle;

    @Option(
            names = "--time",
            paramLabel = "LIMIT",
            description =
                    "Time limit of a task: minutes, hours:minutes:seconds or days-hours (default: ${DEFAULT-VALUE}).",
            defaultValue = "4:00:00")
    private String time;

    @Option(
            names = "--cpus",
            paramLabel = "N",
            description = "Processor cores of a task, which computes as many runs at once as fit on them (default: "
                    + "${DEFAULT-VALUE}).",
            defaultValue = "1")
    private int cpus;

    @Option(
            names = "--gpus",
            paramLabel = "N",
            description = "GPUs of a task (default: ${DEFAULT-VALUE}).",
            defaultValue = "0")
    private int gpus;

    @Option(
            names = "--memory",
            paramLabel = "SIZE",
            description = "Memory of a task, for example 8G (default: what the partition gives).")
    private String memory;

    @Option(names = "--partition", paramLabel = "NAME", description = "Partition (default: the cluster's default).")
    private String partition;

    @Option(
            names = "--program",
            paramLabel = "FILE",
            description = "Launcher that the tasks start (default: the one that runs this command).")
    private Path program;

    @Override
    public Integer call() {
        int runs = SweepPlan.read(root).runs().size();
        if (tasks > runs) {
            throw new UsageException(
                    "--array-size " + tasks + " is more than the sweep's " + runs + (runs == 1 ? " run" : " runs"));
        }
        SlurmScript script = new SlurmScript(
                absolute(launcher()), absolute(root), tasks, throttle, time, cpus, gpus, memory, partition);
        sweep.sedge().console().out().print(script.text());
        return Sedge.OK;
    }

    private Path launcher() {
        if (program != null) {
            return program;
        }
        String started = System.getProperty(LAUNCHER);
        if (started == null) {
            throw new UsageException("say with --program what the tasks start: this process was not started by the"
                    + " launcher script");
        }
        return Path.of(started);
    }

    private static Path absolute(Path path) {
        return path.toAbsolutePath().normalize();
    }
}
