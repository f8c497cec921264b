package dev.spectraledge.bench.gpu;

import dev.spectraledge.kernels.Backend;
import dev.spectraledge.kernels.Replay;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;

/** A backend that records nothing: a replay calls the operations again. All else is done by the backend behind it. */
final class EagerBackend {
    /** What is done around each call. */
    @FunctionalInterface
    interface Around {
        Object call(Method method, Object[] arguments, Call call) throws Throwable;
    }

    /** A call of the backend behind. */
    @FunctionalInterface
    interface Call {
        Object make() throws Throwable;
    }

    private EagerBackend() {}

    static Backend of(Backend backend) {
        return of(backend, (method, arguments, call) -> call.make());
    }

    static Backend of(Backend backend, Around around) {
        return (Backend) Proxy.newProxyInstance(
                Backend.class.getClassLoader(),
                new Class<?>[] {Backend.class},
                (proxy, method, arguments) -> method.getName().equals("record")
                        ? new Repetition((Runnable) arguments[0])
                        : around.call(method, arguments, () -> invoke(backend, method, arguments)));
    }

    private static Object invoke(Backend backend, Method method, Object[] arguments) throws Throwable {
        try {
            return method.invoke(backend, arguments);
        } catch (InvocationTargetException e) {
            throw e.getCause();
        }
    }

    private record Repetition(Runnable operations) implements Replay {
        @Override
        public void replay() {
            operations.run();
        }

        @Override
        public void close() {}
    }
}
