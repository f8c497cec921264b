/** The published SCAN training, for benchmarks. */
package dev.spectraledge.bench.scan;
