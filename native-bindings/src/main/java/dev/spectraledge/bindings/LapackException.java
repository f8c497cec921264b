package dev.spectraledge.bindings;

/** A factorisation that failed for numerical reasons: LAPACK returned a positive {@code info}. */
public final class LapackException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final String routine;
    private final int info;

    LapackException(String routine, int info, String meaning) {
        super(routine + ": " + meaning + " (info = " + info + ")");
        this.routine = routine;
        this.info = info;
    }

    /** The LAPACK routine, for example {@code sgesdd}. */
    public String routine() {
        return routine;
    }

    /** LAPACK's positive status. */
    public int info() {
        return info;
    }
}
