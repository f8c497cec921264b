package dev.spectraledge.analysis.paper;

import dev.spectraledge.trainer.UsageException;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.stream.Collectors;

/**
 * How much of a paper is computed: which runs there are of each part, how long, and how far interventions in them are
 * followed.
 *
 * @param scale one of the paper's; says what is not said otherwise
 * @param seeds of all parts, in the place of the scale's; empty for those
 * @param steps of all parts, in the place of the scale's
 * @param numbers of all parts, in the place of each part's own
 * @param interventionsUntil last step of interventions, in the place of the experiment's own
 * @param roundingReplicas how many times each run is repeated with other rounding
 * @param publishedControls whether controls are followed for as long as the paper follows them
 */
public record Extent(
        String scale,
        List<Long> seeds,
        OptionalLong steps,
        Optional<Numbers> numbers,
        OptionalLong interventionsUntil,
        int roundingReplicas,
        boolean publishedControls) {
    /**
     * Each seed counts once.
     *
     * @throws UsageException if a seed, the number of steps or that of replicas cannot be
     */
    public Extent {
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

    List<Long> seeds(Part part) {
        return seeds.isEmpty() ? part.seeds().get(scale) : seeds;
    }

    /** Those of a part that there are runs of. */
    List<Subject> subjects(Part part) {
        return part.subjects().stream()
                .filter(subject -> !subject.course().leftOutAt().contains(scale))
                .toList();
    }

    /** Steps between snapshots, and between evaluations. */
    long cadence(Part part) {
        return part.cadence(scale);
    }

    /** Settings by dotted key that all runs of a part have at this scale. */
    Map<String, Object> training(Part part) {
        return part.trainings().getOrDefault(scale, Map.of());
    }

    List<Map<String, Object>> observers(Part part) {
        return part.observers(scale);
    }

    long steps(Part part, Subject subject) {
        Long usual = part.steps().get(scale);
        return steps.orElseGet(() -> subject.course().steps().getOrDefault(scale, usual));
    }

    Numbers numbers(Part part) {
        return numbers.orElse(part.numbers());
    }

    /** The same on the command line. */
    String arguments() {
        StringBuilder text = new StringBuilder("--scale " + scale);
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
        if (publishedControls) {
            text.append(" --published-controls");
        }
        return text.toString();
    }
}
