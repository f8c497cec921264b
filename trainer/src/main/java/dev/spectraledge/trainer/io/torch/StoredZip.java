package dev.spectraledge.trainer.io.torch;

import dev.spectraledge.trainer.io.Printable;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The entries of a zip archive in memory, none of them compressed: each is a slice of the archive. Sizes and positions are
 * checked against the archive and one another before anything is taken from them; 64-bit archives are read. Checksums are
 * not looked at, as programs may leave them out of large archives. Format: PKWARE's APPNOTE 6.3.
 */
final class StoredZip {
    private static final int LOCAL = 0x04034b50;
    private static final int CENTRAL = 0x02014b50;
    private static final int END = 0x06054b50;
    private static final int END_64 = 0x06064b50;
    private static final int LOCATOR_64 = 0x07064b50;
    private static final int LOCAL_BYTES = 30;
    private static final int CENTRAL_BYTES = 46;
    private static final int END_BYTES = 22;
    private static final int END_64_BYTES = 56;
    private static final int LOCATOR_64_BYTES = 20;
    private static final int LONGEST_COMMENT = 0xFFFF;
    /** Far more tensors than any model has. */
    private static final int MOST_ENTRIES = 1 << 20;

    private static final int EXTRA_64 = 1;
    private static final int ENCRYPTED = 1;
    private static final long IN_EXTRA = 0xFFFF_FFFFL;

