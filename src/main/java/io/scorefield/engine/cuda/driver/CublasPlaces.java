package io.scorefield.engine.cuda.driver;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Stream;

/// Where cuBLAS may lie: in LD_LIBRARY_PATH, in the CUDA toolkit, and where Python's wheels put it.
///
/// @param environment variables: LD_LIBRARY_PATH, VIRTUAL_ENV, PATH
/// @param root of the file system, for the usual folders
record CublasPlaces(Map<String, String> environment, Path root) {
  /// Folders of a wheel, under site-packages: of CUDA 13 and newer, and of CUDA 12.
  private static final String[] WHEELS = {"nvidia/cu13/lib", "nvidia/cublas/lib"};

  /// The files of that name, the likeliest first.
  List<Path> of(String name) throws IOException {
    Set<Path> folders = new LinkedHashSet<>(listed("LD_LIBRARY_PATH"));
    for (Path toolkit : children(root.resolve("usr/local"), file -> file.startsWith("cuda"))) {
      folders.add(toolkit.resolve("lib64"));
    }
    for (Path packages : packages()) {
      for (String wheel : WHEELS) {
        folders.add(packages.resolve(wheel));
      }
    }
    return folders.stream().map(folder -> folder.resolve(name)).filter(Files::exists).toList();
  }

  /// The folders of Python packages: of the virtual environment, then of the python3 found first, then the system's.
  private List<Path> packages() throws IOException {
    Set<Path> prefixes = new LinkedHashSet<>();
    path(environment.getOrDefault("VIRTUAL_ENV", "")).ifPresent(prefixes::add);
    for (Path folder : listed("PATH")) {
      Path python = folder.resolve("python3");
      if (Files.exists(python)) {
        // In a virtual environment python3 is a link to another's.
        for (Path place : List.of(python.toAbsolutePath(), python.toRealPath())) {
          prefixes.add(place.resolveSibling("..").normalize());
        }
        break;
      }
    }
    prefixes.add(root.resolve("usr/local"));
    prefixes.add(root.resolve("usr"));
    List<Path> packages = new ArrayList<>();
    for (Path prefix : prefixes) {
      for (Path version : children(prefix.resolve("lib"), file -> file.startsWith("python3"))) {
        packages.add(version.resolve("site-packages"));
        packages.add(version.resolve("dist-packages"));
      }
    }
    return packages;
  }

  private List<Path> listed(String variable) {
    return Stream.of(environment.getOrDefault(variable, "").split(":")).flatMap(entry -> path(entry).stream()).toList();
  }

  private static Optional<Path> path(String text) {
    try {
      return text.isBlank() ? Optional.empty() : Optional.of(Path.of(text));
    } catch (InvalidPathException e) {
      return Optional.empty(); // no folder has that name
    }
  }

  private static List<Path> children(Path folder, Predicate<String> wanted) throws IOException {
    if (!Files.isDirectory(folder) || !Files.isReadable(folder)) {
      return List.of();
    }
    try (Stream<Path> all = Files.list(folder)) {
      return all.filter(path -> wanted.test(path.getFileName().toString())).sorted().toList();
    }
  }
}
