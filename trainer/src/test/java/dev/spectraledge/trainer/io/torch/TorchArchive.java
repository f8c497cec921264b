package dev.spectraledge.trainer.io.torch;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.LocalDateTime;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.zip.CRC32;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;

/** Zip archives like those of {@code torch.save}, from pickles that are written by hand. */
public final class TorchArchive {
    /** {@code {'model': OrderedDict(w=tensor of shape [2, 3] in storage '0')}} as PyTorch describes it. */
    public static final String STATE_DICT = "\u0080\u0002}q\0" + text("model") + "ccollections\nOrderedDict\nq\1)Rq\2("
            + text("w") + tensor("0", 6, 0, "K\2K\3\u0086", "K\3K\1\u0086") + text("b")
            + tensor("1", 2, 0, "K\2\u0085", "K\1\u0085") + "us"
            + text("iter_num") + "K\7s.";

    private TorchArchive() {}

    /** A short text as BINUNICODE. */
    public static String text(String value) {
        return "X" + (char) value.length() + "\0\0\0" + value;
    }

    /** A float32 tensor; shape and strides are pickled tuples. */
    public static String tensor(String key, int elements, int offset, String shape, String strides) {
        return "ctorch._utils\n_rebuild_tensor_v2\n((" + text("storage") + "ctorch\nFloatStorage\n" + text(key)
                + text("cpu")
                + number(elements) + "tQ" + number(offset) + shape + strides
                + "\u0089ccollections\nOrderedDict\n)RtR";
    }

    /** A number below 65,536 as BININT2. */
    static String number(int value) {
        return "M" + (char) (value & 0xFF) + (char) (value >> 8);
    }

    /** An archive with this pickle and two storages, of 24 and 8 bytes. */
    public static byte[] of(String pickle) {
        return of(pickle, new byte[24]);
    }

    static byte[] of(String pickle, byte[] storage) {
        Map<String, byte[]> entries = new LinkedHashMap<>();
        entries.put("a/data.pkl", pickle.getBytes(ISO_8859_1));
        entries.put("a/byteorder", "little".getBytes(ISO_8859_1));
        entries.put("a/data/0", storage);
        entries.put("a/data/1", new byte[8]);
        entries.put("a/version", "3\n".getBytes(ISO_8859_1));
        return of(entries, ZipEntry.STORED);
    }

    static byte[] of(Map<String, byte[]> entries, int method) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (ZipOutputStream zip = new ZipOutputStream(bytes)) {
            for (Map.Entry<String, byte[]> named : entries.entrySet()) {
                ZipEntry entry = new ZipEntry(named.getKey());
                entry.setMethod(method);
                entry.setTimeLocal(LocalDateTime.of(2000, 1, 1, 0, 0));
                if (method == ZipEntry.STORED) {
                    CRC32 checksum = new CRC32();
                    checksum.update(named.getValue());
                    entry.setSize(named.getValue().length);
                    entry.setCrc(checksum.getValue());
                }
                zip.putNextEntry(entry);
                zip.write(named.getValue());
                zip.closeEntry();
            }
        } catch (IOException impossible) {
            throw new UncheckedIOException(impossible);
        }
        return bytes.toByteArray();
    }
}
