package dev.spectraledge.analysis.cli;

import dev.spectraledge.trainer.ParameterSubset;
import dev.spectraledge.trainer.io.NearestName;
import java.util.Arrays;
import java.util.List;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** Reads the name of a subset of the parameters as configuration files spell it. */
final class SubsetConverter implements ITypeConverter<ParameterSubset> {
    @Override
    public ParameterSubset convert(String value) {
        List<String> names = Arrays.stream(ParameterSubset.values())
                .map(ParameterSubset::key)
                .toList();
        return Arrays.stream(ParameterSubset.values())
                .filter(subset -> subset.key().equals(value))
                .findFirst()
                .orElseThrow(() -> new TypeConversionException(
                        "'" + value + "' is not one of " + String.join(", ", names) + NearestName.hint(value, names)));
    }
}
