package dev.spectraledge.analysis.cli;

import java.io.OutputStream;
import java.util.List;
import java.util.stream.Stream;
import picocli.CommandLine;

/** All commands, for tests that look at what they say and not at what they do. */
public final class CommandTree {
    private CommandTree() {}

    /** A fresh {@code sedge}, whose output goes nowhere. */
    public static CommandLine root() {
        Console nowhere = new Console(OutputStream.nullOutputStream(), OutputStream.nullOutputStream());
        return new CommandLine(new Sedge(nowhere, List.of()));
    }

    /** {@code sedge} and every command below it. */
    public static Stream<CommandLine> all() {
        return withSubcommands(root());
    }

    private static Stream<CommandLine> withSubcommands(CommandLine command) {
        return Stream.concat(
                Stream.of(command), command.getSubcommands().values().stream().flatMap(CommandTree::withSubcommands));
    }
}