    private static final ValueLayout.OfShort SHORT =
            ValueLayout.JAVA_SHORT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
    private static final ValueLayout.OfInt INT = ValueLayout.JAVA_INT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
    private static final ValueLayout.OfLong LONG = ValueLayout.JAVA_LONG_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);

    private final MemorySegment bytes;

    private StoredZip(MemorySegment bytes) {
        this.bytes = bytes;
    }

    /** Where the central directory lies, and how many entries it has. */
    private record Directory(long from, long to, long entries) {}

    /** What the central directory says of an entry. */
    private record Listed(String name, long size, long header) {}

    /** All bytes that belong to an entry, its header included. */
    private record Extent(String name, long from, long to) {}

    /** Whether this begins as a zip archive does. */
    static boolean isZip(MemorySegment bytes) {
        return bytes.byteSize() >= Integer.BYTES && bytes.get(INT, 0) == LOCAL;
    }

    /**
     * The contents by name, in the order of the archive's directory.
     *
     * @throws IllegalArgumentException that says what is wrong with the archive
     */
    static Map<String, MemorySegment> entries(MemorySegment bytes) {
        return new StoredZip(bytes).entries();
    }

    private Map<String, MemorySegment> entries() {
        Directory directory = directory();
        Map<String, MemorySegment> entries = new LinkedHashMap<>();
        List<Extent> extents = new ArrayList<>();
        long position = directory.from;
        for (long index = 0; index < directory.entries; index++) {
            if (directory.to - position < CENTRAL_BYTES || bytes.get(INT, position) != CENTRAL) {
                throw new IllegalArgumentException(
                        "its directory ends after " + index + " of " + directory.entries + " entries");
            }
            long length = (long) CENTRAL_BYTES
                    + unsignedShort(position + 28)
                    + unsignedShort(position + 30)
                    + unsignedShort(position + 32);
            if (length > directory.to - position) {
                throw new IllegalArgumentException("its directory is cut in entry " + index);
            }
            Listed listed = listed(position);
            long data = data(listed, directory.from);
            extents.add(new Extent(listed.name, listed.header, data + listed.size));
            if (entries.put(listed.name, bytes.asSlice(data, listed.size)) != null) {
                throw new IllegalArgumentException("it has two entries '" + Printable.value(listed.name) + "'");
            }
            position += length;
        }
        requireDisjoint(extents);
        return entries;
    }

    private Directory directory() {
        long end = end();
        long entries = unsignedShort(end + 10);
        long size = unsignedInt(end + 12);
        long from = unsignedInt(end + 16);
        boolean oneDisk = unsignedShort(end + 4) == unsignedShort(end + 6);
        long limit = end;
        long locator = end - LOCATOR_64_BYTES;
        if (locator >= 0 && bytes.get(INT, locator) == LOCATOR_64) {
            long wide = bytes.get(LONG, locator + 8);
            if (wide < 0 || wide > locator - END_64_BYTES || bytes.get(INT, wide) != END_64) {
                throw new IllegalArgumentException("the end of its 64-bit directory is not where it should be");
            }
            oneDisk = bytes.get(INT, wide + 16) == bytes.get(INT, wide + 20);
            entries = bytes.get(LONG, wide + 32);
            size = bytes.get(LONG, wide + 40);
            from = bytes.get(LONG, wide + 48);
            limit = wide;
        }
        if (!oneDisk) {
            throw new IllegalArgumentException("it is one part of an archive of several");
        }
        if (from < 0
                || size < 0
                || from > limit
                || size > limit - from
                || entries < 0
                || entries > size / CENTRAL_BYTES) {
            throw new IllegalArgumentException("its directory (" + Long.toUnsignedString(entries) + " entries in "
                    + Long.toUnsignedString(size) + " bytes at " + Long.toUnsignedString(from)
                    + ") does not fit into its " + bytes.byteSize() + " bytes");
        }
        if (entries > MOST_ENTRIES) {
            throw new IllegalArgumentException("it has " + entries + " entries, at most " + MOST_ENTRIES + " are read");
        }
        return new Directory(from, from + size, entries);
    }

    /** Position of the record at the end, behind which nothing but its comment may follow. */
    private long end() {
        long last = bytes.byteSize() - END_BYTES;
        for (long position = last; position >= Math.max(0, last - LONGEST_COMMENT); position--) {
            if (bytes.get(INT, position) == END && unsignedShort(position + 20) == last - position) {
                return position;
            }
        }
        throw new IllegalArgumentException("truncated: it begins as a zip archive, but has no directory at its end");
    }

    private Listed listed(long position) {
        int flags = unsignedShort(position + 8);
        int method = unsignedShort(position + 10);
        int nameBytes = unsignedShort(position + 28);
        String name = text(position + CENTRAL_BYTES, nameBytes);
        if ((flags & ENCRYPTED) != 0) {
            throw new IllegalArgumentException("its entry '" + Printable.value(name) + "' is encrypted");
        }
        long extra = position + CENTRAL_BYTES + nameBytes;
        Wide wide = new Wide(extra, extra + unsignedShort(position + 30));
        long size = wide.resolve(unsignedInt(position + 24));
        long stored = wide.resolve(unsignedInt(position + 20));
        long header = wide.resolve(unsignedInt(position + 42));
        if (method != 0) {
            throw new IllegalArgumentException("its entry '" + Printable.value(name)
                    + "' is compressed, which torch.save never does; save it again with torch.save");
        }
        if (size != stored || size < 0 || header < 0) {
            throw new IllegalArgumentException(
                    "the sizes of its entry '" + Printable.value(name) + "' cannot be right");
        }
        return new Listed(name, size, header);
    }

    /** Position of an entry's data, which end before the directory. */
    private long data(Listed listed, long directory) {
        String named = "its entry '" + Printable.value(listed.name) + "' ";
        if (listed.header > directory - LOCAL_BYTES || bytes.get(INT, listed.header) != LOCAL) {
            throw new IllegalArgumentException(named + "has no header where the directory says");
        }
        int nameBytes = unsignedShort(listed.header + 26);
        long data = listed.header + LOCAL_BYTES + nameBytes + unsignedShort(listed.header + 28);
        if (data > directory || listed.size > directory - data) {
            throw new IllegalArgumentException(named + "of " + listed.size + " bytes does not fit into the archive");
        }
        if (!text(listed.header + LOCAL_BYTES, nameBytes).equals(listed.name)) {
            throw new IllegalArgumentException(named + "has another name in its header");
        }
        return data;
    }

    private static void requireDisjoint(List<Extent> extents) {
        extents.sort(Comparator.comparingLong(Extent::from).thenComparingLong(Extent::to));
        for (int index = 1; index < extents.size(); index++) {
            if (extents.get(index).from < extents.get(index - 1).to) {
                throw new IllegalArgumentException("its entries '" + Printable.value(extents.get(index - 1).name)
                        + "' and '" + Printable.value(extents.get(index).name) + "' overlap");
            }
        }
    }

    private String text(long from, int length) {
        return new String(bytes.asSlice(from, length).toArray(ValueLayout.JAVA_BYTE), StandardCharsets.UTF_8);
    }

    private int unsignedShort(long position) {
        return Short.toUnsignedInt(bytes.get(SHORT, position));
    }

    private long unsignedInt(long position) {
        return Integer.toUnsignedLong(bytes.get(INT, position));
    }

    /** The 64-bit values of an entry, of which each stands here if the 32-bit field for it is all ones. */
    private final class Wide {
        private long position;
        private final long end;

        Wide(long from, long to) {
            long field = from;
            while (to - field >= 4 && unsignedShort(field) != EXTRA_64) {
                field += 4 + unsignedShort(field + 2);
            }
            boolean found = to - field >= 4;
            position = found ? field + 4 : to;
            end = found ? Math.min(to, position + unsignedShort(field + 2)) : to;
        }

        long resolve(long narrow) {
            if (narrow != IN_EXTRA || end - position < Long.BYTES) {
                return narrow;
            }
            long value = bytes.get(LONG, position);
            position += Long.BYTES;
            return value;
        }
    }
}
