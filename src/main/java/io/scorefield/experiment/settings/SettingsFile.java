package io.scorefield.experiment.settings;

import io.scorefield.config.ConfigException;
import io.scorefield.config.Suggestion;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.MalformedInputException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/// The text of a configuration: of a file, or one that comes with the program.
///
/// @param label stands for the file in messages
record SettingsFile(String name, String label, String text) {
  private static final String ENDING = "\\.ya?ml$";

  /// Reads a built-in name, or the path of a YAML file.
  ///
  /// @param what is configured, for messages
  /// @throws ConfigException when there is no such configuration
  static SettingsFile read(String nameOrPath, List<String> builtIn, String what) throws IOException {
    if (nameOrPath.endsWith(".yaml") || nameOrPath.endsWith(".yml")) {
      Path file = Path.of(nameOrPath);
      if (!Files.isRegularFile(file)) {
        throw new ConfigException(
            Files.exists(file) ? file + " is not a regular file" : "there is no file " + file + beside(nameOrPath.replaceFirst(ENDING, "")));
      }
      String name = file.getFileName().toString().replaceFirst(ENDING, "");
      try {
        return new SettingsFile(name, nameOrPath, Files.readString(file));
      } catch (MalformedInputException e) {
        throw new ConfigException(file + ": not a text file in UTF-8", e);
      }
    }
    if (!builtIn.contains(nameOrPath)) {
      String file = beside(nameOrPath);
      throw new ConfigException(
          "unknown " + what + " '" + nameOrPath + "'"
              + (file.isEmpty() ? Suggestion.of(nameOrPath, builtIn) + " (or the path of a .yaml file)" : file));
    }
    return new SettingsFile(nameOrPath, nameOrPath + ".yaml", builtIn(nameOrPath));
  }

  /// The file that was meant, where only the ending of its name is another one or missing.
  private static String beside(String stem) {
    return Stream.of(".yaml", ".yml")
        .filter(ending -> isFile(stem + ending))
        .findFirst()
        .map(ending -> "; did you mean the file '" + stem + ending + "'?")
        .orElse("");
  }

  private static boolean isFile(String path) {
    try {
      return Files.isRegularFile(Path.of(path));
    } catch (InvalidPathException e) {
      return false;
    }
  }

  /// The text of a built-in configuration.
  static String builtIn(String name) throws IOException {
    try (InputStream in = SettingsFile.class.getResourceAsStream("/configs/" + name + ".yaml")) {
      if (in == null) {
        throw new IllegalStateException("the program lacks configs/" + name + ".yaml");
      }
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    }
  }
}
