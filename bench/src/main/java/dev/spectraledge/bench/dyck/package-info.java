/** The paper's Dyck training in our engine, as the benchmarks run it. */
package dev.spectraledge.bench.dyck;
