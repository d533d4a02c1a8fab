package io.scorefield.spark.cli;

import io.scorefield.cli.CountConverter;
import io.scorefield.config.ConfigException;
import io.scorefield.spark.EngineChoice;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import org.apache.spark.SparkConf;
import org.apache.spark.sql.SparkSession;
import picocli.CommandLine.Option;

/// The options that say where a job runs, and with which engine.
final class SparkOptions {
  @Option(
      names = "--master",
      paramLabel = "URL",
      description =
          "The cluster, such as spark://HOST:7077 or local[4] (default: that of spark-submit; without it local[*], all cores of this "
              + "machine).")
  private String master;

  @Option(names = "--conf", paramLabel = "KEY=VALUE", description = "A setting of Spark; repeatable.")
  private Map<String, String> conf = new LinkedHashMap<>();

  @Option(
      names = "--engine",
      paramLabel = "ENGINE",
      defaultValue = "auto",
      description =
          "cuda, native or reference, for all tasks; auto is cuda where Spark gives GPUs to tasks, else native (default: "
              + "${DEFAULT-VALUE}).")
  private String engine;

  @Option(
      names = "--threads",
      converter = CountConverter.Small.class,
      paramLabel = "N",
      defaultValue = "0",
      description = "Threads of a task on a CPU; 0: spark.task.cpus (default: ${DEFAULT-VALUE}).")
  private int threads;

  @Option(
      names = "--precision",
      paramLabel = "PRECISION",
      defaultValue = "mixed",
      description = "Of sampling, as 'scorefield sample' has it: float32, split, mixed or half (default: ${DEFAULT-VALUE}).")
  private String precision;

  @Option(
      names = "--instructions",
      paramLabel = "SET",
      defaultValue = "",
      description =
          "Instruction set of the engine native: portable, avx2 or avx512 (default: the best of each machine). Give one where the "
              + "machines differ.")
  private String instructions;

  @Option(names = "--debug", description = "Show a stack trace when something fails.")
  private boolean debug;

  /// The session of a command.
  ///
  /// @param name of the command, which Spark's pages show
  SparkSession session(String name) {
    SparkConf all = new SparkConf();
    conf.forEach(all::set);
    boolean submitted = all.contains("spark.submit.deployMode");
    if (master != null) {
      all.setMaster(master);
    }
    all.setIfMissing("spark.master", "local[*]");
    all.setIfMissing("spark.app.name", "scorefield " + name);
    all.setIfMissing("spark.ui.showConsoleProgress", System.getProperty("scorefield.terminal", "false"));
    boolean local = all.get("spark.master").matches("local(\\[.*\\])?");
    if (local) {
      all.setIfMissing("spark.ui.enabled", "false");
    } else if (!submitted) {
      Path jar = jar();
      if (Files.isRegularFile(jar)) {
        all.setIfMissing("spark.jars", jar.toString());
      }
    }
    try {
      return SparkSession.builder().config(all).getOrCreate();
    } catch (Exception e) { // Scala's checked exceptions are not declared
      if (String.valueOf(e.getMessage()).contains("Could not parse Master URL")) {
        throw new ConfigException("--master " + all.get("spark.master") + ": is no cluster that Spark knows", e);
      }
      throw e;
    }
  }

  private static Path jar() {
    try {
      return Path.of(SparkOptions.class.getProtectionDomain().getCodeSource().getLocation().toURI());
    } catch (URISyntaxException e) {
      throw new IllegalStateException(e);
    }
  }

  EngineChoice engine(SparkSession spark) {
    return EngineChoice.of(spark.sparkContext().conf(), engine, threads, precision, instructions);
  }
}
