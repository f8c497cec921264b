package dev.spectraledge.analysis.cli;

import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParentCommand;
import picocli.CommandLine.Spec;

/** A command that does nothing but hold others. */
abstract class CommandGroup implements Runnable {
    @ParentCommand
    private Sedge sedge;

    @Spec
    private CommandSpec spec;

    final Sedge sedge() {
        return sedge;
    }

    /** Without a command of the group, says which there are. */
    @Override
    public final void run() {
        throw new ParameterException(
                spec.commandLine(),
                spec.qualifiedName() + " needs a command: "
                        + String.join(", ", spec.subcommands().keySet()) + "; see " + spec.qualifiedName() + " --help");
    }
}
