package dev.spectraledge.trainer.io;

import dev.spectraledge.bindings.Sha256;
import dev.spectraledge.trainer.RunException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.OpenOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.Arrays;

/**
 * Opens files by names under which somebody else may have put anything. To open a pipe or a device can block for ever, or
 * do something, so whatever is no regular file is refused before. What this program writes is reached through no symbolic
 * link: whoever made the link would choose which file of the user is overwritten.
 */
public final class RegularFile {
    /** Longer documents are not read as a whole. */
    public static final long LONGEST_TEXT = 1L << 28;

    private RegularFile() {}

    /** Opens a file for reading; symbolic links are followed. */
    public static FileChannel open(Path file) throws IOException {
        requireRegular(file, Files.readAttributes(file, BasicFileAttributes.class));
        return FileChannel.open(file, StandardOpenOption.READ);
    }

    /** The same as a stream. */
    public static InputStream stream(Path file) throws IOException {
        return stream(file, Long.MAX_VALUE);
    }

    /**
     * The SHA-256 of a file, as 64 digits.
     *
     * @throws RunException with one line if it cannot be read
     */
    public static String sha256(Path file) {
        try (InputStream stream = stream(file)) {
            return Sha256.hex(stream);
        } catch (IOException failure) {
            throw RunException.of("cannot read", file, failure);
        }
    }

    /** A stream of a file that may have at most so many bytes. */
    static InputStream stream(Path file, long longest) throws IOException {
        FileChannel channel = open(file);
        try {
            requireShort(file, channel.size(), longest);
        } catch (IOException tooLong) {
            channel.close();
            throw tooLong;
        }
        return Channels.newInputStream(channel);
    }

    /**
     * Opens a file that belongs to this program; a symbolic link in its place is refused.
     *
     * @param options as for {@link FileChannel#open}
     */
    public static FileChannel openOwn(Path file, OpenOption... options) throws IOException {
        try {
            requireRegular(file, Files.readAttributes(file, BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS));
        } catch (NoSuchFileException absent) {
            // Whether it is to be made, the options say.
        }
        OpenOption[] own = Arrays.copyOf(options, options.length + 1);
        own[options.length] = LinkOption.NOFOLLOW_LINKS;
        return FileChannel.open(file, own);
    }

    /**
     * The text of a file in UTF-8; symbolic links are followed.
     *
     * @param longest most bytes that it may have
     */
    public static String text(Path file, long longest) throws IOException {
        try (FileChannel channel = open(file)) {
            return text(file, channel, longest);
        }
    }

    /** The text of a file that belongs to this program; a symbolic link in its place is refused. */
    public static String ownText(Path file, long longest) throws IOException {
        try (FileChannel channel = openOwn(file, StandardOpenOption.READ)) {
            return text(file, channel, longest);
        }
    }

    private static String text(Path file, FileChannel channel, long longest) throws IOException {
        long size = channel.size();
        requireShort(file, size, longest);
        ByteBuffer bytes = ByteBuffer.allocate((int) size);
        while (bytes.hasRemaining() && channel.read(bytes) >= 0) {
            // A file that shrinks meanwhile ends earlier.
        }
        try {
            return StandardCharsets.UTF_8.newDecoder().decode(bytes.flip()).toString();
        } catch (CharacterCodingException binary) {
            throw (FileSystemException)
                    refused(file, "it is not a text file in UTF-8").initCause(binary);
        }
    }

    private static void requireShort(Path file, long size, long longest) throws FileSystemException {
        if (size > longest) {
            throw refused(file, "it has " + size + " bytes, at most " + longest + " are read");
        }
    }

    private static void requireRegular(Path file, BasicFileAttributes attributes) throws FileSystemException {
        if (attributes.isSymbolicLink()) {
            throw refused(file, "it is a symbolic link, which is not followed here");
        }
        if (attributes.isDirectory()) {
            throw refused(file, "it is a directory, not a file");
        }
        if (!attributes.isRegularFile()) {
            throw refused(file, "it is a pipe, a socket or a device, not a regular file");
        }
    }

    private static FileSystemException refused(Path file, String reason) {
        return new FileSystemException(file.toString(), null, reason);
    }
}
