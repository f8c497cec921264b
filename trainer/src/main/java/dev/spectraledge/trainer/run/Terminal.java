package dev.spectraledge.trainer.run;

import java.io.Console;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;

/**
 * What a standard stream can show.
 *
 * @param isLive whether a line can be overwritten
 * @param hasStyle whether text may be bold or coloured
 * @param columns characters per line
 */
public record Terminal(boolean isLive, boolean hasStyle, int columns) {
    private static final int USUAL_COLUMNS = 80;
    private static final int STANDARD_OUTPUT = 1;
    private static final int STANDARD_ERROR = 2;

    /**
     * The properties of standard error. {@code NO_COLOR} (no-color.org), {@code TERM=dumb}, {@code CI} and {@code COLUMNS}
     * of the environment are respected.
     */
    public static Terminal ofStandardError(Map<String, String> environment) {
        return of(environment, leadsToTerminal(STANDARD_ERROR));
    }

    /** Those of standard output. */
    public static Terminal ofStandardOutput(Map<String, String> environment) {
        return of(environment, leadsToTerminal(STANDARD_OUTPUT));
    }

    static Terminal of(Map<String, String> environment, boolean isTerminal) {
        boolean live = isTerminal && !"dumb".equals(environment.get("TERM")) && !environment.containsKey("CI");
        String noColour = environment.getOrDefault("NO_COLOR", "");
        String columns = environment.getOrDefault("COLUMNS", "");
        boolean known = columns.matches("[1-9]\\d{1,3}");
        return new Terminal(live, live && noColour.isEmpty(), known ? Integer.parseInt(columns) : USUAL_COLUMNS);
    }

    /** Linux tells where a descriptor leads; elsewhere Java's console stands for it. */
    private static boolean leadsToTerminal(int descriptor) {
        Path link = Path.of("/proc/self/fd/" + descriptor);
        if (Files.isSymbolicLink(link)) {
            try {
                String target = Files.readSymbolicLink(link).toString();
                return target.startsWith("/dev/pts/") || target.startsWith("/dev/tty");
            } catch (IOException unreadable) {
                return false;
            }
        }
        return Optional.ofNullable(System.console()).map(Console::isTerminal).orElse(false);
    }
}
