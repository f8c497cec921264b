package dev.spectraledge.analysis.checkpoint;

import dev.spectraledge.trainer.io.Resources;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The order in which the models of one family register their parameters; families are in {@code parameter-order.txt}. */
final class RegistrationOrder {
    private static final List<RegistrationOrder> FAMILIES = families();

    private final List<Line> lines = new ArrayList<>();

    private RegistrationOrder() {}

    /** @param block first line of the run of lines with a layer's number in which this one is; itself without a number */
    private record Line(Pattern name, int block) {}

    /** Where a parameter stands in a model. */
    private record Place(String name, int block, long layer, int line) {}

    private static final Comparator<Place> MODEL_ORDER = Comparator.comparingInt(Place::block)
            .thenComparingLong(Place::layer)
            .thenComparingInt(Place::line);

    /** The names in the order of the family that knows all of them, if there is one. */
    static Optional<List<String>> of(Collection<String> names) {
        return FAMILIES.stream()
                .map(family -> family.sorted(names))
                .flatMap(Optional::stream)
                .findFirst();
    }

    private static List<RegistrationOrder> families() {
        List<RegistrationOrder> families = new ArrayList<>();
        for (String text : Resources.text(RegistrationOrder.class, "parameter-order.txt")
                .lines()
                .toList()) {
            if (text.startsWith("[")) {
                families.add(new RegistrationOrder());
            } else if (!text.isBlank() && !text.startsWith("#")) {
                families.getLast().add(text.strip());
            }
        }
        return List.copyOf(families);
    }

    private void add(String text) {
        boolean inLayer = text.contains("*");
        boolean continued =
                inLayer && !lines.isEmpty() && lines.getLast().name.pattern().contains("(\\d{1,9})");
        String pattern = "(?:.*\\.)?" + text.replace(".", "\\.").replace("*", "(\\d{1,9})");
        lines.add(new Line(Pattern.compile(pattern), continued ? lines.getLast().block : lines.size()));
    }

    private Optional<List<String>> sorted(Collection<String> names) {
        List<Place> places = new ArrayList<>();
        for (String name : names) {
            Optional<Place> place = place(name);
            if (place.isEmpty()) {
                return Optional.empty();
            }
            places.add(place.get());
        }
        places.sort(MODEL_ORDER);
        return Optional.of(places.stream().map(Place::name).toList());
    }

    private Optional<Place> place(String name) {
        for (int index = 0; index < lines.size(); index++) {
            Matcher matcher = lines.get(index).name.matcher(name);
            if (matcher.matches()) {
                long layer = matcher.groupCount() == 0 ? 0 : Long.parseLong(matcher.group(1));
                return Optional.of(new Place(name, lines.get(index).block, layer, index));
            }
        }
        return Optional.empty();
    }
}
