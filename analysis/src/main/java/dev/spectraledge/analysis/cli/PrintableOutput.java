package dev.spectraledge.analysis.cli;

import java.io.ByteArrayOutputStream;
import java.io.FilterOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Locale;

/**
 * Text in UTF-8 on its way to a terminal, which would obey control characters in names that somebody else chose: but for
 * line ends and tabulators they become escape sequences.
 */
final class PrintableOutput extends FilterOutputStream {
    private static final int DELETE = 0x7f;
    /** In UTF-8 the control characters beyond ASCII are this octet and one that is the character. */
    private static final int BEFORE_CONTROL = 0xc2;

    private static final int FIRST_CONTROL = 0x80;
    private static final int LAST_CONTROL = 0x9f;

    /** Whether {@link #BEFORE_CONTROL} came last and has not been written. */
    private boolean held;

    PrintableOutput(OutputStream terminal) {
        super(terminal);
    }

    @Override
    public void write(int octet) throws IOException {
        write(new byte[] {(byte) octet}, 0, 1);
    }

    @Override
    public void write(byte[] bytes, int offset, int length) throws IOException {
        ByteArrayOutputStream printable = new ByteArrayOutputStream(length);
        for (int index = offset; index < offset + length; index++) {
            append(Byte.toUnsignedInt(bytes[index]), printable);
        }
        out.write(printable.toByteArray());
    }

    private void append(int octet, ByteArrayOutputStream printable) {
        boolean control = (octet < ' ' && octet != '\n' && octet != '\t') || octet == DELETE;
        if (held) {
            held = false;
            control = octet >= FIRST_CONTROL && octet <= LAST_CONTROL;
            if (!control) {
                printable.write(BEFORE_CONTROL);
            }
        }
        if (control) {
            printable.writeBytes(String.format(Locale.ROOT, "\\u%04x", octet).getBytes(StandardCharsets.US_ASCII));
        } else if (octet == BEFORE_CONTROL) {
            held = true;
        } else {
            printable.write(octet);
        }
    }
}
