package io.scorefield.experiment;

import io.scorefield.config.ConfigException;
import io.scorefield.experiment.model.Model;
import io.scorefield.experiment.model.SampleFile;
import io.scorefield.io.AtomicFile;
import io.scorefield.io.FormatException;
import io.scorefield.io.PointWriter;
import io.scorefield.io.Points;
import io.scorefield.matter.Structures;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/// Samples of molecules and crystals as files of such, in place of numbers.
///
/// @param model what they are made with
public record StructureSamples(SampleStage stage, Model model) {
  /// Endings of files that some model writes structures to.
  private static final List<String> ENDINGS = List.of(".sdf", ".xyz", ".cif");

  /// @throws FormatException when no model writes samples to such a file
  public static void requireSome(Path file) throws FormatException {
    String name = file.toString().toLowerCase(Locale.ROOT);
    if (ENDINGS.stream().noneMatch(name::endsWith)) {
      PointWriter.requireFormat(file);
    }
  }

  /// Whether a file is one of structures that the model makes.
  public static boolean isFor(Model model, Path file) {
    return ending(model, file).isPresent();
  }

  /// @throws FormatException when a file is neither of structures nor of numbers
  public static void requireOther(Model model, Path file) throws FormatException {
    try {
      PointWriter.requireFormat(file);
    } catch (FormatException e) {
      throw structures(model)
          .map(of -> new FormatException(e.getMessage() + ", and those of this model to " + String.join(" and ", of.endings()) + " files", e))
          .orElse(e);
    }
  }

  private static Optional<String> ending(Model model, Path file) {
    String name = file.toString().toLowerCase(Locale.ROOT);
    return structures(model).flatMap(of -> of.endings().stream().filter(name::endsWith).findFirst());
  }

  private static Optional<Structures> structures(Model model) {
    return model.config().data().structures(model.components());
  }

  /// Samples to a file, all or none.
  ///
  /// @throws ConfigException where they are more than memory holds at once
  public void write(Path file, String method, long seed, long first, long count) throws IOException {
    if (count > Points.MAX_NUMBERS / model.dimension()) {
      throw new ConfigException(
          "a file of structures is written at once: at most " + Points.MAX_NUMBERS / model.dimension() + ", not " + count
              + "; write a .npy file");
    }
    AtomicFile.require(file);
    Path numbers = Files.createTempFile("scorefield-samples", ".npy");
    try {
      stage.write(numbers, method, seed, first, count);
      structures(model).orElseThrow().write(file, SampleFile.read(numbers, model, Points.MAX_NUMBERS), Integer.MAX_VALUE);
    } finally {
      Files.deleteIfExists(numbers);
    }
  }
}
