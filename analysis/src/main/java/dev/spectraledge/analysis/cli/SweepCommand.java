package dev.spectraledge.analysis.cli;

import picocli.CommandLine.Command;

/** {@code sedge sweep}: many runs from one file. */
@Command(
        name = "sweep",
        description = "Plans many runs in one file and computes them on as many processes and machines as you like.",
        synopsisSubcommandLabel = "COMMAND",
        footer = {
            "",
            "Examples:",
            "  sedge sweep plan sweep.yaml -o sweeps/mine     writes what is to be computed",
            "  sedge sweep run sweeps/mine                    computes what is not done yet",
            "  sedge sweep status sweeps/mine                 how far it is",
            "  sedge sweep report sweeps/mine                 one page over all runs",
            "  sedge sweep slurm sweeps/mine --array-size 8   a batch script",
            "",
            "A sweep's file holds the keys of a run's configuration, and under sweep: what",
            "varies:",
            "  task: dyck",
            "  training.steps: 5000",
            "  sweep:",
            "    grid:                                       # each with each",
            "      training.weightDecay: [1, 0]",
            "      training.learningRate: [1e-3, 3e-4]",
            "    zip:                                        # together",
            "      training.beta1: [0.9, 0.8]",
            "      training.beta2: [0.98, 0.95]",
            "    list: [{}, {model.layers: 3}]               # one after another",
            "    seeds: [42, 137, 2024]                      # or 3, or 42..44"
        },
        subcommands = {
            SweepPlanCommand.class,
            SweepRunCommand.class,
            SweepStatusCommand.class,
            SweepReportCommand.class,
            SweepSlurmCommand.class
        },
        mixinStandardHelpOptions = true)
final class SweepCommand extends CommandGroup {}
