package dev.spectraledge.trainer.io;

import dev.spectraledge.trainer.RunException;
import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.IOException;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;

/**
 * An event file of TensorBoard that holds scalars. Marks in it say up to which step it is complete; who goes on with a
 * file goes on after such a mark, and what followed it, cut records included, is dropped. As the same steps give records of
 * the same length, a TensorBoard that shows the file meanwhile stays in step.
 */
public final class TensorBoardFile implements AutoCloseable {
    /** {@link #completeStep()} of a file without a mark. */
    public static final long NOTHING = -1;

    private static final String VERSION = "brain.Event:2";
    private static final int BUFFERED_BYTES = 1 << 20;
    // Fields of Event, SessionLog and Summary in TensorFlow's event.proto and summary.proto.
    private static final int WALL_TIME = 1;
    private static final int STEP = 2;
    private static final int FILE_VERSION = 3;
    private static final int SUMMARY = 5;
    private static final int SESSION_LOG = 7;
    private static final int STATUS = 1;
    private static final int CHECKPOINT = 3;
    private static final int VALUE = 1;
    private static final int TAG = 1;
    private static final int SIMPLE_VALUE = 2;

    private final Path file;
    private final FileChannel channel;
    private final ByteArrayOutputStream pending = new ByteArrayOutputStream();
    private long completeStep;

    private TensorBoardFile(Path file, FileChannel channel, Kept kept) {
        this.file = file;
        this.channel = channel;
        this.completeStep = kept.step();
    }

    /** How much of an earlier file stays. */
    private record Kept(long bytes, long step) {}

    /**
     * Starts a file.
     *
     * @param file its name, for messages
     * @param channel empty; closed with this object
     */
    public static TensorBoardFile start(Path file, FileChannel channel) {
        TensorBoardFile started = new TensorBoardFile(file, channel, new Kept(0, NOTHING));
        started.writeVersion();
        return started;
    }

    /** Opens or creates a file, and keeps what is in it up to the last mark of a step of at most {@code step}. */
    public static TensorBoardFile resume(Path file, long step) {
        Kept kept = kept(file, step);
        FileChannel channel = null;
        try {
            channel = RegularFile.openOwn(file, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
            channel.truncate(kept.bytes());
            channel.position(kept.bytes());
        } catch (IOException failure) {
            RunException wrapped = RunException.of("cannot write", file, failure);
            closeAfter(channel, wrapped);
            throw wrapped;
        }
        TensorBoardFile resumed = new TensorBoardFile(file, channel, kept);
        if (kept.bytes() == 0) {
            resumed.writeVersion();
        }
        return resumed;
    }

    private static void closeAfter(FileChannel channel, RunException failure) {
        if (channel != null) {
            try {
                channel.close();
            } catch (IOException second) {
                failure.addSuppressed(second);
            }
        }
    }

    private static Kept kept(Path file, long step) {
        Kept kept = new Kept(0, NOTHING);
        long position = 0;
        try (DataInputStream in = new DataInputStream(
                new BufferedInputStream(Channels.newInputStream(RegularFile.openOwn(file, StandardOpenOption.READ))))) {
            byte[] event = TensorBoardRecord.next(in).message();
            while (event != null) {
                position += TensorBoardRecord.FRAME + event.length;
                long marked = markedStep(event);
                if (kept.bytes() == 0 || (marked != NOTHING && marked <= step)) {
                    kept = new Kept(position, marked);
                }
                event = TensorBoardRecord.next(in).message();
            }
        } catch (NoSuchFileException absent) {
            return kept;
        } catch (IOException failure) {
            throw RunException.of("cannot read", file, failure);
        }
        return kept;
    }

    /** The step of a mark; {@link #NOTHING} if the event is none, or was not written by this program. */
    private static long markedStep(byte[] event) {
        try {
            return stepOfMark(event);
        } catch (BufferUnderflowException | IllegalArgumentException malformed) {
            return NOTHING;
        }
    }

    private static long stepOfMark(byte[] event) {
        ProtobufFields fields = ProtobufFields.of(event);
        long step = 0;
        boolean mark = false;
        while (fields.next()) {
            if (fields.is(STEP, ProtobufMessage.VARINT)) {
                step = fields.number();
            }
            mark |= fields.is(SESSION_LOG, ProtobufMessage.BYTES);
        }
        return mark ? step : NOTHING;
    }

    private void writeVersion() {
        write(new ProtobufMessage().real(WALL_TIME, now()).text(FILE_VERSION, VERSION));
        flush();
    }

    private static double now() {
        return System.currentTimeMillis() / 1e3;
    }

    /** All rows of steps up to this one are in the file. */
    public long completeStep() {
        return completeStep;
    }

    /**
     * Adds the scalars of one step; those that are NaN are left out.
     *
     * @param wallTime seconds since 1970
     * @param tags names, as many as values
     */
    public void add(double wallTime, long step, List<String> tags, double[] values) {
        ProtobufMessage summary = new ProtobufMessage();
        boolean any = false;
        for (int index = 0; index < values.length; index++) {
            if (!Double.isNaN(values[index])) {
                ProtobufMessage scalar = new ProtobufMessage().text(TAG, tags.get(index));
                summary.message(VALUE, scalar.real(SIMPLE_VALUE, (float) values[index]));
                any = true;
            }
        }
        if (any) {
            write(new ProtobufMessage()
                    .real(WALL_TIME, wallTime)
                    .number(STEP, step)
                    .message(SUMMARY, summary));
        }
    }

    /** Marks that all rows of steps up to {@code step} were added, and brings them to the file. */
    public void markComplete(long step) {
        write(new ProtobufMessage()
                .real(WALL_TIME, now())
                .number(STEP, step)
                .message(SESSION_LOG, new ProtobufMessage().number(STATUS, CHECKPOINT)));
        completeStep = step;
        flush();
    }

    private void write(ProtobufMessage event) {
        pending.writeBytes(TensorBoardRecord.of(event.toBytes()));
        if (pending.size() >= BUFFERED_BYTES) {
            flush();
        }
    }

    /** Brings everything that was added to the file. */
    public void flush() {
        try {
            AtomicFile.writeFully(channel, ByteBuffer.wrap(pending.toByteArray()));
            pending.reset();
        } catch (IOException failure) {
            throw RunException.of("cannot write", file, failure);
        }
    }

    @Override
    public void close() {
        try {
            channel.close();
        } catch (IOException failure) {
            throw RunException.of("cannot close", file, failure);
        }
    }
}
