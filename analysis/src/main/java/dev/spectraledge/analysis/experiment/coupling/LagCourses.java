package dev.spectraledge.analysis.experiment.coupling;

import dev.spectraledge.analysis.experiment.SpectrumCourse;
import dev.spectraledge.analysis.experiment.StudiedRun;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.TreeMap;

/**
 * Windows of several widths of the same updates, or gradients, with the test losses at their ends and at their middles.
 *
 * @param family in items of findings
 * @param byWidth windows of each width, which end together; those of {@value #NARROW} and {@value #WIDE} are among them
 * @param centred the same by their middles; empty where too few lie in one range
 */
record LagCourses(String family, NavigableMap<Integer, LossCourse> byWidth, Optional<CentredCourses> centred) {
    /** The widths between which a lag is said to flip (Spectral Edge Dynamics §4.2). */
    static final int NARROW = 10;

    static final int WIDE = 20;
    /** Spectral Edge Dynamics §4.1. */
    static final int FEWEST = 10;

    /** All that a run has; there may be none. */
    static List<LagCourses> of(StudiedRun run) {
        Map<String, NavigableMap<Integer, LossCourse>> families = new LinkedHashMap<>();
        Map<String, Long> updates = new LinkedHashMap<>();
        for (SpectrumCourse course : SpectrumCourse.all(run)) {
            LossCourse losses = LossCourse.of(run, course);
            NavigableMap<Integer, LossCourse> family =
                    families.computeIfAbsent(course.family(), absent -> new TreeMap<>());
            // Surrogates of one loss stand for that of all widths, which therefore end together.
            if (losses.size() >= FEWEST
                    && (family.isEmpty() || family.firstEntry().getValue().last() == losses.last())) {
                family.put(course.window(), losses);
                updates.put(course.family(), course.stride());
            }
        }
        Evaluations evaluations = new Evaluations(run);
        List<LagCourses> courses = new ArrayList<>();
        families.forEach((family, byWidth) -> {
            if (byWidth.containsKey(NARROW) && byWidth.containsKey(WIDE)) {
                courses.add(new LagCourses(
                        family,
                        byWidth,
                        CentredCourses.of(
                                byWidth,
                                updates.get(family),
                                step -> evaluations.between(step, LossCourse.TEST_LOSS))));
            }
        });
        return courses;
    }

    /** What a run without any does not have, in a clause without a subject. */
    static String lacking() {
        return "needs windows of " + NARROW + " and of " + WIDE + " updates, " + FEWEST
                + " of each ending in even steps where the run was evaluated; a run with " + SpectrumCourse.SETTINGS
                + " keeps them";
    }

    long last() {
        return byWidth.firstEntry().getValue().last();
    }
}
