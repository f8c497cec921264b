package dev.spectraledge.kernels;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.extension.AfterAllCallback;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/**
 * Fails a test class that leaves a {@link MemoryOwner} open. Registered for all test classes of the module by service
 * loading.
 */
public final class NoLeaks implements BeforeAllCallback, AfterAllCallback {
    private static final ExtensionContext.Namespace NAMESPACE = ExtensionContext.Namespace.create(NoLeaks.class);

    @Override
    public void beforeAll(ExtensionContext context) {
        context.getStore(NAMESPACE).put(context.getUniqueId(), MemoryOwner.live());
    }

    @Override
    public void afterAll(ExtensionContext context) {
        List<?> before = context.getStore(NAMESPACE).get(context.getUniqueId(), List.class);
        List<String> leaked = leaked(before, MemoryOwner.live());
        if (!leaked.isEmpty()) {
            throw new AssertionError(context.getDisplayName() + " leaves memory owners open: " + leaked);
        }
    }

    /** The names in {@code after} that are not in {@code before}, counting repetitions. */
    static List<String> leaked(List<?> before, List<String> after) {
        List<String> leaked = new ArrayList<>(after);
        before.forEach(leaked::remove);
        return leaked;
    }
}
