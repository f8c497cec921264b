package dev.spectraledge.analysis.cli;

import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.ParentCommand;

/** {@code sedge data}: what tasks are made of, for other programs. */
@Command(
        name = "data",
        description = "Writes the data of tasks, for other programs.",
        synopsisSubcommandLabel = "COMMAND",
        footer = {"", "Example:", "  sedge data scan --out scan.txt       all commands of SCAN and what they mean"},
        subcommands = {ScanDataCommand.class},
        mixinStandardHelpOptions = true)
final class DataCommand implements Runnable {
    @ParentCommand
    private Sedge sedge;

    Sedge sedge() {
        return sedge;
    }

    /** Without a command: the help. */
    @Override
    public void run() {
        new CommandLine(this).usage(sedge.console().out());
    }
}
