package dev.spectraledge.bindings;

/**
 * One place where a native library is looked for. The first candidate that is set is the one that is used: an override
 * that cannot be met is an error and never falls through to the next candidate.
 *
 * @param origin what names the place, for example {@code system property spectraledge.openblas}
 * @param location the file or cache folder, or {@code -} when the candidate is not set
 * @param state {@code not set}, {@code found}, {@code no such file}, {@code unpacked on first use}, or why not
 */
public record LibraryCandidate(String origin, String location, String state) {
    static final String NOT_SET = "not set";

    static LibraryCandidate notSet(String origin) {
        return new LibraryCandidate(origin, "-", NOT_SET);
    }

    boolean isSet() {
        return !state.equals(NOT_SET);
    }

    @Override
    public String toString() {
        return isSet() ? origin + " = " + location + ": " + state : origin + ": " + state;
    }
}
