package dev.spectraledge.trainer.training;

/** Mean loss and share of right answers over all counted targets of a data set. */
public record Evaluation(double loss, double accuracy) {}
