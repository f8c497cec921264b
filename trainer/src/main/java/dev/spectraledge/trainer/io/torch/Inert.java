package dev.spectraledge.trainer.io.torch;

/**
 * A value of a class that means nothing here, in whose place this stands: neither the class nor what belongs to the value is
 * looked at.
 *
 * @param className as Python has it
 */
record Inert(String className) {}
