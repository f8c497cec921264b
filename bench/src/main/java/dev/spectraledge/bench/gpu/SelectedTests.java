package dev.spectraledge.bench.gpu;

import java.util.function.Predicate;
import org.junit.jupiter.api.extension.ConditionEvaluationResult;
import org.junit.jupiter.api.extension.ExecutionCondition;
import org.junit.jupiter.api.extension.ExtensionContext;

/**
 * Leaves tests out by their identifier, single invocations of parameterised ones too, which a filter of what is discovered
 * cannot: they are not known before they run. JUnit finds this class through {@code META-INF/services}, where it is asked to.
 */
public final class SelectedTests implements ExecutionCondition {
    private static volatile Predicate<String> selected = id -> true;

    /** From now on only tests with such identifiers run. */
    static void select(Predicate<String> identifiers) {
        selected = identifiers;
    }

    @Override
    public ConditionEvaluationResult evaluateExecutionCondition(ExtensionContext context) {
        // Whatever has a method is a test, or contains the invocations of one.
        boolean isContainer = context.getTestMethod().isEmpty()
                || context.getUniqueId()
                        .substring(context.getUniqueId().lastIndexOf('/') + 1)
                        .startsWith("[test-template:");
        return isContainer || selected.test(context.getUniqueId())
                ? ConditionEvaluationResult.enabled("selected")
                : ConditionEvaluationResult.disabled("not selected");
    }
}
