/** How many steps all runs of a machine take together, depending on how they share it. */
package dev.spectraledge.bench.throughput;
