package dev.spectraledge.trainer.corpus;

import dev.spectraledge.trainer.RunException;
import dev.spectraledge.trainer.io.Json;
import dev.spectraledge.trainer.io.Printable;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;

/** A file with a JSON object in each line, one field of which is a document. */
final class JsonLines {
    private final Path file;
    private final String field;
    private final DocumentSink sink;
    private final ByteArrayOutputStream line = new ByteArrayOutputStream();
    private long number;

    private JsonLines(Path file, String field, DocumentSink sink) {
        this.file = file;
        this.field = field;
        this.sink = sink;
    }

    static void read(Path file, Utf8Input input, String field, DocumentSink sink) {
        JsonLines lines = new JsonLines(file, field, sink);
        for (int size = input.next(); size > 0; size = input.next()) {
            lines.add(input.buffer(), size);
        }
        lines.endLine();
    }

    private void add(byte[] buffer, int size) {
        int from = 0;
        for (int at = 0; at < size; at++) {
            if (buffer[at] == '\n') {
                line.write(buffer, from, at - from);
                endLine();
                from = at + 1;
            }
        }
        line.write(buffer, from, size - from);
    }

    private void endLine() {
        number++;
        String json = line.toString(StandardCharsets.UTF_8);
        line.reset();
        if (json.isBlank()) {
            return;
        }
        String source = file + " line " + number;
        if (!(Json.parseObject(json, source).get(field) instanceof String text)) {
            throw new RunException(source + ": has no text in the field '" + Printable.value(field)
                    + "' (another one is chosen by --field)");
        }
        try {
            ByteBuffer bytes = StandardCharsets.UTF_8.newEncoder().encode(CharBuffer.wrap(text));
            sink.begin();
            sink.text(bytes.array(), bytes.arrayOffset(), bytes.limit());
            sink.end();
        } catch (CharacterCodingException invalid) {
            throw new RunException(source + ": the text has half of a surrogate pair, which is no character", invalid);
        }
    }
}
