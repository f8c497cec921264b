package dev.spectraledge.trainer.io.torch;

import java.util.List;

/** What stands for a function or class of Python: code of ours that makes a value from the arguments of a call. */
@FunctionalInterface
interface Constructor {
    /**
     * Makes the value.
     *
     * @throws IllegalArgumentException that says what is wrong with the arguments
     */
    Object make(List<Object> arguments);
}
