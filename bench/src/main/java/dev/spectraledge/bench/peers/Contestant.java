package dev.spectraledge.bench.peers;

import java.util.List;

/**
 * One entry of a comparison: an implementation with a number of threads.
 *
 * @param name the implementation
 * @param threads its thread configuration
 * @param ours whether it is our own engine
 * @param lossTolerance how far its losses may be off the reference's, relative
 * @param command starts its process
 */
record Contestant(String name, ThreadConfiguration threads, boolean ours, double lossTolerance, List<String> command) {

    String label() {
        return name + " (" + threads.label() + ")";
    }
}
