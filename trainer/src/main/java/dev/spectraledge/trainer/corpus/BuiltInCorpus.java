package dev.spectraledge.trainer.corpus;

import dev.spectraledge.bindings.CacheDirectory;
import dev.spectraledge.bindings.CacheFolder;
import dev.spectraledge.bindings.Sha256;
import dev.spectraledge.trainer.RunException;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Supplier;

/** Texts that need no download: two corpora of the sources of a JDK, kept as tokens in the user's cache. */
public enum BuiltInCorpus {
    JDK_PROSE("jdk-prose", JdkSources.Part.PROSE),
    JDK_CODE("jdk-code", JdkSources.Part.CODE);

    private static final String FOLDER = "corpora";
    private static final int HASH_DIGITS = 16;

    private final String key;
    private final JdkSources.Part part;

    BuiltInCorpus(String key, JdkSources.Part part) {
        this.key = key;
        this.part = part;
    }

    /** The corpus of this name, if it is one of these. */
    public static Optional<BuiltInCorpus> of(String name) {
        return Arrays.stream(values()).filter(corpus -> corpus.key.equals(name)).findFirst();
    }

    /** Of all. */
    public static List<String> names() {
        return Arrays.stream(values()).map(corpus -> corpus.key).toList();
    }

    /**
     * The corpus, written first if it is not in the cache.
     *
     * @param validationShare of the documents
     * @param notes takes a line when it has to be written
     * @throws RunException with one line if this machine has no sources of a JDK
     */
    public Corpus corpus(TokenizerChoice choice, double validationShare, Consumer<String> notes) {
        Path sources = required(JdkSources.find());
        try {
            Path cache = CacheFolder.open(CacheDirectory.path()).folder(FOLDER).path();
            return corpus(cache, sources, choice, validationShare, notes);
        } catch (IOException failure) {
            throw cannotKeep(failure);
        }
    }

    Path required(Optional<Path> sources) {
        return sources.orElseThrow(() -> new RunException("task.corpus=" + key
                + ": no JDK here has its sources (lib/src.zip): set JAVA_HOME to one that has, install Debian's"
                + " openjdk-25-source, or choose another text (task.corpus=DIR, made by 'sedge data text') or none"
                + " (task.source=markov)"));
    }

    Corpus corpus(Path cache, Path sources, TokenizerChoice choice, double validationShare, Consumer<String> notes) {
        JdkSources documents = new JdkSources(sources, part);
        String content = String.join(
                "\n",
                Integer.toString(JdkSources.RULES),
                documents.sha256(),
                choice.identity(),
                Double.toString(validationShare));
        Path folder = cache.resolve(
                key + "-" + choice.label() + "-" + Sha256.hex(content).substring(0, HASH_DIGITS));
        return madeOnce(folder, () -> {
            notes.accept("making the corpus " + key + " of " + sources + ", once");
            CorpusWriter writer = new CorpusWriter(documents, validationShare);
            return writer.write(folder, choice.tokenizer(writer::learn));
        });
    }

    /** Whoever comes while somebody else makes it waits; a process must not wait for a lock that it holds itself. */
    private Corpus madeOnce(Path folder, Supplier<Corpus> making) {
        if (Files.exists(folder)) {
            return Corpus.open(folder);
        }
        Path lock = folder.resolveSibling("." + folder.getFileName() + ".lock");
        synchronized (BuiltInCorpus.class) {
            try (FileChannel held = FileChannel.open(lock, StandardOpenOption.CREATE, StandardOpenOption.WRITE)) {
                held.lock();
                return Files.exists(folder) ? Corpus.open(folder) : making.get();
            } catch (IOException failure) {
                throw cannotKeep(failure);
            }
        }
    }

    private RunException cannotKeep(IOException failure) {
        return new RunException("cannot keep " + key + ": " + RunException.reason(failure), failure);
    }
}
