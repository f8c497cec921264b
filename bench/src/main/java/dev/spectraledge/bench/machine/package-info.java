/** The machine that was measured. */
package dev.spectraledge.bench.machine;
