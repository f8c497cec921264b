/**
 * The same training step in our engine and in the peers, each in a process of its own, timed in turns within one
 * invocation.
 */
package dev.spectraledge.bench.peers;
