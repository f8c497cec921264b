package dev.spectraledge.bindings;

/** Names and meanings of cuSOLVER's status codes; the library has no function for them. */
enum CuSolverStatus {
    NOT_INITIALIZED(1, "the library was not initialised; a driver that is missing or too old is the usual cause"),
    ALLOC_FAILED(2, "memory could not be allocated"),
    INVALID_VALUE(3, "an argument is invalid"),
    ARCH_MISMATCH(4, "the device lacks a feature that the function needs"),
    MAPPING_ERROR(5, "a texture could not be bound"),
    EXECUTION_FAILED(6, "a kernel failed"),
    INTERNAL_ERROR(7, "an internal operation failed"),
    MATRIX_TYPE_NOT_SUPPORTED(8, "the type of matrix is not supported"),
    NOT_SUPPORTED(9, "the combination of arguments is not supported"),
    ZERO_PIVOT(10, "a pivot is zero"),
    INVALID_LICENSE(11, "the licence is invalid"),
    INVALID_WORKSPACE(31, "the workspace is invalid");

    private final int code;
    private final String text;

    CuSolverStatus(int code, String text) {
        this.code = code;
        this.text = text;
    }

    /** The status by its name in {@code cusolver_common.h}. */
    static String name(int code) {
        for (CuSolverStatus status : values()) {
            if (status.code == code) {
                return "CUSOLVER_STATUS_" + status.name();
            }
        }
        return "CUSOLVER_STATUS_" + code;
    }

    /** What the status means. */
    static String text(int code) {
        for (CuSolverStatus status : values()) {
            if (status.code == code) {
                return status.text;
            }
        }
        return "unknown status";
    }
}
