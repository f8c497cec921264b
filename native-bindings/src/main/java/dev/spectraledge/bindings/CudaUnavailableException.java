package dev.spectraledge.bindings;

/** CUDA cannot be used on this machine; the message is one line that says why. */
public final class CudaUnavailableException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final Reason reason;

    CudaUnavailableException(Reason reason, String message) {
        super(message);
        this.reason = reason;
    }

    CudaUnavailableException(Reason reason, String message, Throwable cause) {
        super(message, cause);
        this.reason = reason;
    }

    /** What is absent. */
    public enum Reason {
        /** There is no NVIDIA driver, or it cannot be loaded. */
        NO_DRIVER,
        /** The driver is there but refuses to start. */
        DRIVER_FAILED,
        /** The driver is there but shows no device. */
        NO_DEVICE,
        /** No folder holds all libraries of one CUDA toolkit, or one of them cannot be loaded. */
        LIBRARIES_MISSING,
        /** The driver is older than the toolkit's libraries need. */
        DRIVER_TOO_OLD,
        /** The device is older than what the toolkit's compiler can compile for. */
        DEVICE_TOO_OLD
    }

    /** What is absent. */
    public Reason reason() {
        return reason;
    }
}
