/** The published modular-arithmetic training, for benchmarks. */
package dev.spectraledge.bench.modular;
