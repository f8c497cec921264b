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
 */
public record LifecycleExtent(
        LifecycleScale scale,
        List<Long> seeds,
        OptionalLong steps,
        Optional<Numbers> numbers,
        OptionalLong interventionsUntil) {
    /**
     * Each seed counts once.
     *
     * @throws UsageException if a seed or the number of steps cannot be
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
        return text.toString();
    }
}
