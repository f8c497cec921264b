package dev.spectraledge.analysis.docs;

import dev.spectraledge.analysis.cli.CommandTree;
import picocli.CommandLine;
import picocli.CommandLine.Help.Ansi;

/** What {@code --help} says, of every command. */
final class CommandsPage {
    private CommandsPage() {}

    static String text() {
        StringBuilder page = new StringBuilder("""
            # Commands

            <!-- Made by ReferencePagesTest from the commands' own help. -->

            What `sedge COMMAND --help` says, of every command. Exit codes, environment variables and where output goes are on the page
            [Exit codes and environment](exit-codes.md).
            """);
        CommandTree.all().forEach(command -> page.append(section(command)));
        return page.toString();
    }

    private static String section(CommandLine command) {
        String help = command.getUsageMessage(Ansi.OFF).stripTrailing();
        return "\n## `" + command.getCommandSpec().qualifiedName() + "`\n\n```text\n" + help + "\n```\n";
    }
}
