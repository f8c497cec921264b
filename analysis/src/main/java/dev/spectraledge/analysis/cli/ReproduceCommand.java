package dev.spectraledge.analysis.cli;

import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.ParentCommand;

/** {@code sedge reproduce}: published work, repeated and judged. */
@Command(
        name = "reproduce",
        description =
                "Repeats a published work from its training runs to its last number, with the controls that it lacked.",
        synopsisSubcommandLabel = "PAPER",
        subcommands = ReproduceLifecycleCommand.class,
        mixinStandardHelpOptions = true)
final class ReproduceCommand implements Runnable {
    @ParentCommand
    private Sedge sedge;

    Sedge sedge() {
        return sedge;
    }

    /** Without a paper: the help. */
    @Override
    public void run() {
        new CommandLine(this).usage(sedge.console().out());
    }
}
