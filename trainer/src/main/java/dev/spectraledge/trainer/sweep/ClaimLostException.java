package dev.spectraledge.trainer.sweep;

import dev.spectraledge.trainer.RunException;

/** Another process has taken over a run that this one was computing, because it seemed dead; nothing more is written. */
final class ClaimLostException extends RunException {
    ClaimLostException(String message) {
        super(message);
    }

    ClaimLostException(String message, Throwable cause) {
        super(message, cause);
    }
}
