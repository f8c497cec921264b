package dev.spectraledge.trainer.config;

import dev.spectraledge.kernels.linalg.SymmetricEigen;
import dev.spectraledge.trainer.ParameterSubset;
import dev.spectraledge.trainer.io.Printable;
import dev.spectraledge.trainer.key.DefaultValue;
import dev.spectraledge.trainer.key.Range;

/**
 * One observer of the stream of updates.
 *
 * @param name appears in file names: letters, digits, '-' and '_'
 * @param stride steps per observed update
 * @param window updates in the rolling window, W
 * @param subset the part of the parameters that is watched
 * @param nulls whether null spectra are computed beside the observed ones
 * @param nullEvery windows between null spectra
 */
public record ObserverConfig(
        String name,
        @DefaultValue("1") @Range(min = 1) int stride,

        @DefaultValue("10") @Range(min = 2, max = SymmetricEigen.MAXIMUM_ORDER)
        int window,

        @DefaultValue("attention") ParameterSubset subset,
        @DefaultValue("true") boolean nulls,
        @DefaultValue("100") @Range(min = 1) int nullEvery) {
    public ObserverConfig {
        if (!name.matches("[A-Za-z0-9_-]+")) {
            throw new IllegalArgumentException(
                    "name may hold letters, digits, '-' and '_', not '" + Printable.value(name) + "'");
        }
    }
}
