package dev.spectraledge.analysis.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Stream;

/** Signals as the system sends them, by their names without SIG. */
final class Signals {
    private static final Path STATUS = Path.of("/proc/self/status");
    /** What no program can handle. */
    private static final Set<String> UNHEARD = Set.of("KILL", "STOP");

    private Signals() {}

    static boolean exist() {
        return Files.exists(STATUS);
    }

    /** Shells let the programs that they start in the background ignore Ctrl-C, and their children as well. */
    static boolean isIgnored(int signal) throws IOException {
        try (Stream<String> lines = Files.lines(STATUS)) {
            long ignored = lines.filter(line -> line.startsWith("SigIgn:"))
                    .mapToLong(line -> Long.parseUnsignedLong(line.substring(7).strip(), 16))
                    .findFirst()
                    .orElseThrow();
            return (ignored >> (signal - 1) & 1) == 1;
        }
    }

    /** @param process its number */
    static void send(String name, long process) {
        String[] command = {"kill", "-" + name, Long.toString(process)};
        try {
            assertThat(new ProcessBuilder(command).inheritIO().start().waitFor())
                    .isZero();
        } catch (IOException | InterruptedException failure) {
            throw new IllegalStateException("cannot send " + name, failure);
        }
    }

    /**
     * Sends this process a signal and returns when its handler has. {@code sun.misc.Signal} is used by reflection because
     * the compiler's warning about it cannot be turned off.
     */
    static void raise(String name) {
        long self = ProcessHandle.current().pid();
        if (UNHEARD.contains(name)) {
            send(name, self);
            return;
        }
        try {
            Class<?> signalType = Class.forName("sun.misc.Signal");
            Class<?> handlerType = Class.forName("sun.misc.SignalHandler");
            Method handle = signalType.getMethod("handle", signalType, handlerType);
            Object signal = signalType.getConstructor(String.class).newInstance(name);
            AtomicReference<Object> usual = new AtomicReference<>();
            CountDownLatch handled = new CountDownLatch(1);
            Object relay = Proxy.newProxyInstance(
                    Signals.class.getClassLoader(), new Class<?>[] {handlerType}, (proxy, method, arguments) -> {
                        try {
                            return method.invoke(usual.get(), arguments);
                        } finally {
                            handled.countDown();
                        }
                    });
            usual.set(handle.invoke(null, signal, relay));
            send(name, self);
            handled.await();
            handle.invoke(null, signal, usual.get());
        } catch (ReflectiveOperationException | InterruptedException failure) {
            throw new IllegalStateException("cannot raise " + name, failure);
        }
    }
}
