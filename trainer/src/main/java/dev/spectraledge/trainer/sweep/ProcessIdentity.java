package dev.spectraledge.trainer.sweep;

import dev.spectraledge.trainer.RunException;
import java.io.IOException;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * Names a process in a way that other processes, on this machine or another, understand.
 *
 * @param host for people
 * @param pid within the space
 * @param space processes with equal ones see each other by their numbers: a machine since it was started, or a container
 *     in it
 * @param begin when the process began, which tells it from a later one of the same number
 */
record ProcessIdentity(String host, long pid, String space, String begin) {
    private static final Path HOST_NAME = Path.of("/proc/sys/kernel/hostname");
    private static final Path BOOT = Path.of("/proc/sys/kernel/random/boot_id");
    private static final Path NUMBERS = Path.of("/proc/self/ns/pid");
    private static final ProcessIdentity SELF = of(ProcessHandle.current());

    static ProcessIdentity ofThisProcess() {
        return SELF;
    }

    private static ProcessIdentity of(ProcessHandle process) {
        try {
            String host = hostName();
            String space = Files.isReadable(BOOT) && Files.isSymbolicLink(NUMBERS)
                    ? Files.readString(BOOT).strip() + " " + Files.readSymbolicLink(NUMBERS)
                    : host;
            return new ProcessIdentity(host, process.pid(), space, begin(process));
        } catch (IOException failure) {
            throw new RunException("cannot tell this machine from others: " + RunException.reason(failure), failure);
        }
    }

    private static String hostName() throws IOException {
        if (Files.isReadable(HOST_NAME)) {
            return Files.readString(HOST_NAME).strip();
        }
        try {
            return InetAddress.getLocalHost().getHostName();
        } catch (UnknownHostException unnamed) {
            return "localhost";
        }
    }

    private static String begin(ProcessHandle process) {
        return process.info().startInstant().map(Object::toString).orElse("");
    }

    /** Whether {@link #isAlive} can be told from here. */
    boolean isVisibleHere() {
        return space.equals(SELF.space);
    }

    boolean isAlive() {
        return ProcessHandle.of(pid)
                .filter(process -> process.isAlive() && begin(process).equals(begin))
                .isPresent();
    }

    @Override
    public String toString() {
        return host + ":" + pid;
    }
}
