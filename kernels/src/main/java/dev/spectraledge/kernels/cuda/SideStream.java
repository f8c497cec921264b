package dev.spectraledge.kernels.cuda;

import dev.spectraledge.bindings.CuBlas;
import dev.spectraledge.bindings.CudaDriver;
import dev.spectraledge.kernels.Tensor;
import java.util.Arrays;

/**
 * A second stream, for work whose results are not needed soon. What it is given between {@link #begin} and {@link #end}
 * runs beside the device's own stream, in a recording as a branch of the graph. The device's own stream waits for it when
 * it is about to write memory that the work uses, and then for that piece of work and those before it alone.
 */
final class SideStream {
    /** Pieces of work under way. */
    private static final int MOST = 16;

    private final CudaDevice device;
    private final CudaDriver.Stream stream;
    private final CuBlas blas;
    private final CudaDriver.Event begun;
    private final Work[] works = new Work[MOST];
    private int first;
    private int count;

    SideStream(CudaDevice device) {
        this.device = device;
        stream = CudaDriver.createStream();
        blas = device.createBlas(stream);
        begun = CudaDriver.createEvent();
        Arrays.setAll(works, i -> new Work());
    }

    /** What uses memory until its event. */
    private static final class Work {
        private static final int MOST_PLACES = 2 * ColumnSums.MOST;

        private final MemoryPlace[] places = new MemoryPlace[MOST_PLACES];
        private final CudaDriver.Event ended = CudaDriver.createEvent();
        private int used;

        Work() {
            Arrays.setAll(places, i -> new MemoryPlace());
        }

        boolean uses(Tensor tensor) {
            for (int i = 0; i < used; i++) {
                if (places[i].overlaps(tensor)) {
                    return true;
                }
            }
            return false;
        }
    }

    CuBlas blas() {
        return blas;
    }

    CudaDriver.Stream stream() {
        return stream;
    }

    /** Lets the side wait for everything so far, for a new piece of work. */
    void begin() {
        device.use();
        if (count == MOST) {
            waitForFirst(1);
        }
        work(count).used = 0;
        CudaDriver.record(begun, device.stream());
        CudaDriver.waitFor(stream, begun);
    }

    /** The work that was begun reads or writes this tensor. */
    void uses(Tensor tensor) {
        Work work = work(count);
        work.places[work.used++].set(tensor);
    }

    /** The work that was begun reads or writes memory at this place. */
    void uses(MemoryPlace place) {
        Work work = work(count);
        work.places[work.used++].set(place);
    }

    void end() {
        CudaDriver.record(work(count).ended, stream);
        count++;
    }

    /** Lets the device's own stream wait for all work that uses the tensor, which is about to be written. */
    void waitForUsersOf(Tensor written) {
        for (int i = count - 1; i >= 0; i--) {
            if (work(i).uses(written)) {
                waitForFirst(i + 1);
                return;
            }
        }
    }

    /** Lets the device's own stream wait for all work. */
    void waitForAll() {
        waitForFirst(count);
    }

    private void waitForFirst(int number) {
        if (number > 0) {
            CudaDriver.waitFor(device.stream(), work(number - 1).ended);
            forgetFirst(number);
        }
    }

    /** Of a recording that has failed. */
    void forgetAll() {
        forgetFirst(count);
    }

    private void forgetFirst(int number) {
        first = (first + number) % MOST;
        count -= number;
    }

    private Work work(int index) {
        return works[(first + index) % MOST];
    }

    /** Gives everything back, after all work is done. */
    void close() {
        blas.close();
        CudaDriver.destroy(begun);
        for (Work work : works) {
            CudaDriver.destroy(work.ended);
        }
        CudaDriver.destroy(stream);
    }
}
