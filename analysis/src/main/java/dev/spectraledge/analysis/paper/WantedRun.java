package dev.spectraledge.analysis.paper;

import java.util.Map;

/**
 * A run that a reproduction is to have.
 *
 * @param settings by dotted key
 */
record WantedRun(Subject subject, long seed, Map<String, Object> settings) {
    boolean isOfSameSubjectAndSeed(WantedRun other) {
        return subject.equals(other.subject) && seed == other.seed;
    }

    /** A setting that is a whole number. */
    long number(String key) {
        return ((Number) settings.get(key)).longValue();
    }
}
