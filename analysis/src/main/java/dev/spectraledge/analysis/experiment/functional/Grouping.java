package dev.spectraledge.analysis.experiment.functional;

import java.util.HashMap;
import java.util.Map;

/**
 * Groups of inputs by numbers without gaps.
 *
 * @param numbers of each input's group, from 0, in the order of their appearance
 * @param count of groups
 */
@SuppressWarnings("ArrayRecordComponent")
record Grouping(int[] numbers, int count) {

    /** The same groups, whatever they were called. */
    static Grouping of(int[] groups) {
        Map<Integer, Integer> known = new HashMap<>();
        int[] numbers = new int[groups.length];
        for (int index = 0; index < groups.length; index++) {
            Integer number = known.putIfAbsent(groups[index], known.size());
            numbers[index] = number == null ? known.size() - 1 : number;
        }
        return new Grouping(numbers, known.size());
    }

    /** The group of the input {@code offset} places further on, cyclically. */
    int at(int input, int offset) {
        int place = input + offset;
        return numbers[place < numbers.length ? place : place - numbers.length];
    }
}
