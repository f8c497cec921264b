package dev.spectraledge.bench.gpu;

import dev.spectraledge.bench.peers.Quantile;
import dev.spectraledge.bindings.CudaDriver;
import dev.spectraledge.kernels.Backend;
import dev.spectraledge.kernels.Tensor;
import dev.spectraledge.kernels.cuda.CudaBackend;
import java.lang.reflect.Method;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Times every operation of a backend by the device's own clock, between marks in its stream. Operations have the same name
 * where they are the same method on operands of the same shapes.
 */
final class CallTimes implements AutoCloseable {
    /** Methods that ask the device for nothing, or do not come back before it has done everything. */
    private static final Set<String> UNTIMED = Set.of(
            "name", "allocate", "mirror", "isAsynchronous", "synchronize", "table", "toString", "hashCode", "equals");

    private static final int SHAPES_IN_A_NAME = 2;

    private record Timed(String name, int mark) {}

    private final CudaBackend backend;
    private final List<CudaDriver.Event> marks = new ArrayList<>();
    private final List<Timed> timed = new ArrayList<>();
    private final Map<String, List<Double>> microseconds = new LinkedHashMap<>();
    private int usedMarks;
    private boolean timing;

    CallTimes(CudaBackend backend) {
        this.backend = backend;
    }

    /** The backend whose calls are timed; it records nothing, because a recording has no marks. */
    Backend backend() {
        return EagerBackend.of(backend, this::call);
    }

    /** Times the calls of some work, and waits for them. */
    void time(Runnable work) {
        timing = true;
        work.run();
        timing = false;
        CudaDriver.synchronize(backend.device().stream());
        for (Timed call : timed) {
            microseconds
                    .computeIfAbsent(call.name(), name -> new ArrayList<>())
                    .add(CudaDriver.elapsedMilliseconds(marks.get(call.mark()), marks.get(call.mark() + 1)) * 1e3);
        }
        timed.clear();
        usedMarks = 0;
    }

    Set<String> names() {
        return microseconds.keySet();
    }

    int calls(String name) {
        return microseconds.get(name).size();
    }

    /** Median of a call. */
    double microseconds(String name) {
        return Quantile.of(
                microseconds.get(name).stream().mapToDouble(Double::doubleValue).toArray(), 0.5);
    }

    private Object call(Method method, Object[] arguments, EagerBackend.Call call) throws Throwable {
        if (!timing || UNTIMED.contains(method.getName())) {
            return call.make();
        }
        int mark = usedMarks;
        mark();
        Object result = call.make();
        mark();
        timed.add(new Timed(name(method, arguments), mark));
        return result;
    }

    private void mark() {
        if (usedMarks == marks.size()) {
            marks.add(CudaDriver.createTimingEvent());
        }
        CudaDriver.record(marks.get(usedMarks), backend.device().stream());
        usedMarks++;
    }

    private static String name(Method method, Object[] arguments) {
        StringBuilder name = new StringBuilder(method.getName());
        Arrays.stream(arguments)
                .filter(Tensor.class::isInstance)
                .limit(SHAPES_IN_A_NAME)
                .forEach(tensor -> name.append(' ').append(Arrays.toString(((Tensor) tensor).shape())));
        return name.toString();
    }

    @Override
    public void close() {
        marks.forEach(CudaDriver::destroy);
    }
}
