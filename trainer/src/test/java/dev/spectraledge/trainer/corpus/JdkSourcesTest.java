package dev.spectraledge.trainer.corpus;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.spectraledge.trainer.RunException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class JdkSourcesTest {
    private static final String SOURCE = """
        /*
         * Copyright (c) 2020, nobody. All rights reserved.
         */
        package a;

        /**
         * Returns the {@code int} value &lt; 3 of {@link Map#get(Object) the map} or {@linkplain #size}.
         * It goes on here.
         *
         * <p>A second paragraph, with <em>emphasis</em> and {@code {@literal nested}} braces too.
         * <pre>{@code
         * int x = 0;
         * }</pre>
         *
         * @param key the key to look for
         * @see   nothing at all to see here
         * @author somebody who wrote this thing
         */
        class A { // a comment that goes
            // over two lines of text
            String s = "/* no comment \\" */"; char c = '"'; /* inline words of no weight */ int i;


            String t = \"""
                // not a comment either \\\""" here
                \""";
        }
        """;

    @TempDir
    Path folder;

    private static final class Documents implements DocumentSink {
        private final List<String> texts = new ArrayList<>();

        @Override
        public void begin() {}

        @Override
        public void text(byte[] buffer, int from, int to) {
            texts.add(new String(buffer, from, to - from, StandardCharsets.UTF_8));
        }

        @Override
        public void token(int token, String file, long position) {
            throw new AssertionError("sources are text");
        }

        @Override
        public void end() {}
    }

    private Path zip(String... namesAndContents) throws IOException {
        Path file = folder.resolve("src.zip");
        try (ZipOutputStream zip = new ZipOutputStream(Files.newOutputStream(file))) {
            for (int index = 0; index < namesAndContents.length; index += 2) {
                zip.putNextEntry(new ZipEntry(namesAndContents[index]));
                zip.write(namesAndContents[index + 1].getBytes(StandardCharsets.UTF_8));
            }
        }
        return file;
    }

    private static List<String> read(Path file, JdkSources.Part part) {
        Documents documents = new Documents();
        new JdkSources(file, part).read(documents);
        return documents.texts;
    }

    @Test
    void codeIsWhatIsCompiled() throws IOException {
        assertThat(read(zip("a/A.java", SOURCE), JdkSources.Part.CODE)).containsExactly("""
            package a;

            class A {

                String s = "/* no comment \\" */"; char c = '"';   int i;

                String t = \"""
                    // not a comment either \\\""" here
                    \""";
            }
            """);
    }

    @Test
    void proseIsWhatIsExplained() throws IOException {
        assertThat(read(zip("a/A.java", SOURCE), JdkSources.Part.PROSE)).containsExactly("""
            Returns the int value < 3 of the map or size. It goes on here.

            A second paragraph, with emphasis and nested braces too.

            key the key to look for

            a comment that goes over two lines of text

            inline words of no weight

            """);
    }

    @Test
    void filesAreInOrderAndWithoutTablesOrRepetitions() throws IOException {
        String again = "// a paragraph that everybody repeats\nclass B {}\n";
        Path file = zip(
                "b/B.java", again,
                "a/A.java", again + "// but this one is only here\n",
                "jdk.localedata/c/C.java", "// never to be seen at all",
                "java.base/sun/nio/cs/D.java", "// never to be seen at all",
                "a/readme.txt", "// never to be seen at all");
        assertThat(read(file, JdkSources.Part.PROSE))
                .containsExactly("a paragraph that everybody repeats\n\nbut this one is only here\n\n", "");
        assertThat(read(file, JdkSources.Part.CODE)).hasSize(2);
    }

    @Test
    void whatIsMadeOnceIsFoundAgain() throws IOException {
        StringBuilder text = new StringBuilder();
        for (int line = 0; line < 200; line++) {
            text.append("/* the sentence that says ").append(line).append(" */\n");
        }
        Path sources = zip("a/A.java", text.toString());
        List<String> notes = new ArrayList<>();
        TokenizerChoice choice = new TokenizerChoice("bpe", 300);
        Corpus first = BuiltInCorpus.JDK_PROSE.corpus(folder, sources, choice, 0.1, notes::add);
        Corpus again = BuiltInCorpus.JDK_PROSE.corpus(folder, sources, choice, 0.1, notes::add);
        assertThat(again).isEqualTo(first);
        assertThat(notes).containsExactly("making the corpus jdk-prose of " + sources + ", once");
        assertThat(first.folder().getFileName().toString()).matches("jdk-prose-bpe300-[0-9a-f]{16}");
        assertThat(BuiltInCorpus.JDK_PROSE
                        .corpus(folder, sources, new TokenizerChoice("bytes", 0), 0.1, notes::add)
                        .folder())
                .isNotEqualTo(first.folder());
    }

    /** As two runs do that begin at once. */
    @Test
    void whoComesMeanwhileWaits() throws Exception {
        Path sources =
                zip("a/A.java", "/* the sentence that says something */\n".repeat(2), "b/B.java", "/* another */\n");
        List<String> notes = new CopyOnWriteArrayList<>();
        Callable<Corpus> making = () -> BuiltInCorpus.JDK_PROSE.corpus(
                folder.resolve("cache"), sources, new TokenizerChoice("bytes", 0), 0.5, notes::add);
        Files.createDirectory(folder.resolve("cache"));
        try (ExecutorService pool = Executors.newFixedThreadPool(4)) {
            Set<Corpus> made = new HashSet<>();
            for (Future<Corpus> each : pool.invokeAll(Collections.nCopies(4, making))) {
                made.add(each.get());
            }
            assertThat(made).hasSize(1);
        }
        assertThat(notes).hasSize(1);
    }

    @Test
    void sourcesAreLookedForInTheOrderOfTheHomes() throws IOException {
        Path without = Files.createDirectories(folder.resolve("without"));
        Path with = folder.resolve("with");
        Files.createDirectories(with.resolve("lib"));
        Path sources = Files.createFile(with.resolve("lib/src.zip"));
        assertThat(JdkSources.find(List.of(without, with))).contains(sources);
        assertThat(BuiltInCorpus.JDK_CODE.required(JdkSources.find(List.of(with))))
                .isEqualTo(sources);
        assertThatThrownBy(() -> BuiltInCorpus.JDK_CODE.required(JdkSources.find(List.of(without))))
                .isInstanceOf(RunException.class)
                .hasMessage("task.corpus=jdk-code: no JDK here has its sources (lib/src.zip): set JAVA_HOME to one that"
                        + " has, install Debian's openjdk-25-source, or choose another text (task.corpus=DIR, made by"
                        + " 'sedge data text') or none (task.source=markov)");
        assertThatThrownBy(() -> read(sources, JdkSources.Part.CODE))
                .isInstanceOf(RunException.class)
                .hasMessageStartingWith("cannot read " + sources + ": ");
    }
}
