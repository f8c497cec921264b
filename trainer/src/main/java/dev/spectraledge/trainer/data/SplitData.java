package dev.spectraledge.trainer.data;

/** What a task trains on and what it is judged by. */
public record SplitData(Examples train, Examples test) {}
