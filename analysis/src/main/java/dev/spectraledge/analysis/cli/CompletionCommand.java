package dev.spectraledge.analysis.cli;

import picocli.AutoComplete;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParentCommand;
import picocli.CommandLine.Spec;

/** {@code sedge completion}. */
@Command(
        name = "completion",
        description = "Prints a script with which bash and zsh complete commands and options.",
        footer = {"", "In ~/.bashrc or ~/.zshrc:", "  source <(sedge completion)"},
        mixinStandardHelpOptions = true)
final class CompletionCommand implements Runnable {
    @ParentCommand
    private Sedge sedge;

    @Spec
    private CommandSpec spec;

    @Override
    public void run() {
        sedge.console()
                .out()
                .print(AutoComplete.bash(spec.root().name(), spec.root().commandLine()));
    }
}
