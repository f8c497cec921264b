package dev.spectraledge.analysis.cli;

import dev.spectraledge.kernels.HeardLogger;
import dev.spectraledge.trainer.io.AtomicFile;
import java.util.Arrays;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;

/**
 * The program, which gets a signal at one of its changes of files: at no other moment, however busy the machine is. Whatever
 * else would change a file waits meanwhile.
 */
final class SignalledSedge implements Consumer<String> {
    private final String signal;
    private final String change;
    private int left;

    /**
     * A signal to come.
     *
     * @param change pattern of what {@link AtomicFile} tells of the change
     * @param count which of these changes it is, from 1 on
     */
    SignalledSedge(String signal, String change, int count) {
        this.signal = signal;
        this.change = change;
        left = count;
    }

    @Override
    public synchronized void accept(String told) {
        if (!told.matches(change) || --left != 0) {
            return;
        }
        Signals.raise(signal);
        while (signal.equals("KILL")) {
            LockSupport.park();
        }
    }

    /**
     * Runs a command.
     *
     * @param arguments those of the constructor, then the command
     */
    @SuppressWarnings("try") // changes are heard while the block runs
    public static void main(String[] arguments) {
        SignalledSedge signalled = new SignalledSedge(arguments[0], arguments[1], Integer.parseInt(arguments[2]));
        try (HeardLogger changes = new HeardLogger(AtomicFile.class, signalled)) {
            Sedge.main(Arrays.copyOfRange(arguments, 3, arguments.length));
        }
    }
}
