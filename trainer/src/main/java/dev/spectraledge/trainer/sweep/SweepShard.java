package dev.spectraledge.trainer.sweep;

import dev.spectraledge.trainer.UsageException;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

/**
 * A part of a sweep: the runs whose place in the plan leaves the remainder {@code index} when divided by {@code count}.
 *
 * @param origin where it was said, for people
 */
public record SweepShard(int index, int count, String origin) {
    private static final String SLURM_INDEX = "SLURM_ARRAY_TASK_ID";
    private static final String SLURM_COUNT = "SLURM_ARRAY_TASK_COUNT";
    private static final String SLURM_FIRST = "SLURM_ARRAY_TASK_MIN";
    private static final String SLURM_STEP = "SLURM_ARRAY_TASK_STEP";
    private static final String KUBERNETES_INDEX = "JOB_COMPLETION_INDEX";
    private static final String KUBERNETES_COUNT = "JOB_COMPLETION_COUNT";

    public SweepShard {
        if (count < 1 || index < 0 || index >= count) {
            throw new UsageException(origin + ": there is no shard " + index + "/" + count
                    + "; shards are numbered from 0, as 0/" + Math.max(1, count) + "; say which with --shard i/N");
        }
    }

    /** Every run. */
    public static SweepShard whole() {
        return new SweepShard(0, 1, "");
    }

    /** {@code i/N}, as on the command line. */
    public static SweepShard parse(String text) {
        if (!text.matches("\\d{1,9}/\\d{1,9}")) {
            throw new UsageException("--shard cannot be '" + text + "'; it is i/N, such as 0/8 for the first of eight");
        }
        int slash = text.indexOf('/');
        return new SweepShard(
                Integer.parseInt(text.substring(0, slash)), Integer.parseInt(text.substring(slash + 1)), "--shard");
    }

    /** What the scheduler says that has started this process: Slurm of an array's task, Kubernetes of an indexed job. */
    public static SweepShard ofScheduler(Map<String, String> environment) {
        if (environment.containsKey(SLURM_INDEX)) {
            int first = environment.containsKey(SLURM_FIRST) ? number(environment, SLURM_FIRST) : 0;
            int step = environment.containsKey(SLURM_STEP) ? Math.max(1, number(environment, SLURM_STEP)) : 1;
            return new SweepShard(
                    (number(environment, SLURM_INDEX) - first) / step,
                    number(environment, SLURM_COUNT),
                    SLURM_INDEX + " and " + SLURM_COUNT);
        }
        if (environment.containsKey(KUBERNETES_INDEX)) {
            if (!environment.containsKey(KUBERNETES_COUNT)) {
                throw new UsageException(KUBERNETES_INDEX + " is set but not " + KUBERNETES_COUNT
                        + ", the number of completions: set it as well, or say --shard "
                        + environment.get(KUBERNETES_INDEX) + "/N");
            }
            return new SweepShard(
                    number(environment, KUBERNETES_INDEX),
                    number(environment, KUBERNETES_COUNT),
                    KUBERNETES_INDEX + " and " + KUBERNETES_COUNT);
        }
        return whole();
    }

    private static int number(Map<String, String> environment, String name) {
        String value = environment.getOrDefault(name, "");
        if (!value.matches("\\d{1,9}")) {
            throw new UsageException(
                    name + " should be a whole number, not '" + value + "'; say --shard i/N if you know better");
        }
        return Integer.parseInt(value);
    }

    /** Whether this is not all of the sweep. */
    public boolean isPart() {
        return count > 1;
    }

    /** The runs of this part, in the order of the plan. */
    public List<PlannedRun> of(SweepPlan plan) {
        return IntStream.range(0, plan.runs().size())
                .filter(place -> place % count == index)
                .mapToObj(plan.runs()::get)
                .toList();
    }

    @Override
    public String toString() {
        return index + "/" + count;
    }
}
