package dev.spectraledge.bench.peers;

/** A contestant cannot take part; the message is one line that says why. */
final class ContestantException extends Exception {

    private static final long serialVersionUID = 1L;

    ContestantException(String message) {
        super(message);
    }
}
