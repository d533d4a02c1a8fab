package io.scorefield.cli;

import io.scorefield.config.WholeNumber;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/// Reads counts: 1000000, 1_000_000 or 1e6.
public final class CountConverter implements ITypeConverter<Long> {
  @Override
  public Long convert(String text) {
    return WholeNumber.of(text.strip())
        .orElseThrow(
            () ->
                new TypeConversionException(
                    "'" + text + "' is not a whole number below 2^63, such as 1000, 1_000 or 1e3"));
  }

  /// Numbers of threads and the like.
  public static final class Small implements ITypeConverter<Integer> {
    @Override
    public Integer convert(String text) {
      long value = new CountConverter().convert(text);
      if (value != (int) value) {
        throw new TypeConversionException("'" + text + "' is too large");
      }
      return (int) value;
    }
  }
}
