package dev.spectraledge.trainer.key;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/** Names that other programs have for a configuration key, to recognise what somebody meant. */
@Retention(RetentionPolicy.RUNTIME)
@Target(ElementType.RECORD_COMPONENT)
public @interface AlsoCalled {
    /** In snake case. */
    String[] value();
}
