package dev.spectraledge.trainer.config;

import java.util.HashMap;
import java.util.Map;
import org.snakeyaml.engine.v2.events.AliasEvent;
import org.snakeyaml.engine.v2.events.Event;
import org.snakeyaml.engine.v2.events.NodeEvent;
import org.snakeyaml.engine.v2.events.ScalarEvent;
import org.snakeyaml.engine.v2.exceptions.ParserException;
import org.snakeyaml.engine.v2.parser.Parser;

/**
 * Refuses documents that are small as text and large as values, before these are made: what is nested so deeply that
 * recursion ends the stack, aliases that double level by level, and numbers of so many digits that reading them takes
 * minutes.
 */
final class BoundedYamlParser implements Parser {
    /** Far more levels than any configuration has. */
    static final int DEEPEST = 100;
    /** More than any path or number has. */
    static final int LONGEST_VALUE = 10_000;
    /** Characters and values that aliases may repeat in all. */
    static final long MOST_REPEATED = 1_000_000;

    private final Parser parser;
    /** Size of the document up to now, in characters and values, as if each alias were what it stands for. */
    private long size;

    private long repeated;
    private int depth;
    /** Where each open collection began, and its anchor. */
    private final long[] begin = new long[DEEPEST + 1];

    private final String[] anchor = new String[DEEPEST + 1];
    private final Map<String, Long> sizes = new HashMap<>();

    BoundedYamlParser(Parser parser) {
        this.parser = parser;
    }

    @Override
    public boolean checkEvent(Event.ID choice) {
        return parser.checkEvent(choice);
    }

    @Override
    public Event peekEvent() {
        return parser.peekEvent();
    }

    @Override
    public boolean hasNext() {
        return parser.hasNext();
    }

    @Override
    public Event next() {
        Event event = parser.next();
        switch (event.getEventId()) {
            case MappingStart, SequenceStart -> open((NodeEvent) event);
            case MappingEnd, SequenceEnd -> close();
            case Scalar -> scalar((ScalarEvent) event);
            case Alias -> alias((AliasEvent) event);
            default -> {}
        }
        return event;
    }

    private void open(NodeEvent event) {
        size++;
        depth++;
        if (depth > DEEPEST) {
            throw refused("more than " + DEEPEST + " levels of brackets or indentation", event);
        }
        begin[depth] = size;
        anchor[depth] = name(event);
        // Until it is complete, what it stood for before counts for nothing: an alias inside would be the whole itself.
        sizes.remove(anchor[depth]);
    }

    private void close() {
        if (anchor[depth] != null) {
            sizes.put(anchor[depth], size - begin[depth] + 1);
        }
        depth--;
    }

    private void scalar(ScalarEvent event) {
        int length = event.getValue().length();
        if (length > LONGEST_VALUE) {
            throw refused("a value of more than " + LONGEST_VALUE + " characters", event);
        }
        size += length + 1L;
        if (name(event) != null) {
            sizes.put(name(event), length + 1L);
        }
    }

    private void alias(AliasEvent event) {
        Long alias = sizes.get(name(event));
        if (alias == null) {
            throw refused("'*" + name(event) + "' stands for nothing that is complete before it", event);
        }
        size += alias;
        repeated += alias;
        if (repeated > MOST_REPEATED) {
            throw refused("aliases that repeat more than " + MOST_REPEATED + " characters", event);
        }
    }

    private static String name(NodeEvent event) {
        return event.getAnchor().map(Object::toString).orElse(null);
    }

    private static ParserException refused(String what, Event where) {
        return new ParserException(what, where.getStartMark());
    }
}
