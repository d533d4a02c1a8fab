package io.scorefield.experiment.folder;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/// What is made with a trained network, by its names in a run's folder. Files of other names are someone's own, in `plots/` too.
final class RunResults {
  private static final List<String> FILES =
      List.of(
          "summary.json", "report.html", "thermodynamics.csv", "thermodynamics-levels.csv", "bound.csv", "table.csv", "sweep.csv",
          "observables.csv", "passage-times.npy", "plots/reverse-process.gif", "plots/structures.json");

  private static final List<String> PICTURES =
      List.of(
          "schedule", "loss", "levels", "samples", "forward-process", "score-field", "trajectories", "density", "bound", "conditions",
          "fields", "solver", "configurations", "histograms", "pair-energy", "thermodynamics", "molecules", "crystals", "posterior",
          "tradeoff", "sweep", "walkers", "course", "passage-times");

  /// Endings of files of molecules and crystals beside the samples.
  private static final List<String> STRUCTURES = List.of(".sdf", ".xyz", ".cif");

  private RunResults() {}

  /// Deletes them all.
  static void discard(Path root) throws IOException {
    for (String name : FILES) {
      Files.deleteIfExists(root.resolve(name));
    }
    for (String name : PICTURES) {
      discardPicture(root, name);
    }
    discardSamplesBut(root, Set.of());
  }

  /// Deletes all samples but those of some files, and what stands beside them.
  static void discardSamplesBut(Path root, Set<Path> kept) throws IOException {
    try (DirectoryStream<Path> samples =
        Files.newDirectoryStream(root, "{samples.*,samples-*.*,posterior-*.npy}")) {
      for (Path file : samples) {
        String name = file.getFileName().toString();
        Optional<String> ending = Stream.concat(Stream.of(".npy"), STRUCTURES.stream()).filter(name::endsWith).findFirst();
        if (ending.isPresent() && !kept.contains(root.resolve(name.substring(0, name.length() - ending.get().length()) + ".npy"))) {
          Files.delete(file);
        }
      }
    }
  }

  /// Deletes the tables of a measurement, and its picture.
  ///
  /// @param name such as thermodynamics
  static void discardMeasurement(Path root, String name) throws IOException {
    for (String table : FILES) {
      if (table.matches(name + "(-.*)?\\.csv")) {
        Files.deleteIfExists(root.resolve(table));
      }
    }
    discardPicture(root, name);
  }

  private static void discardPicture(Path root, String name) throws IOException {
    Files.deleteIfExists(root.resolve("plots/" + name + ".png"));
    Files.deleteIfExists(root.resolve("plots/" + name + ".svg"));
  }

  /// Deletes a file of samples, and the molecules or crystals beside it.
  static void discardSamples(Path samples) throws IOException {
    Files.deleteIfExists(samples);
    String name = samples.getFileName().toString().replaceAll("\\.npy$", "");
    for (String ending : STRUCTURES) {
      Files.deleteIfExists(samples.resolveSibling(name + ending));
    }
  }
}
