package io.scorefield.cli;

import io.scorefield.config.ConfigException;
import io.scorefield.io.PointWriter;
import io.scorefield.io.TypedTable;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.OptionalInt;
import java.util.concurrent.Callable;
import java.util.concurrent.CancellationException;
import java.util.function.Supplier;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/// A table in a file of another format.
@Command(
    name = "convert",
    description = {
      "Writes a table or points into a file of another format: .npy, .npz, .csv or .parquet.",
      "Reads these, and HDF5 and folders of Parquet files. Numbers keep their precision, whole numbers and texts stay such where the "
          + "format has them, names of columns go along; docs/tools.md has the rules."
    },
    mixinStandardHelpOptions = true,
    footer = {
      "",
      "Example: scorefield convert measured.csv measured.parquet",
      "Example: scorefield convert run.h5 points.npy --dataset /run/points",
      "Example: scorefield convert samples.parquet few.csv --columns x,y --rows 0:1000"
    })
final class ConvertCommand implements Callable<Integer> {
  /// The column that numbers samples in Parquet files.
  private static final String NUMBERS = "sample";

  private static final Pattern ROWS = Pattern.compile("([0-9]{0,9}):([0-9]{0,9})");

  private final Console console;
  @Spec private CommandSpec spec;

  @Parameters(index = "0", paramLabel = "IN", description = "A .npy, .npz, .csv, .parquet or .h5 file, or a folder of Parquet files.")
  private Path in;

  @Parameters(index = "1", paramLabel = "OUT", description = "The .npy, .npz, .csv or .parquet file to write.")
  private Path out;

  @Option(
      names = "--columns",
      split = ",",
      paramLabel = "COLUMN",
      description = "Columns to write, in this order: names, or numbers counted from 0; several with commas (default: all).")
  private List<String> columns = new ArrayList<>();

  @Option(
      names = "--rows",
      paramLabel = "FROM:TO",
      description = "Rows to write, counted from 0, without the row TO; either may be left out (default: all).")
  private String rows = ":";

  @Option(
      names = "--names",
      split = ",",
      paramLabel = "NAME",
      description = "Names of the columns in OUT, as many as it has (default: those in IN; where it has none x, y, z or x[0], x[1], ...).")
  private List<String> names = new ArrayList<>();

  @Option(
      names = "--type",
      paramLabel = "TYPE",
      description = "float32 or float64: all numbers in this precision, rounded where it is needed (default: as in IN).")
  private String type;

  @Mixin private TableOptions options;

  @Option(names = "--debug", description = "Show a stack trace when something fails.")
  private boolean debug;

  ConvertCommand(Console console) {
    this.console = console;
  }

  @Override
  public Integer call() throws Exception {
    Matcher range = ROWS.matcher(rows);
    if (!range.matches()) {
      throw new ParameterException(spec.commandLine(), "--rows " + rows + ": expected FROM:TO, such as 0:1000, :1000 or 1000:");
    }
    if (type != null && !type.matches("float32|float64")) {
      throw new ParameterException(spec.commandLine(), "--type " + type + ": expected float32 or float64");
    }
    PointWriter.requireFormat(out);
    requireOther();
    try {
      write(range);
    } catch (CancellationException e) {
      throw new CancellationException("stopped; " + out + " was not written");
    }
    return CommandLineRunner.OK;
  }

  private void write(Matcher range) throws IOException {
    TypedTable read = TypedTable.read(in, TableOptions.columns(columns), options.reading(), keepsNumbers());
    read.notes().forEach(console::line);
    TypedTable part =
        orRefuse("--rows " + rows, () -> read.rows(number(range.group(1)).orElse(0), number(range.group(2))));
    TypedTable named = names.isEmpty() ? part : orRefuse("--names", () -> part.named(names));
    TypedTable table =
        type == null ? named : orRefuse("--type " + type, () -> named.inPrecision(type.equals("float32")));
    table.write(out);
    console.result("table: " + out + ", rows: " + table.rows() + ", columns: " + table.columns().size());
  }

  /// Whether the numbers of samples are written as a column.
  private boolean keepsNumbers() {
    boolean parquet = out.toString().toLowerCase(Locale.ROOT).endsWith(".parquet");
    return columns.isEmpty() ? parquet : columns.contains(NUMBERS);
  }

  private void requireOther() throws IOException {
    if (!Files.exists(in)) {
      throw new NoSuchFileException(in.toString());
    }
    if (Files.exists(out) && Files.isSameFile(in, out)) {
      throw new ConfigException(out + ": IN and OUT are one file; name another one to write");
    }
  }

  private static OptionalInt number(String text) {
    return text.isEmpty() ? OptionalInt.empty() : OptionalInt.of(Integer.parseInt(text));
  }

  private static TypedTable orRefuse(String what, Supplier<TypedTable> made) {
    try {
      return made.get();
    } catch (IllegalArgumentException e) {
      throw new ConfigException(what + ": " + e.getMessage(), e);
    }
  }
}
