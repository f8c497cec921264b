package dev.spectraledge.trainer.io;

import java.util.Collection;
import java.util.Comparator;
import java.util.Locale;
import java.util.Optional;

/** Finds what somebody who mistyped a name probably meant. */
public final class NearestName {
    /** Nobody mistypes a longer name; the work grows with the square of the length. */
    private static final int LONGEST = 200;

    private NearestName() {}

    /**
     * The name of {@code allowed} with the smallest edit distance to {@code given}, ignoring case, if it differs in at most
     * a third of its letters (and at least two).
     */
    public static Optional<String> of(String given, Collection<String> allowed) {
        if (given.length() > LONGEST) {
            return Optional.empty();
        }
        return allowed.stream()
                .filter(name -> Math.abs(given.length() - name.length()) <= most(given, name))
                .min(Comparator.comparingInt(name -> distance(given, name)))
                .filter(name -> distance(given, name) <= most(given, name));
    }

    /** Also a bound on the difference in length, which spares what is far away the work of comparing. */
    private static int most(String given, String name) {
        return Math.max(2, Math.max(given.length(), name.length()) / 3);
    }

    /** {@code "; did you mean 'x'?"} or nothing. */
    public static String hint(String given, Collection<String> allowed) {
        return of(given, allowed).map(name -> "; did you mean '" + name + "'?").orElse("");
    }

    /**
     * Fewest insertions, deletions, replacements and swaps of neighbours between two names, ignoring case (the restricted
     * Damerau–Levenshtein distance).
     */
    static int distance(String first, String second) {
        String a = first.toLowerCase(Locale.ROOT);
        String b = second.toLowerCase(Locale.ROOT);
        int[][] table = new int[a.length() + 1][b.length() + 1];
        for (int i = 0; i <= a.length(); i++) {
            table[i][0] = i;
        }
        for (int j = 0; j <= b.length(); j++) {
            table[0][j] = j;
        }
        for (int i = 1; i <= a.length(); i++) {
            for (int j = 1; j <= b.length(); j++) {
                int replacement = a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1;
                int best = Math.min(table[i - 1][j] + 1, table[i][j - 1] + 1);
                best = Math.min(best, table[i - 1][j - 1] + replacement);
                if (i > 1 && j > 1 && a.charAt(i - 1) == b.charAt(j - 2) && a.charAt(i - 2) == b.charAt(j - 1)) {
                    best = Math.min(best, table[i - 2][j - 2] + 1);
                }
                table[i][j] = best;
            }
        }
        return table[a.length()][b.length()];
    }
}
