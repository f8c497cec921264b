package dev.spectraledge.trainer.sweep;

import dev.spectraledge.trainer.run.RunDirectory;

/** A run that this process may compute. */
record ClaimedRun(PlannedRun run, Claim claim, RunDirectory directory) {}
