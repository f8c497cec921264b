package dev.spectraledge.trainer.config;

/** What an observer keeps of the updates in its window. */
public enum Storage {
    /** The updates themselves, in the precision of the run: spectra are exact. */
    FLOAT32,
    /** The updates rounded to bfloat16, in half the memory of float32: spectra come with a bound of their error. */
    BFLOAT16,
    /** Random sketches of a few numbers each: spectra come with a bound of their error. */
    SKETCH
}
