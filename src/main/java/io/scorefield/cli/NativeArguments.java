package io.scorefield.cli;

import io.scorefield.config.ConfigException;
import io.scorefield.config.Suggestion;
import io.scorefield.engine.nativecpu.NativeOptions;
import picocli.CommandLine.Option;

/// The options of the native engine.
final class NativeArguments {
  @Option(
      names = "--instructions",
      paramLabel = "SET",
      defaultValue = "",
      description = "Instruction set of the native engine: portable, avx2 or avx512 (default: the best here).")
  private String instructions;

  /// @param half whether the precision asked for is half
  /// @param used whether the native engine is among the engines asked for
  /// @throws ConfigException when they make no sense
  NativeOptions read(boolean half, boolean used) {
    if (instructions.isEmpty()) {
      return new NativeOptions("", half);
    }
    if (!NativeOptions.INSTRUCTIONS.contains(instructions)) {
      throw new ConfigException(
          "there is no --instructions '" + instructions + "'"
              + Suggestion.of(instructions, NativeOptions.INSTRUCTIONS));
    }
    if (!used) {
      throw new ConfigException("--instructions goes with the engine native only; ask for that engine by name");
    }
    return new NativeOptions(instructions, half);
  }

  /// As they would be typed after other options, for reports.
  @Override
  public String toString() {
    return instructions.isEmpty() ? "" : " --instructions " + instructions;
  }
}
