/**
 * The specification of {@link dev.spectraledge.kernels.Backend}: every operation as its formula, in plain loops over
 * doubles. Values are rounded to the tensor's type only where they are stored. Unlike the other backends this one
 * allocates freely.
 */
package dev.spectraledge.kernels.reference;
