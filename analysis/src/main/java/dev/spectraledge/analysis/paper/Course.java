package dev.spectraledge.analysis.paper;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * How the runs of a subject are trained: what does not tell them from other subjects' runs.
 *
 * @param settings by dotted key
 * @param steps by scale, in the place of the part's; empty for those
 * @param asPublished settings by dotted key that follow a control for as long as the paper does; empty where that is no longer
 *     than otherwise
 * @param leftOutAt scales at which there are no such runs
 * @param halfWay key whose value is half of the steps; empty for none
 * @param chosen what earlier runs decide; empty if they decide nothing
 */
public record Course(
        Map<String, Object> settings,
        Map<String, Long> steps,
        Map<String, Object> asPublished,
        List<String> leftOutAt,
        String halfWay,
        Optional<ChosenSetting> chosen) {
    /** What the part says and nothing else. */
    public static final Course USUAL = new Course(Map.of(), Map.of(), Map.of(), List.of(), "", Optional.empty());

    /** Settings may be null, which is why they are copied otherwise than the rest. */
    public Course {
        settings = Collections.unmodifiableMap(new LinkedHashMap<>(settings));
        steps = Map.copyOf(steps);
        asPublished = Map.copyOf(asPublished);
        leftOutAt = List.copyOf(leftOutAt);
    }
}
