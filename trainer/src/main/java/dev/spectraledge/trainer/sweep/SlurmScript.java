package dev.spectraledge.trainer.sweep;

import dev.spectraledge.trainer.UsageException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A batch script for Slurm: an array whose tasks each compute a shard of a sweep.
 *
 * <p>{@value #WARNING_SECONDS} seconds before its time is up, Slurm sends SIGUSR1 to the script alone; the script hands it
 * on, the program finishes its step and ends with exit code {@value #TRY_AGAIN}, and the script queues this one task again. If Slurm itself
 * ends the task, it sends SIGTERM: where it does so to queue it again, it needs nobody's help, and where somebody has
 * cancelled it, nobody should queue it again.
 *
 * @param program what starts the program, absolute
 * @param sweep the sweep's directory, absolute
 * @param tasks size of the array
 * @param throttle most tasks at a time, or null for no limit
 * @param time limit of each task as Slurm writes it: {@code minutes}, {@code hours:minutes:seconds}, {@code
 *     days-hours[:minutes[:seconds]]}
 * @param cpus of each task, shared by the threads of its runs
 * @param gpus of each task; 0 for none
 * @param memory of each task as Slurm writes it, or null for the partition's default
 * @param partition null for the default
 */
public record SlurmScript(
        Path program,
        Path sweep,
        int tasks,
        Integer throttle,
        String time,
        int cpus,
        int gpus,
        String memory,
        String partition) {
    private static final int WARNING_SECONDS = 120;
    private static final int TRY_AGAIN = 75;
    /** Shorter ones leave no time to get on between the start of the program and the warning. */
    private static final int SHORTEST_SECONDS = 2 * WARNING_SECONDS;

    private static final Pattern TIME = Pattern.compile("(?:(\\d{1,4})-)?(\\d{1,6})(?::(\\d{1,2}))?(?::(\\d{1,2}))?");
    private static final Pattern MEMORY = Pattern.compile("\\d{1,9}[KMGT]?");
    private static final Pattern PARTITION = Pattern.compile("[^\\s\\p{Cntrl}%\"'\\\\]+");
    /** A line break would end a comment and begin a command. */
    private static final Pattern CONTROL = Pattern.compile("\\p{Cntrl}");

    /** @throws UsageException if Slurm would not understand one of the values, or understand it otherwise */
    public SlurmScript {
        require(tasks >= 1, "--array-size must be at least 1, not " + tasks);
        require(throttle == null || throttle >= 1, "--throttle must be at least 1, not " + throttle);
        require(cpus >= 1, "--cpus must be at least 1, not " + cpus);
        require(gpus >= 0, "--gpus must be at least 0, not " + gpus);
        require(
                memory == null || MEMORY.matcher(memory).matches(),
                "--memory cannot be '" + memory + "'; it is a number with K, M, G or T, such as 8G");
        require(
                partition == null || PARTITION.matcher(partition).matches(),
                "--partition cannot be '" + partition + "'; it is the name of a partition");
        require(
                seconds(time) >= SHORTEST_SECONDS,
                "--time cannot be " + time + ": tasks are told " + WARNING_SECONDS
                        + " seconds before their time is up, and less than " + SHORTEST_SECONDS
                        + " seconds leave too little to get on");
        for (Path path : List.of(program, sweep)) {
            require(path.isAbsolute(), "not an absolute path: " + path);
            require(
                    !CONTROL.matcher(path.toString()).find(),
                    "a batch script cannot hold the path '"
                            + CONTROL.matcher(path.toString()).replaceAll("?")
                            + "': it has a line break or another control character where ? stands");
        }
        require(!Files.isDirectory(program), "--program cannot be " + program + ": it is a folder, not a program");
        require(
                sweep.toString().indexOf('\\') < 0,
                "Slurm cannot write its log to " + sweep + ": a backslash in the path means something else to it");
    }

    private static void require(boolean condition, String otherwise) {
        if (!condition) {
            throw new UsageException(otherwise);
        }
    }

    private static long seconds(String time) {
        Matcher parts = TIME.matcher(time);
        require(
                parts.matches(),
                "--time cannot be '" + time + "'; it is minutes, hours:minutes:seconds or days-hours, such as 4:00:00");
        boolean days = parts.group(1) != null;
        int first = Integer.parseInt(parts.group(2));
        int second = parts.group(3) == null ? 0 : Integer.parseInt(parts.group(3));
        int third = parts.group(4) == null ? 0 : Integer.parseInt(parts.group(4));
        if (days) {
            return ((Integer.parseInt(parts.group(1)) * 24L + first) * 60 + second) * 60 + third;
        }
        boolean hours = parts.group(4) != null;
        return hours ? (first * 60L + second) * 60 + third : first * 60L + second;
    }

    /** The script. */
    public String text() {
        return "#!/bin/bash\n"
                + "# Computes the sweep " + sweep + " as " + tasks + (tasks == 1 ? " task" : " tasks")
                + " of a job array. To submit it: sbatch THIS_FILE\n"
                + "# What is done stays done: submit it again after changes, or a part of it with --array=3,5.\n"
                + String.join(
                        "",
                        options().stream()
                                .map(option -> "#SBATCH " + option + "\n")
                                .toList())
                + """

                # Slurm warns with SIGUSR1 before the time is up. The program finishes its step, keeps its state and ends
                # with exit code %1$d; then this task, and only this one, is queued again. At SIGTERM it ends likewise, but
                # either Slurm queues the task again by itself or somebody has cancelled it.
                program=
                interrupted=
                time_is_up=
                hand_on() {
                  interrupted=1
                  [ -z "$program" ] || kill -USR1 "$program" 2>/dev/null
                }
                trap 'time_is_up=1; hand_on' USR1
                trap hand_on TERM

                %2$s sweep run %3$s --shard "$SLURM_ARRAY_TASK_ID/%4$d" --threads %5$d &
                program=$!
                # A signal ends the waiting, not the program.
                while :; do
                  interrupted=
                  wait "$program"
                  code=$?
                  [ -n "$interrupted" ] || break
                done

                if [ "$code" -eq %1$d ] && [ -n "$time_is_up" ]; then
                  scontrol requeue "${SLURM_ARRAY_JOB_ID}_${SLURM_ARRAY_TASK_ID}"
                fi
                exit "$code"
                """.formatted(TRY_AGAIN, word(program), word(sweep), tasks, cpus);
    }

    /** One word to the shell, whatever its characters mean there (POSIX.1-2017, Shell Command Language, 2.2.2). */
    private static String word(Path path) {
        return "'" + path.toString().replace("'", "'\\''") + "'";
    }

    /** One argument to {@code sbatch}, in which # would begin a comment and a space end the option. */
    private static String argument(String value) {
        return '"' + value.replace("\\", "\\\\").replace("\"", "\\\"") + '"';
    }

    /** A folder of Slurm's file name patterns, in which % begins a replacement. */
    private static String pattern(Path folder) {
        return folder.toString().replace("%", "%%");
    }

    private List<String> options() {
        List<String> options = new ArrayList<>();
        options.add("--job-name=" + argument("sedge-" + sweep.getFileName()));
        options.add("--array=0-" + (tasks - 1) + (throttle == null ? "" : "%" + throttle));
        options.add("--time=" + time);
        options.add("--requeue");
        options.add("--signal=B:USR1@" + WARNING_SECONDS);
        options.add("--open-mode=append");
        options.add("--output=" + argument(pattern(sweep) + "/slurm-%A_%a.log"));
        options.add("--ntasks=1");
        options.add("--cpus-per-task=" + cpus);
        if (gpus > 0) {
            options.add("--gpus=" + gpus);
        }
        if (memory != null) {
            options.add("--mem=" + memory);
        }
        if (partition != null) {
            options.add("--partition=" + argument(partition));
        }
        return options;
    }
}
