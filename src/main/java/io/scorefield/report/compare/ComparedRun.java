package io.scorefield.report.compare;

import io.scorefield.config.ConfigException;
import io.scorefield.eval.MetricValue;
import io.scorefield.io.FormatException;
import io.scorefield.report.Summary;
import io.scorefield.report.SweepTable;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import tools.jackson.databind.JsonNode;

/// A finished run, or a sweep, as its summary.json has it.
///
/// @param name what tells it from the others of a comparison: the end of its path
/// @param seeds over how many runs its metrics are means
/// @param against what its samples were compared with; empty in the summary of a sweep
/// @param metrics by method
/// @param failed messages by the name of what failed
public record ComparedRun(
    String name,
    Path folder,
    String experiment,
    int seeds,
    String against,
    Map<String, Map<String, MetricValue>> metrics,
    Map<String, String> failed) {

  /// Reads runs.
  ///
  /// @param folders each a folder with a summary.json, or such a file, or the folder of a variant with its seeds
  /// @throws ConfigException when one is missing or has not finished
  /// @throws FormatException when a summary is damaged
  public static List<ComparedRun> read(List<Path> folders) throws IOException {
    List<String> names = names(folders);
    List<ComparedRun> runs = new ArrayList<>();
    for (int i = 0; i < folders.size(); i++) {
      runs.add(read(folders.get(i), names.get(i)));
    }
    return runs;
  }

  private static ComparedRun read(Path given, String name) throws IOException {
    Path file = Files.isRegularFile(given) ? given : given.resolve("summary.json");
    if (!Files.exists(given)) {
      throw new ConfigException("there is no folder " + given);
    }
    if (!Files.isRegularFile(file)) {
      List<Path> seeds = seeds(given);
      if (!seeds.isEmpty()) {
        return means(given, name, seeds);
      }
      throw new ConfigException(
          given + " has no summary.json: it is not the folder of a run, or the run has not finished");
    }
    return one(given, name, file);
  }

  /// The runs of a variant or a combination that have finished.
  private static List<Path> seeds(Path folder) throws IOException {
    try (Stream<Path> all = Files.list(folder)) {
      return all.filter(path -> path.getFileName().toString().matches("seed-\\d{1,18}"))
          .filter(path -> Files.isRegularFile(path.resolve("summary.json")))
          .sorted()
          .toList();
    }
  }

  private static ComparedRun means(Path folder, String name, List<Path> seeds) throws IOException {
    SweepTable table = new SweepTable();
    Map<String, String> failed = new LinkedHashMap<>();
    ComparedRun first = one(seeds.getFirst(), name, seeds.getFirst().resolve("summary.json"));
    for (int i = 0; i < seeds.size(); i++) {
      ComparedRun run = one(seeds.get(i), name, seeds.get(i).resolve("summary.json"));
      int seed = i;
      run.metrics().forEach((method, values) -> table.add(new SweepTable.Key("", method), seed, values));
      run.failed().forEach((what, why) -> failed.put(seeds.get(seed).getFileName() + "/" + what, why));
    }
    return new ComparedRun(name, folder, first.experiment(), seeds.size(), first.against(), table.byName(), failed);
  }

  private static ComparedRun one(Path given, String name, Path file) throws IOException {
    JsonNode root = Summary.read(file);
    Map<String, Map<String, MetricValue>> metrics = Summary.readMetrics(file);
    if (metrics.values().stream().allMatch(Map::isEmpty)) {
      throw new FormatException(file + ": it has no metrics");
    }
    return new ComparedRun(
        name, given, root.path("experiment").asString(""), Math.max(1, root.path("seeds").asInt(1)),
        root.path("compared-with").asString(""), metrics, Summary.readFailed(file));
  }

  /// The shortest ends of the paths that differ from each other; numbered where the paths are equal.
  static List<String> names(List<Path> folders) {
    List<Path> whole = folders.stream().map(path -> path.toAbsolutePath().normalize()).toList();
    int longest = whole.stream().mapToInt(Path::getNameCount).max().orElse(0);
    for (int parts = 1; parts <= longest; parts++) {
      int last = parts;
      List<String> names = whole.stream().map(path -> end(path, last)).toList();
      if (names.stream().distinct().count() == names.size()) {
        return names;
      }
    }
    return IntStream.range(0, whole.size()).mapToObj(i -> i + 1 + ": " + end(whole.get(i), 1)).toList();
  }

  private static String end(Path path, int parts) {
    int count = path.getNameCount();
    return count == 0 ? path.toString() : path.subpath(Math.max(0, count - parts), count).toString();
  }
}
