package dev.spectraledge.trainer.corpus;

import dev.spectraledge.trainer.RunException;
import dev.spectraledge.trainer.UsageException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/**
 * Documents of the user's files, in the order of the command line; those of a folder, except hidden ones, in the order of their
 * names. What a file is, its name says: {@code .jsonl} and {@code .ndjson} have a document in each line, {@code .bin} has
 * tokens, everything else is text; {@code .gz} behind it says that it is compressed.
 */
public final class TextFiles implements DocumentSource {
    private static final String TOKENS = ".bin";

    private final List<Path> files = new ArrayList<>();
    private final String field;
    private final int endOfText;
    private final Map<Path, String> hashes = new LinkedHashMap<>();

    /**
     * Looks for files.
     *
     * @param places files and folders
     * @param field of a line of JSON that is a document
     * @param endOfText the token between the documents of a file of tokens
     */
    public TextFiles(List<Path> places, String field, int endOfText) {
        this.field = field;
        this.endOfText = endOfText;
        for (Path place : places) {
            if (Files.isDirectory(place)) {
                files.addAll(filesOf(place));
            } else {
                files.add(place);
            }
        }
        for (Path file : files) {
            if (file.getFileName().toString().endsWith(".parquet")) {
                throw new UsageException(file + ": Parquet is not read; DuckDB makes lines of JSON of it:"
                        + " COPY (SELECT text FROM 'FILE.parquet') TO 'FILE.jsonl'");
            }
        }
    }

    private static List<Path> filesOf(Path folder) {
        try (Stream<Path> walk = Files.walk(folder)) {
            return walk.filter(Files::isRegularFile)
                    .filter(file -> !isHidden(folder.relativize(file)))
                    .sorted()
                    .toList();
        } catch (UncheckedIOException failure) {
            throw RunException.of("cannot read", folder, failure.getCause());
        } catch (IOException failure) {
            throw RunException.of("cannot read", folder, failure);
        }
    }

    private static boolean isHidden(Path relative) {
        for (Path part : relative) {
            if (part.toString().startsWith(".")) {
                return true;
            }
        }
        return false;
    }

    /** Whether a file has tokens in place of text. */
    public static boolean hasTokens(Path file) {
        return file.toString().endsWith(TOKENS);
    }

    @Override
    public void read(DocumentSink sink) {
        for (Path file : files) {
            hashes.put(file, read(file, sink));
        }
    }

    private String read(Path file, DocumentSink sink) {
        if (hasTokens(file)) {
            return TokenInput.read(file, endOfText, sink);
        }
        try (Utf8Input input = Utf8Input.open(file)) {
            String name = Utf8Input.name(file);
            if (name.endsWith(".jsonl") || name.endsWith(".ndjson")) {
                JsonLines.read(file, input, field, sink);
            } else {
                PlainText.read(input, sink);
            }
            return input.sha256();
        }
    }

    @Override
    public List<Map<String, Object>> description() {
        List<Map<String, Object>> description = new ArrayList<>();
        hashes.forEach((file, hash) -> {
            Map<String, Object> entry = new LinkedHashMap<>();
            entry.put("file", file.toString());
            entry.put("sha256", hash);
            description.add(entry);
        });
        return description;
    }
}
