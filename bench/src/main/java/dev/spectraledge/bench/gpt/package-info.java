/** The training of small language models, for benchmarks. */
package dev.spectraledge.bench.gpt;
