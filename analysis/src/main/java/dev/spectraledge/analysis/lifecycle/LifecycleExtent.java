package dev.spectraledge.analysis.lifecycle;

import dev.spectraledge.trainer.UsageException;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.stream.Collectors;

/**
 * Which runs there are of each task, how long, and how far interventions in them are followed.
 *
 * @param scale says what is not said otherwise
 * @param seeds of all tasks, in the place of the scale's; empty for those
 * @param steps of all tasks, in the place of the scale's
 * @param numbers of all tasks, in the place of each task's own
 * @param interventionsUntil last step of interventions, in the place of the experiment's own
 * @param roundingReplicas how many times each run is repeated with other rounding
 */
public record LifecycleExtent(
        LifecycleScale scale,
        List<Long> seeds,
        OptionalLong steps,
        Optional<Numbers> numbers,
        OptionalLong interventionsUntil,
        int roundingReplicas) {
    /**
     * Each seed counts once.
     *
     * @throws UsageException if a seed, the number of steps or that of replicas cannot be
     */
    public LifecycleExtent {
        seeds = seeds.stream().distinct().toList();
        for (long seed : seeds) {
            if (seed < 0) {
                throw new UsageException("--seeds must be at least 0, not " + seed);
            }
        }
        if (steps.isPresent() && steps.getAsLong() < 1) {
            throw new UsageException("--steps must be at least 1, not " + steps.getAsLong());
        }
        if (roundingReplicas < 0) {
            throw new UsageException("--rounding-replicas must be at least 0, not " + roundingReplicas);
        }
    }

    List<Long> seeds(LifecycleTask task) {
        return seeds.isEmpty() ? scale.seeds(task) : seeds;
    }

    long steps(LifecycleTask task) {
        return steps.orElse(scale.steps(task));
    }

    Numbers numbers(LifecycleTask task) {
        return numbers.orElse(task.numbers());
    }

    /** The same on the command line. */
    String arguments() {
        StringBuilder text = new StringBuilder("--scale " + scale.name().toLowerCase(Locale.ROOT));
        if (!seeds.isEmpty()) {
            text.append(" --seeds ").append(seeds.stream().map(String::valueOf).collect(Collectors.joining(",")));
        }
        steps.ifPresent(number -> text.append(" --steps ").append(number));
        numbers.ifPresent(own -> text.append(" --numbers ").append(own.name().toLowerCase(Locale.ROOT)));
        interventionsUntil.ifPresent(
                step -> text.append(" --interventions-until ").append(step));
        if (roundingReplicas > 0) {
            text.append(" --rounding-replicas ").append(roundingReplicas);
        }
        return text.toString();
    }
}
