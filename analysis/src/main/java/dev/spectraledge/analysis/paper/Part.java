package dev.spectraledge.analysis.paper;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * A part of a paper that can be computed without the others: subjects that have their seeds, number of steps and snapshots in
 * common.
 *
 * @param name on the command line
 * @param cadence steps between snapshots, and between evaluations
 * @param cadences by scale, in the place of that
 * @param publishedPhases whether the paper looks at the runs at steps that it states
 * @param numbers by which the paper's seeds are the paper's runs, as far as the author's program is known
 * @param seeds by scale
 * @param steps by scale
 * @param trainings settings by dotted key that all runs of a scale have besides
 * @param observers as in a run's configuration; the stride {@value #CADENCE} is the steps between snapshots
 * @param subjects in the order of the plan
 */
public record Part(
        String name,
        int cadence,
        Map<String, Long> cadences,
        boolean publishedPhases,
        Numbers numbers,
        Map<String, List<Long>> seeds,
        Map<String, Long> steps,
        Map<String, Map<String, Object>> trainings,
        List<Map<String, Object>> observers,
        List<Subject> subjects) {
    private static final String STRIDE = "stride";
    private static final String CADENCE = "cadence";

    /** Steps between snapshots at a scale. */
    long cadence(String scale) {
        return cadences.getOrDefault(scale, (long) cadence);
    }

    /** As a configuration takes them. */
    List<Map<String, Object>> observers(String scale) {
        List<Map<String, Object>> resolved = new ArrayList<>();
        for (Map<String, Object> observer : observers) {
            Map<String, Object> own = new LinkedHashMap<>(observer);
            own.replace(STRIDE, CADENCE, cadence(scale));
            resolved.add(own);
        }
        return resolved;
    }
}
