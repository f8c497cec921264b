package dev.spectraledge.analysis.offline;

import dev.spectraledge.trainer.ParameterSubset;
import java.nio.file.Path;
import java.util.OptionalDouble;
import java.util.OptionalLong;

/**
 * What to analyse.
 *
 * @param checkpoints a folder of checkpoints, or a run directory
 * @param output folder that receives the tables; made where it is missing
 * @param stride steps between the checkpoints that are used; empty uses all, whatever their spacing
 * @param window W, updates in the rolling window
 * @param subset the parameters that are looked at
 * @param nulls whether each window gets null spectra
 * @param seed of the null spectra's random numbers
 * @param learningRate η where it is neither in the checkpoints nor in the run's configuration, or to override it
 * @param weightDecay ω likewise
 */
public record OfflineSettings(
        Path checkpoints,
        Path output,
        OptionalLong stride,
        int window,
        ParameterSubset subset,
        boolean nulls,
        long seed,
        OptionalDouble learningRate,
        OptionalDouble weightDecay) {}
