package dev.spectraledge.analysis.cli;

import picocli.CommandLine.Command;

/** {@code sedge data}: what tasks are made of, for other programs. */
@Command(
        name = "data",
        description = "Writes the data of tasks, for other programs.",
        synopsisSubcommandLabel = "COMMAND",
        footer = {"", "Example:", "  sedge data scan --out scan.txt       all commands of SCAN and what they mean"},
        subcommands = {ScanDataCommand.class},
        mixinStandardHelpOptions = true)
final class DataCommand extends CommandGroup {}
