package dev.spectraledge.analysis.paper;

import java.util.OptionalLong;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** How experiments name windows by width and cadence in items: {@code W=10/stride=100}. */
public final class WindowName {
    private static final Pattern NAME = Pattern.compile("W=(\\d+)/stride=(\\d+)");

    private WindowName() {}

    /** A text with every such name in it spelled out for people. */
    public static String spelled(String text) {
        return NAME.matcher(text).replaceAll("W = $1, every $2 steps").replace("every 1 steps", "every step");
    }

    /** The step of the first window without the run's first update, stride·(W + 1); empty if the item is no such name. */
    public static OptionalLong firstWithoutFirstUpdate(String item) {
        Matcher name = NAME.matcher(item);
        return name.matches()
                ? OptionalLong.of((Long.parseLong(name.group(1)) + 1) * Long.parseLong(name.group(2)))
                : OptionalLong.empty();
    }
}
