package dev.spectraledge.analysis.checkpoint;

import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.TreeMap;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The steps in the names of files or folders. The number behind a word that means steps counts: {@code
 * gpt2-step1000-lr0.01}, {@code checkpoint-20}, {@code epoch=3-step=1000}. Where there is no such word, it is the number in
 * which names of one pattern differ, {@code gpt2-10}, {@code gpt2-20}, or the only number of a name.
 */
final class StepNames {
    private static final String NUMBER = "(\\d{1,18})(?!\\d)";
    /** Words in the order in which they count. */
    private static final List<Pattern> WORDS = List.of(
            word("steps?"), word("iter(?:ation)?s?"), word("checkpoint|ckpt|update|batch|ba|it"), word("epoch|ep"));

    private static final Pattern ANY = Pattern.compile(NUMBER);
    private static final Pattern APART = Pattern.compile("(?<![A-Za-z0-9])" + NUMBER);

    private final Map<String, Long> steps = new LinkedHashMap<>();

    /**
     * Reads the names.
     *
     * @param names without their file types
     */
    StepNames(Collection<String> names) {
        Map<String, List<String>> patterns = new TreeMap<>();
        for (String name : names) {
            OptionalLong step = behindWord(name);
            if (step.isPresent()) {
                steps.put(name, step.getAsLong());
            } else {
                patterns.computeIfAbsent(ANY.matcher(name).replaceAll("#"), absent -> new ArrayList<>())
                        .add(name);
            }
        }
        patterns.values().forEach(this::byDifference);
        // Beside names with a step, the number of 'gpt2' is part of a word.
        Pattern number = steps.isEmpty() ? ANY : APART;
        patterns.values().stream()
                .filter(alike -> alike.size() == 1)
                .forEach(alone -> onlyNumber(alone.getFirst(), number));
    }

    private static Pattern word(String words) {
        return Pattern.compile("(?i)(?:^|[^A-Za-z]|global)(?:" + words + ")[-_=. ]?" + NUMBER);
    }

    /** The step of a name, if it has one. */
    OptionalLong of(String name) {
        return steps.containsKey(name) ? OptionalLong.of(steps.get(name)) : OptionalLong.empty();
    }

    /** The number behind a word that means steps. */
    static OptionalLong behindWord(String name) {
        for (Pattern word : WORDS) {
            Matcher matcher = word.matcher(name);
            if (matcher.find()) {
                return OptionalLong.of(Long.parseLong(matcher.group(1)));
            }
        }
        return OptionalLong.empty();
    }

    private void byDifference(List<String> alike) {
        List<List<Long>> numbers =
                alike.stream().map(name -> numbers(name, ANY)).toList();
        List<Integer> different = new ArrayList<>();
        for (int position = 0; position < numbers.getFirst().size(); position++) {
            int place = position;
            if (numbers.stream().map(values -> values.get(place)).distinct().count() > 1) {
                different.add(position);
            }
        }
        if (different.size() == 1) {
            for (int index = 0; index < alike.size(); index++) {
                steps.put(alike.get(index), numbers.get(index).get(different.getFirst()));
            }
        }
    }

    private void onlyNumber(String name, Pattern number) {
        List<Long> numbers = numbers(name, number);
        if (numbers.size() == 1) {
            steps.put(name, numbers.getFirst());
        }
    }

    private static List<Long> numbers(String name, Pattern number) {
        return number.matcher(name).results().map(StepNames::value).toList();
    }

    private static long value(MatchResult number) {
        return Long.parseLong(number.group(1));
    }
}
