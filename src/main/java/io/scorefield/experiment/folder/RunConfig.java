package io.scorefield.experiment.folder;

import io.scorefield.config.ConfigException;
import io.scorefield.config.ConfigWriter;
import io.scorefield.experiment.settings.ExperimentConfig;
import io.scorefield.experiment.settings.ExperimentSource;
import io.scorefield.io.AtomicFile;
import io.scorefield.watch.Reporter;
import java.io.IOException;
import java.nio.charset.MalformedInputException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;

/// config.yaml of a run folder: what the program was told. It is written, not read, so someone's changes to it are kept
/// aside before it is written again.
public final class RunConfig {
  private RunConfig() {}

  /// Writes the configuration.
  ///
  /// @param known configurations that the file may hold already without being someone's work
  public static void write(
      RunFolder folder, ExperimentConfig config, List<ExperimentConfig> known, Reporter reporter)
      throws IOException {
    Path file = folder.config();
    if (Files.exists(file) && !holds(file, config) && known.stream().noneMatch(one -> holds(file, one))) {
      Path aside = folder.root().resolve("config.edited.yaml");
      Files.copy(file, aside, StandardCopyOption.REPLACE_EXISTING);
      reporter.line(
          file + " is not as it was written; a copy is kept as " + aside.getFileName()
              + " (to use it, name it as the experiment: scorefield train " + aside + ")");
    }
    AtomicFile.writeString(file, ConfigWriter.yaml(config));
  }

  private static boolean holds(Path file, ExperimentConfig config) {
    try {
      return ExperimentSource.written("config", file.toString(), Files.readString(file)).bind().equals(config);
    } catch (MalformedInputException | ConfigException e) {
      return false;
    } catch (IOException e) {
      return false;
    }
  }
}
