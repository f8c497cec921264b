package dev.spectraledge.trainer.io;

import dev.spectraledge.trainer.RunException;
import java.io.BufferedInputStream;
import java.io.DataInputStream;
import java.io.IOException;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.file.Path;

/**
 * Reads the scalars of an event file of TensorBoard, whoever wrote it: {@code simple_value}, as PyTorch and {@link
 * TensorBoardFile} write them, and the tensors without dimensions of TensorFlow 2. Everything else in the file is passed over.
 */
public final class TensorBoardReader {
    // Fields of Event and Summary in TensorFlow's event.proto and summary.proto, and of TensorProto in tensor.proto.
    private static final int STEP = 2;
    private static final int SUMMARY = 5;
    private static final int VALUE = 1;
    private static final int TAG = 1;
    private static final int SIMPLE_VALUE = 2;
    private static final int TENSOR = 8;
    private static final int TYPE = 1;
    private static final int TENSOR_CONTENT = 4;
    private static final int FLOATS = 5;
    private static final int DOUBLES = 6;
    // Of types.proto.
    private static final int FLOAT = 1;
    private static final int DOUBLE = 2;

    private TensorBoardReader() {}

    /** Hears the scalars in the order of the file. */
    @FunctionalInterface
    public interface Scalars {
        void scalar(String tag, long step, double value);
    }

    /**
     * Reads all scalars up to the end of the file, or up to a last record that is cut because its writer has not come further.
     *
     * @return whether the last record is cut
     * @throws RunException if the file cannot be read or a record is damaged
     */
    public static boolean read(Path file, Scalars scalars) {
        try (DataInputStream in = new DataInputStream(new BufferedInputStream(RegularFile.stream(file)))) {
            long position = 0;
            TensorBoardRecord.Next next = TensorBoardRecord.next(in);
            while (next.kind() == TensorBoardRecord.Kind.WHOLE) {
                try {
                    event(ProtobufFields.of(next.message()), scalars);
                } catch (BufferUnderflowException | IllegalArgumentException malformed) {
                    throw new RunException(
                            file + ": the record at byte " + position + " is not a TensorBoard event", malformed);
                }
                position += TensorBoardRecord.FRAME + next.message().length;
                next = TensorBoardRecord.next(in);
            }
            if (next.kind() == TensorBoardRecord.Kind.DAMAGED) {
                throw new RunException(file
                        + (position == 0
                                ? ": not a TensorBoard event file, or damaged from its first record on"
                                : ": the record at byte " + position + " is damaged: its checksum is another"));
            }
            return next.kind() == TensorBoardRecord.Kind.CUT;
        } catch (IOException failure) {
            throw RunException.of("cannot read", file, failure);
        }
    }

    private static void event(ProtobufFields event, Scalars scalars) {
        long step = 0;
        ProtobufFields summary = null;
        while (event.next()) {
            if (event.is(STEP, ProtobufMessage.VARINT)) {
                step = event.number();
            } else if (event.is(SUMMARY, ProtobufMessage.BYTES)) {
                summary = event.message();
            }
        }
        while (summary != null && summary.next()) {
            if (summary.is(VALUE, ProtobufMessage.BYTES)) {
                value(summary.message(), step, scalars);
            }
        }
    }

    private static void value(ProtobufFields value, long step, Scalars scalars) {
        String tag = "";
        Double scalar = null;
        while (value.next()) {
            if (value.is(TAG, ProtobufMessage.BYTES)) {
                tag = value.text();
            } else if (value.is(SIMPLE_VALUE, ProtobufMessage.FIXED32)) {
                scalar = (double) value.real32();
            } else if (value.is(TENSOR, ProtobufMessage.BYTES)) {
                scalar = scalar(value.message());
            }
        }
        if (scalar != null) {
            scalars.scalar(tag, step, scalar);
        }
    }

    /** The only number of a tensor; null if it has several, or none. */
    private static Double scalar(ProtobufFields tensor) {
        long type = 0;
        ByteBuffer numbers = null;
        Double single = null;
        while (tensor.next()) {
            if (tensor.is(TYPE, ProtobufMessage.VARINT)) {
                type = tensor.number();
            } else if (tensor.is(TENSOR_CONTENT, ProtobufMessage.BYTES)
                    || tensor.is(FLOATS, ProtobufMessage.BYTES)
                    || tensor.is(DOUBLES, ProtobufMessage.BYTES)) {
                numbers = tensor.content();
            } else if (tensor.is(FLOATS, ProtobufMessage.FIXED32)) {
                single = (double) tensor.real32();
            } else if (tensor.is(DOUBLES, ProtobufMessage.FIXED64)) {
                single = tensor.real64();
            }
        }
        if (numbers != null && type == FLOAT && numbers.remaining() == Float.BYTES) {
            return (double) numbers.getFloat();
        }
        return numbers != null && type == DOUBLE && numbers.remaining() == Double.BYTES
                ? (Double) numbers.getDouble()
                : single;
    }
}
