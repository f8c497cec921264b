/** JMH benchmarks of the engine's parts; each fork prints what it resolved before it measures. */
package dev.spectraledge.bench.micro;
