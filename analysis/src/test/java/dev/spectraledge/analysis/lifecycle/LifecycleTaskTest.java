package dev.spectraledge.analysis.lifecycle;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.spectraledge.trainer.UsageException;
import java.util.List;
import org.junit.jupiter.api.Test;

class LifecycleTaskTest {
    @Test
    void tasksAreNamedAsInConfigurations() {
        assertThat(LifecycleTask.parse(List.of("dyck", "scan", "dyck")))
                .containsExactly(LifecycleTask.DYCK, LifecycleTask.SCAN);
        assertThatThrownBy(() -> LifecycleTask.parse(List.of("dick")))
                .isInstanceOf(UsageException.class)
                .hasMessage("the paper has no task 'dick'; did you mean 'dyck'? (tasks: dyck, modular, scan)");
    }
}
