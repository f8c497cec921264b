package dev.spectraledge.bench.peers;

import java.util.List;

/** Makes one kind of {@link StepContestant}; the peers' are found by {@link java.util.ServiceLoader}. */
public interface StepContestantProvider {

    /** A short stable identifier, used on the command line and in result files. */
    String name();

    /** The training whose step this is. */
    default String workload() {
        return "dyck";
    }

    /** Whether this is our own engine, with which all others are compared. */
    default boolean ours() {
        return false;
    }

    /** The thread configurations worth trying on a machine with the given number of processors; the best one counts. */
    List<ThreadConfiguration> threadConfigurations(int processors);

    /** Called once, in the process that runs the contestant. */
    StepContestant create(StepInputs inputs, ThreadConfiguration threads);
}
