package dev.spectraledge.analysis.experiment.causal;

import dev.spectraledge.analysis.experiment.Procedure;
import dev.spectraledge.trainer.step.StepIntervention;

/**
 * A training that goes on beside others.
 *
 * @param condition what is done to it, alike for those that differ in their batches alone
 * @param procedure whether the condition is published or a control
 * @param batches seed of its batches
 * @param action what is done to each of its steps
 */
record Arm(String condition, Procedure procedure, long batches, StepIntervention action) {}
