package io.scorefield.experiment.settings;

import io.scorefield.config.ConfigException;
import io.scorefield.config.Suggestion;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.MalformedInputException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/// The text of a configuration: of a file, or one that comes with the program.
///
/// @param label stands for the file in messages
record SettingsFile(String name, String label, String text) {
  /// Reads a built-in name, or the path of a YAML file.
  ///
  /// @param what is configured, for messages
  /// @throws ConfigException when there is no such configuration
  static SettingsFile read(String nameOrPath, List<String> builtIn, String what) throws IOException {
    if (nameOrPath.endsWith(".yaml") || nameOrPath.endsWith(".yml")) {
      Path file = Path.of(nameOrPath);
      if (!Files.isRegularFile(file)) {
        throw new ConfigException(
            Files.exists(file) ? file + " is not a regular file" : "there is no file " + file);
      }
      String name = file.getFileName().toString().replaceFirst("\\.ya?ml$", "");
      try {
        return new SettingsFile(name, nameOrPath, Files.readString(file));
      } catch (MalformedInputException e) {
        throw new ConfigException(file + ": not a text file in UTF-8", e);
      }
    }
    if (!builtIn.contains(nameOrPath)) {
      throw new ConfigException(
          "unknown " + what + " '" + nameOrPath + "'" + Suggestion.of(nameOrPath, builtIn)
              + " (or the path of a .yaml file)");
    }
    return new SettingsFile(nameOrPath, nameOrPath + ".yaml", builtIn(nameOrPath));
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
