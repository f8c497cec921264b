package dev.spectraledge.kernels;

/**
 * Memory of a device that the host can only reach through copies. A tensor in it reads and writes single elements through
 * this, which waits for everything that was launched before: slow, for tests and small tables.
 */
public interface DeviceMemory {
    /** The {@code bytes} (1 to 8) at {@code address}, the first one lowest; higher bits are 0. */
    long read(long address, int bytes);

    /** Stores the lowest {@code bytes} (1 to 8) of {@code bits} at {@code address}. */
    void write(long address, int bytes, long bits);
}
