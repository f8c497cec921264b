package dev.spectraledge.analysis.cli;

import dev.spectraledge.trainer.training.StopRequest;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandleProxies;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Consumer;

/**
 * While this is open, the signals by which people and batch systems end a program make a {@link StopRequest} instead; a
 * second Ctrl-C ends the process at once. A signal that the process was told to ignore, or that the system does not have,
 * is left as it is.
 *
 * <p>Java's only access to signals, {@code sun.misc.Signal} of the module {@code jdk.unsupported}, is used by reflection,
 * because the compiler's warning about it cannot be turned off.
 */
final class StopSignals implements AutoCloseable {
    /** A run that was stopped by a signal for programs: EX_TEMPFAIL of sysexits.h, "try again later". */
    static final int TRY_AGAIN = 75;
    /** A run that was stopped by Ctrl-C: what shells report for it. */
    static final int INTERRUPTED = 130;

    private static final Map<String, Integer> EXIT_CODES =
            Map.of("INT", INTERRUPTED, "TERM", TRY_AGAIN, "USR1", TRY_AGAIN, "HUP", TRY_AGAIN);

    private final StopRequest request;
    private final Class<?> signalType;
    private final Class<?> handlerType;
    private final Method handle;
    private final Map<Object, Object> handlersBefore = new LinkedHashMap<>();
    private volatile int exitCode = TRY_AGAIN;

    StopSignals(StopRequest request) {
        this.request = request;
        try {
            signalType = Class.forName("sun.misc.Signal");
            handlerType = Class.forName("sun.misc.SignalHandler");
            handle = signalType.getMethod("handle", signalType, handlerType);
            Object ignored = handlerType.getField("SIG_IGN").get(null);
            for (String name : EXIT_CODES.keySet()) {
                take(name, ignored);
            }
        } catch (ReflectiveOperationException unsuitable) {
            throw new IllegalStateException(
                    "cannot handle signals; is the module jdk.unsupported missing?", unsuitable);
        }
    }

    private void take(String name, Object ignored) throws ReflectiveOperationException {
        try {
            Object signal = signalType.getConstructor(String.class).newInstance(name);
            Object before = handle.invoke(null, signal, handler(name));
            if (ignored.equals(before)) {
                handle.invoke(null, signal, ignored);
            } else {
                handlersBefore.put(signal, before);
            }
        } catch (InvocationTargetException failure) {
            if (!(failure.getCause() instanceof IllegalArgumentException)) {
                throw failure;
            }
        }
    }

    private Object handler(String name) throws ReflectiveOperationException {
        Consumer<Object> received = signal -> received(name);
        MethodHandle accept = MethodHandles.publicLookup()
                .findVirtual(Consumer.class, "accept", MethodType.methodType(void.class, Object.class));
        return MethodHandleProxies.asInterfaceInstance(
                handlerType, accept.bindTo(received).asType(MethodType.methodType(void.class, signalType)));
    }

    private void received(String name) {
        int code = EXIT_CODES.get(name);
        if (code == INTERRUPTED && request.isMade()) {
            Runtime.getRuntime().halt(code);
        }
        exitCode = code;
        request.make();
    }

    /** Exit code of a process whose run was stopped by the last signal. */
    int exitCode() {
        return exitCode;
    }

    /** Gives the signals back their former meaning. */
    @Override
    public void close() {
        handlersBefore.forEach((signal, before) -> {
            try {
                handle.invoke(null, signal, before);
            } catch (ReflectiveOperationException impossible) {
                throw new IllegalStateException("cannot give back signal " + signal, impossible);
            }
        });
    }
}
