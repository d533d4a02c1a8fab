package io.scorefield.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// The program as a user calls it, for tests.
final class Cli {
  private Cli() {}

  record Result(int code, String out, String err) {
    /// The result, if the program did what it was asked.
    Result ok() {
      assertThat(code).as(err).isZero();
      return this;
    }
  }

  static Result run(String... args) {
    StringWriter out = new StringWriter();
    StringWriter err = new StringWriter();
    int code =
        CommandLineRunner.run(args, new PrintWriter(out), new PrintWriter(err), new StopSwitch());
    return new Result(code, out.toString(), err.toString());
  }

  /// A command on an experiment with a network so small that it takes no time.
  static String[] small(String command, String experiment, Path out, String... more) {
    List<String> args =
        new ArrayList<>(
            List.of(
                command, experiment, "--out", out.toString(), "--engine", "native",
                "--set", "network={layers: 2, hidden: 16}", "--set", "sample.count=200",
                "--set", "evaluate.floor-repeats=1"));
    args.addAll(List.of(more));
    return args.toArray(String[]::new);
  }

  static JsonNode json(Path file) throws IOException {
    return JsonMapper.builder().build().readTree(Files.readString(file));
  }
}
