package dev.spectraledge.analysis.cli;

import picocli.CommandLine.Command;

/** {@code sedge data}: what tasks are made of. */
@Command(
        name = "data",
        description = "Writes data sets for tasks.",
        synopsisSubcommandLabel = "COMMAND",
        footer = {
            "",
            "Examples:",
            "  sedge data scan --out scan.txt       all commands of SCAN and what they mean",
            "  sedge data text a.txt --out a        tokens of texts to train on"
        },
        subcommands = {ScanDataCommand.class, TextDataCommand.class},
        mixinStandardHelpOptions = true)
final class DataCommand extends CommandGroup {}
