package dev.spectraledge.trainer;

/** Watches the attention matrices, carries nothing from one observation to the next and writes nothing. */
public abstract class QuietObserver implements UpdateObserver {
    private final String name;
    private final int stride;

    protected QuietObserver(String name, int stride) {
        this.name = name;
        this.stride = stride;
    }

    @Override
    public final String name() {
        return name;
    }

    @Override
    public final int stride() {
        return stride;
    }

    @Override
    public final ParameterSubset subset() {
        return ParameterSubset.ATTENTION;
    }
}
