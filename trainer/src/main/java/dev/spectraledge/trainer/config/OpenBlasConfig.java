package dev.spectraledge.trainer.config;

import dev.spectraledge.trainer.key.MayBeNull;

/**
 * Settings of the OpenBLAS library.
 *
 * @param coreType the kernels that it should use, by OpenBLAS's own name such as {@code Cooperlake}; null leaves the
 *     choice to the environment and the library
 */
public record OpenBlasConfig(@MayBeNull String coreType) {}
