package dev.spectraledge.trainer;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/** Which parameters are watched: a sum of groups, from the first one on. */
public enum ParameterSubset {
    /** The attention matrices; the papers' choice. */
    ATTENTION(ParameterGroup.ATTENTION),
    /** All matrices of the transformer blocks: attention and feed-forward, without biases. */
    BLOCKS(ParameterGroup.ATTENTION, ParameterGroup.FEED_FORWARD),
    /** Every parameter. */
    ALL(ParameterGroup.values());

    /** Unmodifiable. */
    @SuppressWarnings("ImmutableEnumChecker")
    private final List<ParameterGroup> groups;

    ParameterSubset(ParameterGroup... groups) {
        this.groups = Arrays.stream(groups).sorted().toList();
    }

    /** The groups, in the order in which the parameter vector holds them. */
    public List<ParameterGroup> groups() {
        return groups;
    }

    /** Name in configuration files and on the command line. */
    public String key() {
        return name().toLowerCase(Locale.ROOT);
    }
}
