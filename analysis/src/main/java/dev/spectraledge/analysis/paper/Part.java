package dev.spectraledge.analysis.paper;

import java.util.List;
import java.util.Map;

/**
 * A part of a paper that can be computed without the others: subjects that have their seeds, number of steps and snapshots in
 * common.
 *
 * @param name on the command line
 * @param cadence steps between snapshots, and between evaluations
 * @param publishedPhases whether the paper looks at the runs at steps that it states
 * @param numbers by which the paper's seeds are the paper's runs, as far as the author's program is known
 * @param seeds by scale
 * @param steps by scale
 * @param observers as in a run's configuration
 * @param subjects in the order of the plan
 */
public record Part(
        String name,
        int cadence,
        boolean publishedPhases,
        Numbers numbers,
        Map<String, List<Long>> seeds,
        Map<String, Long> steps,
        List<Map<String, Object>> observers,
        List<Subject> subjects) {}
