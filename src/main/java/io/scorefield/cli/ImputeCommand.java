package io.scorefield.cli;

import io.scorefield.config.ConfigException;
import io.scorefield.engine.Engine;
import io.scorefield.experiment.Imputation;
import io.scorefield.experiment.model.Model;
import io.scorefield.experiment.model.ModelFile;
import io.scorefield.experiment.model.SampleSettings;
import io.scorefield.io.IncompleteTable;
import io.scorefield.network.Network;
import io.scorefield.train.Checkpoint;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/// Fills the missing cells of a table.
@Command(
    name = "impute",
    description = {
      "Fills the missing cells of a table with samples under the cells that are there.",
      "Cells that are there stay as they are. docs/conditioning.md says how, and how well."
    },
    mixinStandardHelpOptions = true,
    footer = {"", "Example: scorefield impute runs/loads/checkpoint.safetensors gaps.csv --out filled.csv --draws 20"})
final class ImputeCommand implements Callable<Integer> {
  private final Console console;
  @Spec private CommandSpec spec;

  @Parameters(index = "0", paramLabel = "CHECKPOINT", description = "A checkpoint.safetensors.")
  private Path checkpoint;

  @Parameters(
      index = "1",
      paramLabel = "TABLE",
      description = "A .csv, .parquet or .h5 file with the columns of the training; missing cells are empty or NaN.")
  private Path table;

  @Option(
      names = {"-o", "--out"},
      paramLabel = "FILE",
      required = true,
      description = "The .csv file to write.")
  private Path out;

  @Option(
      names = "--draws",
      paramLabel = "K",
      defaultValue = "1",
      description = "How often each row is written, with other samples in its missing cells (default: ${DEFAULT-VALUE}).")
  private int draws;

  @Option(
      names = "--seed",
      converter = CountConverter.class,
      paramLabel = "S",
      description = "Seed, a whole number >= 0 (default: that of the training).")
  private Long seed;

  @Option(
      names = "--set",
      paramLabel = "KEY=VALUE",
      description = "Change a key that the weights do not depend on, such as sampler.steps=50; repeatable.")
  private List<String> set = new ArrayList<>();

  @Mixin private TableOptions tables;
  @Mixin private EngineOptions engines;

  ImputeCommand(Console console) {
    this.console = console;
  }

  @Override
  public Integer call() throws Exception {
    if (draws < 1 || (seed != null && seed < 0)) {
      throw new ParameterException(spec.commandLine(), "--draws must be at least 1, and --seed must not be negative");
    }
    if (!out.toString().toLowerCase(Locale.ROOT).endsWith(".csv")) {
      throw new ConfigException("--out " + out + ": a table is written to a .csv file");
    }
    IncompleteTable given = IncompleteTable.read(table, tables.reading());
    Checkpoint.Stored stored = Checkpoint.read(checkpoint);
    Model model = ModelFile.readPlain(stored, SampleSettings.of(stored, Optional.empty(), set));
    model.requireSpaceOfData("impute");
    model.requireSharedConditions("impute");
    try (Engine engine = engines.open(console)) {
      Network network = stored.network(model.architecture());
      Model settled = model.settled(engine, network, console::line);
      long missing =
          new Imputation(engine, settled, network, console, draws, seed == null ? model.config().seed() : seed)
              .write(given, out);
      console.line(missing + " cells of " + given.rows().size() + " rows were missing");
    }
    console.result("table: " + out);
    return CommandLineRunner.OK;
  }
}
