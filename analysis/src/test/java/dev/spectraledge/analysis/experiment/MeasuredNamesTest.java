package dev.spectraledge.analysis.experiment;

import static org.assertj.core.api.Assertions.assertThat;

import dev.spectraledge.analysis.experiment.weights.Ablation;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.lang.classfile.ClassFile;
import java.lang.classfile.ClassModel;
import java.lang.classfile.constantpool.ClassEntry;
import java.lang.classfile.constantpool.PoolEntry;
import java.lang.classfile.constantpool.StringEntry;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** The names in {@code measured.tsv} are those of the experiments of today: a quantity that is renamed there is found here. */
class MeasuredNamesTest {
    private static final String EXPERIMENTS = "dev/spectraledge/analysis/experiment/";

    /** Where a piece of a concatenated text comes from elsewhere. */
    private static final Pattern ELSEWHERE = Pattern.compile("[\\x01\\x02]+");

    @Test
    void everyQuantityIsNamedInTheCodeOfItsExperiment() {
        Map<String, Set<String>> texts = new HashMap<>();
        Experiments.all().forEach(experiment -> texts.put(experiment.name(), textsOf(experiment.getClass())));
        Experiments.joint().forEach(experiment -> texts.put(experiment.name(), textsOf(experiment.getClass())));
        assertThat(MeasuredNames.readOfLanguage()).isNotEmpty();
        Set<MeasuredNames.Quantity> names = new HashSet<>(MeasuredNames.read().keySet());
        names.addAll(MeasuredNames.readOfLanguage().keySet());
        assertThat(names).isNotEmpty().allSatisfy(quantity -> {
            assertThat(texts).containsKey(quantity.experiment());
            assertThat(isMadeOf(quantity.name(), texts.get(quantity.experiment())))
                    .as(quantity.toString())
                    .isTrue();
        });
    }

    @Test
    void aNameThatNoExperimentHasIsFound() {
        assertThat(isMadeOf("accuracy-change", textsOf(Ablation.class))).isTrue();
        assertThat(isMadeOf("accuracy-chance", textsOf(Ablation.class))).isFalse();
    }

    /** One of the texts, or one that is put together of others of them. */
    private static boolean isMadeOf(String name, Set<String> texts) {
        return texts.contains(name)
                || texts.stream().filter(text -> ELSEWHERE.matcher(text).find()).anyMatch(text -> {
                    Matcher whole = Pattern.compile(Stream.of(ELSEWHERE.split(text, -1))
                                    .map(Pattern::quote)
                                    .collect(Collectors.joining("(.+)")))
                            .matcher(name);
                    return whole.matches()
                            && IntStream.rangeClosed(1, whole.groupCount())
                                    .mapToObj(whole::group)
                                    .allMatch(piece -> piece.length() < name.length() && isMadeOf(piece, texts));
                });
    }

    /** Constant texts of a class and of all classes of experiments that it comes to. */
    private static Set<String> textsOf(Class<?> experiment) {
        Set<String> texts = new HashSet<>();
        Set<String> seen = new HashSet<>();
        Deque<String> left = new ArrayDeque<>(List.of(experiment.getName().replace('.', '/')));
        while (!left.isEmpty()) {
            String name = left.pop();
            if (seen.add(name) && name.startsWith(EXPERIMENTS)) {
                ClassModel model = ClassFile.of().parse(bytes(name));
                for (PoolEntry entry : model.constantPool()) {
                    if (entry instanceof StringEntry text) {
                        texts.add(text.stringValue());
                    } else if (entry instanceof ClassEntry other) {
                        left.push(other.asInternalName());
                    }
                }
            }
        }
        return texts;
    }

    private static byte[] bytes(String name) {
        try (InputStream stream = MeasuredNamesTest.class.getResourceAsStream("/" + name + ".class")) {
            return stream.readAllBytes();
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }
}
