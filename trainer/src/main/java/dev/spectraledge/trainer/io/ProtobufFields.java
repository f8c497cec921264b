package dev.spectraledge.trainer.io;

import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;

/**
 * Walks along the fields of one message in the wire format of Protocol Buffers, what {@link ProtobufMessage} writes. Bytes that
 * are no message end in a {@link BufferUnderflowException} or an {@link IllegalArgumentException}.
 */
final class ProtobufFields {
    private final ByteBuffer bytes;
    private int field;
    private int wireType;
    private long bits;
    private ByteBuffer content;

    private ProtobufFields(ByteBuffer bytes) {
        this.bytes = bytes.order(ByteOrder.LITTLE_ENDIAN);
    }

    static ProtobufFields of(byte[] message) {
        return new ProtobufFields(ByteBuffer.wrap(message));
    }

    /** Goes to the next field; false at the end of the message. */
    boolean next() {
        if (!bytes.hasRemaining()) {
            return false;
        }
        long key = varint();
        field = (int) (key >>> 3);
        wireType = (int) (key & 7);
        switch (wireType) {
            case ProtobufMessage.VARINT -> bits = varint();
            case ProtobufMessage.FIXED64 -> bits = bytes.getLong();
            case ProtobufMessage.FIXED32 -> bits = bytes.getInt();
            case ProtobufMessage.BYTES -> content = take(varint());
            default -> throw new IllegalArgumentException("wire type " + wireType);
        }
        return true;
    }

    /** Only ever forwards: otherwise a field could be read again and again. */
    private ByteBuffer take(long length) {
        if (length < 0 || length > bytes.remaining()) {
            throw new BufferUnderflowException();
        }
        ByteBuffer taken = bytes.slice(bytes.position(), (int) length);
        bytes.position(bytes.position() + (int) length);
        return taken;
    }

    private long varint() {
        long value = 0;
        int shift = 0;
        byte next;
        do {
            next = bytes.get();
            value |= (next & 0x7FL) << shift;
            shift += 7;
        } while (next < 0);
        return value;
    }

    /** Whether the field at hand has this number and is written this way. */
    boolean is(int number, int type) {
        return field == number && wireType == type;
    }

    /** A field of type {@link ProtobufMessage#VARINT}. */
    long number() {
        return bits;
    }

    /** A field of type {@link ProtobufMessage#FIXED32}. */
    float real32() {
        return Float.intBitsToFloat((int) bits);
    }

    /** A field of type {@link ProtobufMessage#FIXED64}. */
    double real64() {
        return Double.longBitsToDouble(bits);
    }

    /** A field of type {@link ProtobufMessage#BYTES}. */
    ByteBuffer content() {
        return content.duplicate().order(ByteOrder.LITTLE_ENDIAN);
    }

    /** The same as a message of its own. */
    ProtobufFields message() {
        return new ProtobufFields(content());
    }

    /** The same as text. */
    String text() {
        return StandardCharsets.UTF_8.decode(content()).toString();
    }
}
