package dev.spectraledge.trainer.corpus;

import dev.spectraledge.trainer.RunException;
import dev.spectraledge.trainer.data.TokenWidth;
import dev.spectraledge.trainer.io.Json;
import dev.spectraledge.trainer.tokenizer.BytePairTokenizer;
import dev.spectraledge.trainer.tokenizer.BytePairTrainer;
import dev.spectraledge.trainer.tokenizer.Tokenizer;
import dev.spectraledge.trainer.tokenizer.TokenizerJson;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/**
 * Writes a corpus: a folder with {@code train.bin} and {@code validation.bin}, the tokens of all documents one behind the
 * other, each with the end of a text behind it, {@code corpus.json}, which says what they are, and for byte-pair encoding the
 * vocabulary, {@code tokenizer.json}. Nothing of the documents is kept in memory but the words that a vocabulary is learned from.
 *
 * <p>The folder appears whole or not at all. What a killed process leaves is hidden beside it until the next one that writes
 * the same folder takes it away.
 */
public final class CorpusWriter {
    private static final String LOCK = "lock";

    private final DocumentSource source;
    private final DocumentSplit split;

    /** @param validationShare of the documents, above 0 and below 1 */
    public CorpusWriter(DocumentSource source, double validationShare) {
        this.source = source;
        this.split = DocumentSplit.of(validationShare);
    }

    /** A vocabulary of so many tokens, learned from the documents that are trained on. */
    public BytePairTokenizer learn(int vocabulary) {
        CountedWords counted = new CountedWords(split);
        source.read(counted);
        return BytePairTrainer.train(counted.words(), vocabulary);
    }

    /**
     * Writes the corpus.
     *
     * @param folder which must not exist
     * @throws RunException with one line if anything fails; then nothing is left
     */
    public Corpus write(Path folder, Tokenizer tokenizer) {
        Path target = folder.toAbsolutePath().normalize();
        if (Files.exists(target)) {
            throw new RunException(folder + ": exists already; choose another folder, or delete it");
        }
        Path unfinished = target.resolveSibling("." + target.getFileName() + ".partial");
        try {
            Files.createDirectories(target.getParent());
            Files.createDirectories(unfinished);
            try (FileChannel channel = FileChannel.open(
                            unfinished.resolve(LOCK), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
                    FileLock lock = lock(channel)) {
                if (lock == null) {
                    throw new RunException(folder + ": is being written by another process");
                }
                try {
                    empty(unfinished);
                    fill(unfinished, tokenizer);
                    Files.delete(unfinished.resolve(LOCK));
                    Files.move(unfinished, target, StandardCopyOption.ATOMIC_MOVE);
                } catch (IOException | RuntimeException | Error failure) {
                    discard(unfinished, failure);
                    throw failure;
                }
            }
        } catch (UncheckedIOException failure) {
            throw RunException.of("cannot write", folder, failure.getCause());
        } catch (IOException failure) {
            throw RunException.of("cannot write", folder, failure);
        }
        return Corpus.open(folder);
    }

    private static FileLock lock(FileChannel channel) throws IOException {
        try {
            return channel.tryLock();
        } catch (OverlappingFileLockException ofThisProcess) {
            return null;
        }
    }

    private static void empty(Path unfinished) throws IOException {
        List<Path> files;
        try (Stream<Path> listing = Files.list(unfinished)) {
            files = listing.filter(file -> !file.endsWith(LOCK)).toList();
        }
        for (Path file : files) {
            Files.delete(file);
        }
    }

    private static void discard(Path unfinished, Throwable failure) {
        try {
            empty(unfinished);
            Files.deleteIfExists(unfinished.resolve(LOCK));
            Files.deleteIfExists(unfinished);
        } catch (IOException second) {
            failure.addSuppressed(second);
        }
    }

    private void fill(Path unfinished, Tokenizer tokenizer) throws IOException {
        try (TokenFile train = tokens(unfinished, Corpus.TRAIN, tokenizer);
                TokenFile validation = tokens(unfinished, Corpus.VALIDATION, tokenizer)) {
            EncodedDocuments.Part trained = new EncodedDocuments.Part(train);
            EncodedDocuments.Part validated = new EncodedDocuments.Part(validation);
            EncodedDocuments documents = new EncodedDocuments(tokenizer, split, trained, validated);
            source.read(documents);
            if (trained.documents() + validated.documents() == 0) {
                throw new RunException("there is no text in what was read");
            }
            documents.leaveSomeForValidation();
            train.finish();
            validation.finish();
            if (tokenizer instanceof BytePairTokenizer bytePairs) {
                TokenizerJson.write(unfinished.resolve(Corpus.TOKENIZER), bytePairs);
            }
            Map<String, Object> record = new LinkedHashMap<>();
            record.put("tokenizer", describe(tokenizer));
            record.put("dtype", TokenWidth.of(tokenizer.vocabulary()).dtype());
            record.put("train", describe(trained));
            record.put("validation", describe(validated));
            record.put("duplicates", documents.duplicates());
            record.put("sources", source.description());
            Json.write(unfinished.resolve(Corpus.RECORD), record);
        }
    }

    private static TokenFile tokens(Path folder, String name, Tokenizer tokenizer) throws IOException {
        return new TokenFile(folder.resolve(name), TokenWidth.of(tokenizer.vocabulary()));
    }

    private static Map<String, Object> describe(Tokenizer tokenizer) {
        Map<String, Object> record = new LinkedHashMap<>();
        record.put("name", tokenizer.name());
        record.put("vocabulary", tokenizer.vocabulary());
        record.put("endOfText", tokenizer.endOfText());
        record.put("sha256", tokenizer.sha256());
        return record;
    }

    private static Map<String, Object> describe(EncodedDocuments.Part part) throws IOException {
        Map<String, Object> record = new LinkedHashMap<>();
        record.put("documents", part.documents());
        record.put("bytes", part.bytes());
        record.put("tokens", part.file().size());
        record.put("sha256", part.file().sha256());
        return record;
    }
}
