package io.scorefield.cli;

import io.scorefield.config.ConfigException;
import io.scorefield.experiment.folder.RunFolder;
import io.scorefield.experiment.model.Origin;
import io.scorefield.experiment.settings.ExperimentSource;
import io.scorefield.report.board.TensorBoard;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDateTime;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/// The options that say which experiment is run and where.
final class ExperimentOptions {
  @Parameters(
      paramLabel = "EXPERIMENT",
      completionCandidates = Experiments.class,
      description = Experiments.HELP + ".")
  private String experiment;

  @Option(
      names = {"-o", "--out"},
      paramLabel = "DIR",
      description = "Folder of the run (default: runs/EXPERIMENT-DATE-TIME).")
  private Path out;

  @Option(
      names = "--seed",
      converter = CountConverter.class,
      paramLabel = "S",
      description = "Seed, a whole number >= 0 (default: what the configuration says).")
  private Long seed;

  @Option(
      names = "--set",
      paramLabel = "KEY=VALUE",
      description =
          "Change one key of the configuration, for example train.steps=2000; repeatable. "
              + "docs/configuration.md lists all keys with defaults and ranges.")
  private List<String> set = new ArrayList<>();

  @Option(
      names = "--resume",
      description = "Go on from the checkpoint in --out DIR.")
  private boolean resume;

  @Option(
      names = "--force",
      description = "Write into the folder although it has files that are not of a run.")
  private boolean force;

  @Option(
      names = "--from",
      paramLabel = "CHECKPOINT",
      description = "Start the training with the weights of another run, on the data of this experiment.")
  private Path from;

  @Option(
      names = "--scaling",
      paramLabel = "SCALING",
      defaultValue = "kept",
      description =
          "With --from: kept, scale the data as that run's were, or new, by these data (default: ${DEFAULT-VALUE}).")
  private String scaling;

  @Option(
      names = "--tensorboard",
      paramLabel = "DIR",
      description = "Write losses, metrics, histograms and pictures for TensorBoard into this folder too; see docs/tools.md.")
  private Path tensorboard;

  /// The folder of the files for TensorBoard.
  Optional<Path> tensorboard() {
    return Optional.ofNullable(tensorboard);
  }

  /// The same, opened.
  Optional<TensorBoard> board() throws IOException {
    return tensorboard == null ? Optional.empty() : Optional.of(TensorBoard.in(writable(tensorboard)));
  }

  /// Where the first weights are from, if not from random numbers.
  Optional<Origin> origin() {
    if (!List.of("kept", "new").contains(scaling)) {
      throw new ConfigException("--scaling is kept or new, not '" + scaling + "'");
    }
    if (from == null) {
      return Optional.empty();
    }
    if (resume) {
      throw new ConfigException("--from starts a new training and --resume goes on with one; give one of them");
    }
    return Optional.of(new Origin(from, scaling.equals("kept")));
  }

  boolean force() {
    return force;
  }

  boolean resume() {
    return resume;
  }

  ExperimentSource source() throws IOException {
    ExperimentSource source = ExperimentSource.read(experiment);
    for (String assignment : set) {
      source = source.with(assignment);
    }
    return seed == null ? source : source.with("seed", Long.toString(seed), "--seed");
  }

  /// A folder that has a name: the empty one would be the one that the user is in.
  ///
  /// @throws ConfigException when it has none
  static Path named(Path out) {
    if (out.toString().isBlank()) {
      throw new ConfigException("--out is empty; name a folder");
    }
    return out;
  }

  /// A folder to write to, made if need be: that it can be written to is known before hours of work.
  static Path writable(Path out) throws IOException {
    Files.createDirectories(named(out));
    if (!Files.isWritable(out)) {
      throw new IOException("cannot write to the folder " + out + ": no permission");
    }
    return out;
  }

  RunFolder folder(String name) {
    if (resume) {
      Path folder =
          Optional.ofNullable(out)
              .orElseThrow(() -> new ConfigException("--resume needs --out DIR, the run to go on with"));
      if (!Files.isDirectory(folder)) {
        throw new ConfigException("--resume: there is no folder " + folder);
      }
    }
    return folder(out, name);
  }

  /// The folder that is asked for, else a new one with the name and the time in its own.
  ///
  /// @param out may be null
  static RunFolder folder(Path out, String name) {
    if (out != null) {
      return new RunFolder(named(out));
    }
    String time = DateTimeFormatter.ofPattern("yyyyMMdd-HHmmss").format(LocalDateTime.now());
    Path folder = Path.of("runs", name + "-" + time);
    for (int i = 2; Files.exists(folder); i++) {
      folder = Path.of("runs", name + "-" + time + "-" + i);
    }
    return new RunFolder(folder);
  }
}
