package dev.spectraledge.analysis.cli;

import dev.spectraledge.trainer.config.DeviceChoice;
import dev.spectraledge.trainer.io.NearestName;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** Reads the name of a device as configuration files spell it. */
final class DeviceConverter implements ITypeConverter<DeviceChoice> {
    @Override
    public DeviceChoice convert(String value) {
        List<String> names =
                Arrays.stream(DeviceChoice.values()).map(DeviceConverter::name).toList();
        return Arrays.stream(DeviceChoice.values())
                .filter(choice -> name(choice).equals(value))
                .findFirst()
                .orElseThrow(() -> new TypeConversionException(
                        "'" + value + "' is not one of " + String.join(", ", names) + NearestName.hint(value, names)));
    }

    private static String name(DeviceChoice choice) {
        return choice.name().toLowerCase(Locale.ROOT);
    }
}
