package dev.spectraledge.analysis.offline;

import dev.spectraledge.trainer.RunException;
import dev.spectraledge.trainer.io.RegularFile;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * Notices that somebody cuts files that are mapped: memory behind the new end of a file can no longer be read, and who reads it
 * all the same ends the process. Asking makes no garbage.
 */
final class UncutFiles implements AutoCloseable {
    private final List<Path> files;
    private final List<FileChannel> channels = new ArrayList<>();
    private final long[] lengths;

    /** Of files as long as they are now. */
    UncutFiles(List<Path> files) {
        this.files = List.copyOf(files);
        lengths = new long[files.size()];
        try {
            for (int index = 0; index < lengths.length; index++) {
                channels.add(RegularFile.open(files.get(index)));
                lengths[index] = length(index);
            }
        } catch (IOException failure) {
            close();
            throw RunException.of("cannot read", files.get(channels.size()), failure);
        } catch (RuntimeException | Error failure) {
            close();
            throw failure;
        }
    }

    private long length(int index) {
        try {
            return channels.get(index).size();
        } catch (IOException failure) {
            throw RunException.of("cannot read", files.get(index), failure);
        }
    }

    /** Whether all are at least as long as they were. */
    boolean areUncut() {
        for (int index = 0; index < lengths.length; index++) {
            if (length(index) < lengths[index]) {
                return false;
            }
        }
        return true;
    }

    @Override
    public void close() {
        for (FileChannel channel : channels) {
            try {
                channel.close();
            } catch (IOException ignored) {
                // Nothing was written.
            }
        }
    }
}
