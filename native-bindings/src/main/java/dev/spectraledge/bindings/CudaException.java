package dev.spectraledge.bindings;

/** A call into the CUDA driver or one of its libraries that returned an error. */
public final class CudaException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final String operation;
    private final int code;
    private final String name;
    private final String text;

    CudaException(String operation, int code, String name, String text) {
        super(operation + ": " + name + " (" + code + "): " + text);
        this.operation = operation;
        this.code = code;
        this.name = name;
        this.text = text;
    }

    /** The function that failed, with what it was asked for where that helps, for example {@code cuMemAlloc of 64 bytes}. */
    public String operation() {
        return operation;
    }

    /** The library's status. */
    public int code() {
        return code;
    }

    /** The status by name, for example {@code CUDA_ERROR_OUT_OF_MEMORY}. */
    public String name() {
        return name;
    }

    /** The library's own words, a compiler's log among them. */
    public String text() {
        return text;
    }
}
