package dev.spectraledge.trainer.io;

import java.nio.channels.Channels;
import java.nio.file.Path;
import java.time.LocalDateTime;
import java.util.Map;
import java.util.zip.CRC32;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;

/** Writes NumPy's files of named arrays, whole or not at all: zip archives of {@link NpyArray}s, not compressed. */
public final class NpzWriter {
    /** The earliest time that a zip archive can hold: equal arrays make equal files. */
    private static final LocalDateTime NO_TIME = LocalDateTime.of(1980, 1, 1, 0, 0);

    private NpzWriter() {}

    /**
     * Writes {@code arrays} in their order.
     *
     * @throws dev.spectraledge.trainer.RunException with one line if the file cannot be written
     */
    public static void write(Path file, Map<String, NpyArray> arrays) {
        AtomicFile.write(file, channel -> {
            // Not closed: that would close the channel, which is not ours.
            ZipOutputStream archive = new ZipOutputStream(Channels.newOutputStream(channel));
            archive.setMethod(ZipOutputStream.STORED);
            for (Map.Entry<String, NpyArray> named : arrays.entrySet()) {
                byte[] bytes = named.getValue().bytes();
                CRC32 checksum = new CRC32();
                checksum.update(bytes);
                ZipEntry entry = new ZipEntry(named.getKey() + ".npy");
                entry.setSize(bytes.length);
                entry.setCrc(checksum.getValue());
                entry.setTimeLocal(NO_TIME);
                archive.putNextEntry(entry);
                archive.write(bytes);
                archive.closeEntry();
            }
            archive.finish();
        });
    }
}
