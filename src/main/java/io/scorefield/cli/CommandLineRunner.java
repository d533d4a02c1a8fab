package io.scorefield.cli;

import io.scorefield.config.ConfigException;
import io.scorefield.watch.Reporter;
import io.scorefield.watch.Watch;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.function.Function;
import picocli.AutoComplete.GenerateCompletion;
import picocli.CommandLine;
import picocli.CommandLine.ParameterException;

/// Runs a command line: 0 it worked, 1 it failed, 2 it was called wrongly.
public final class CommandLineRunner {
  public static final int OK = 0;
  public static final int FAILED = 1;
  public static final int USAGE = 2;

  private CommandLineRunner() {}

  /// Runs a command line without ending the JVM.
  ///
  /// @param out results
  /// @param err progress and errors
  /// @param stop asked whether to stop early
  public static int run(String[] args, PrintWriter out, PrintWriter err, StopSwitch stop) {
    return run(args, out, err, stop, reporter -> List.of());
  }

  /// The same with commands of another module.
  ///
  /// @param further makes them, of a reporter whose lines go to `err`; they print their results to the `out` of their command line
  public static int run(
      String[] args, PrintWriter out, PrintWriter err, StopSwitch stop, Function<Reporter, List<?>> further) {
    Console console = new Console(out, err, stop);
    CommandLine commandLine = commandLine(console);
    further.apply(console).forEach(commandLine::addSubcommand);
    commandLine.setOut(out);
    commandLine.setErr(err);
    commandLine.setUsageHelpWidth(100);
    commandLine.setUsageHelpLongOptionsMaxWidth(32);
    commandLine.setCaseInsensitiveEnumValuesAllowed(true);
    boolean debug = List.of(args).contains("--debug");
    commandLine.setParameterExceptionHandler((e, given) -> usage(e, err));
    commandLine.setExecutionExceptionHandler((e, line, parsed) -> fail(e, err, debug));
    try {
      int code = new Watch(stop::requested, console::progress).during(() -> commandLine.execute(args));
      // PrintWriter and PrintStream keep what went wrong to themselves.
      if (out.checkError() && !stop.requested()) {
        err.println(
            "scorefield: standard output could not be written: its disk is full, or its reader has gone");
        return code == OK ? FAILED : code;
      }
      return code;
    } catch (OutOfMemoryError e) {
      err.println(
          "scorefield: not enough memory; ask for fewer samples or points, or give Java more with "
              + "SCOREFIELD_JAVA_OPTS=-Xmx8g");
      return FAILED;
    } finally {
      out.flush();
      err.flush();
    }
  }

  /// All commands of this module.
  static CommandLine commandLine(Console console) {
    return new CommandLine(new ScorefieldCommand())
        .addSubcommand(new RunCommand(console))
        .addSubcommand(new TrainCommand(console))
        .addSubcommand(new SampleCommand(console))
        .addSubcommand(new ExploreCommand(console))
        .addSubcommand(new LikelihoodCommand(console))
        .addSubcommand(new EncodeCommand(console))
        .addSubcommand(new DecodeCommand(console))
        .addSubcommand(new InterpolateCommand(console))
        .addSubcommand(new SimulateCommand(console))
        .addSubcommand(new ImputeCommand(console))
        .addSubcommand(
            new CommandLine(new DataCommand())
                .addSubcommand(new MoleculesCommand(console))
                .addSubcommand(new ConformersCommand(console))
                .addSubcommand(new CrystalsCommand(console)))
        .addSubcommand(new ConvertCommand(console))
        .addSubcommand(new ExportCommand(console))
        .addSubcommand(new ImportCommand(console))
        .addSubcommand(new AverageCommand(console))
        .addSubcommand(new ClassifierCommand(console))
        .addSubcommand(new EvaluateCommand(console))
        .addSubcommand(new PlotCommand(console))
        .addSubcommand(new CompareCommand(console))
        .addSubcommand(new SweepCommand(console))
        .addSubcommand(new BenchCommand(console))
        .addSubcommand(new InfoCommand(console))
        .addSubcommand(new SamplersCommand(console))
        .addSubcommand(new DistillCommand(console))
        .addSubcommand(new ListCommand(console))
        .addSubcommand(new ConfigCommand(console))
        .addSubcommand(new GalleryCommand(console))
        .addSubcommand(new GenerateCompletion());
  }

  private static int usage(ParameterException e, PrintWriter err) {
    CommandLine command = e.getCommandLine();
    String message = e.getMessage() == null ? "" : e.getMessage();
    err.println("scorefield: " + Plain.text(message.lines().findFirst().orElse("wrong usage")));
    if (!CommandLine.UnmatchedArgumentException.printSuggestions(e, err)) {
      err.println("Try '" + command.getCommandSpec().qualifiedName() + " --help'.");
    }
    return USAGE;
  }

  private static int fail(Exception e, PrintWriter err, boolean debug) {
    if (debug) {
      StringWriter trace = new StringWriter();
      e.printStackTrace(new PrintWriter(trace));
      trace.toString().lines().forEach(line -> err.println(line.startsWith("\tat ") ? line : Plain.text(line)));
    }
    err.println("scorefield: " + Plain.text(message(e)));
    return e instanceof ConfigException ? USAGE : FAILED;
  }

  /// One line for the user.
  private static String message(Exception e) {
    return switch (e) {
      case NoSuchFileException missing -> "there is no file " + missing.getFile();
      case AccessDeniedException denied -> "no permission to read or write " + denied.getFile();
      case FileAlreadyExistsException there -> "cannot make the folder " + there.getFile() + ": a file has that name";
      case NotDirectoryException not -> not.getFile() + " is not a folder";
      case FileSystemException other when other.getReason() != null ->
          other.getFile() + ": " + other.getReason();
      case UncheckedIOException wrapped -> message(wrapped.getCause());
      case IOException io -> String.valueOf(io.getMessage());
      // A parallel stream throws a copy of it without the message.
      case CancellationException stopped ->
          stopped.getMessage() == null ? "stopped" : stopped.getMessage();
      case ConfigException config -> config.getMessage();
      default ->
          e.getMessage() == null
              ? "an unexpected " + e.getClass().getSimpleName() + "; run again with --debug"
              : e.getMessage();
    };
  }
}
