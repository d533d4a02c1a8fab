package io.scorefield.spark;

import io.scorefield.config.ConfigException;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.UUID;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.apache.hadoop.fs.UnsupportedFileSystemException;
import org.apache.hadoop.mapreduce.lib.output.PathOutputCommitterFactory;
import org.apache.hadoop.util.VersionInfo;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SaveMode;
import org.apache.spark.sql.SparkSession;
import tools.jackson.databind.json.JsonMapper;

/// A folder of Parquet files with samples, on any file system that Hadoop knows.
final class SampleFolder {
  /// What the samples are of; Spark leaves out files whose names begin with a line like this.
  private static final String DESCRIPTION = "_scorefield.json";

  private static final String S3_COMMITTERS = "org.apache.hadoop.fs.s3a.commit.S3ACommitterFactory";

  private final SparkSession spark;
  private final Path path;
  private final FileSystem files;
  private Map<String, String> committer = Map.of("mapreduce.fileoutputcommitter.algorithm.version", "1");

  private SampleFolder(SparkSession spark, String uri) throws IOException {
    this.spark = spark;
    if (uri.isBlank()) {
      throw new ConfigException("the folder of samples has no name");
    }
    Configuration hadoop = spark.sparkContext().hadoopConfiguration();
    try {
      path = new Path(uri);
      files = path.getFileSystem(hadoop);
    } catch (IllegalArgumentException e) {
      throw new ConfigException("'" + uri + "' is no address of a folder: " + e.getMessage(), e);
    } catch (UnsupportedFileSystemException e) {
      throw new ConfigException("Hadoop knows no file system for '" + uri + "': " + e.getMessage(), e);
    } catch (IOException | RuntimeException e) {
      if (isStore(uri) && String.valueOf(e.getMessage()).contains("ClassNotFoundException")) {
        throw withoutLibrary(e);
      }
      throw e;
    } catch (NoClassDefFoundError e) { // Hadoop's library is there, Amazon's is not
      if (isStore(uri)) {
        throw withoutLibrary(e);
      }
      throw e;
    }
  }

  private static boolean isStore(String uri) {
    return uri.startsWith("s3a:");
  }

  private static ConfigException withoutLibrary(Throwable cause) {
    return new ConfigException(
        "s3a: needs Hadoop's library for it: spark-submit --packages org.apache.hadoop:hadoop-aws:" + VersionInfo.getVersion(), cause);
  }

  /// A folder to write.
  ///
  /// @throws ConfigException when it exists, or its file system needs a library that is not there
  static SampleFolder fresh(SparkSession spark, String uri) throws IOException {
    if (uri.toLowerCase(Locale.ROOT).matches(".*\\.(sdf|xyz|cif|npy|npz|csv)")) {
      throw new ConfigException(
          "--out " + uri + ": a job writes a folder of Parquet files; for other files, or molecules and crystals, give their numbers to "
              + "'scorefield sample' with -n and --first");
    }
    SampleFolder folder = new SampleFolder(spark, uri);
    if (folder.files.exists(folder.path)) {
      throw new ConfigException("--out " + uri + ": exists; name a new folder");
    }
    if (isStore(uri)) {
      folder.commitBy(S3_COMMITTERS);
    }
    return folder;
  }

  /// A folder to read.
  ///
  /// @throws ConfigException when it does not exist
  static SampleFolder existing(SparkSession spark, String uri) throws IOException {
    SampleFolder folder = new SampleFolder(spark, uri);
    if (!folder.files.exists(folder.path)) {
      throw new ConfigException("there is no folder " + uri);
    }
    return folder;
  }

  /// Takes a committer of Hadoop's other than the usual one, which builds on renaming. S3 has none: files are uploaded in parts there, and a
  /// commit completes the uploads.
  ///
  /// @param factory the class that makes the committer for this file system
  void commitBy(String factory) {
    spark.conf().set("spark.sql.sources.commitProtocolClass", StoreCommitProtocol.class.getName());
    committer =
        Map.of(
            PathOutputCommitterFactory.COMMITTER_FACTORY_CLASS, factory,
            "fs.s3a.committer.name", "magic",
            // By this name Hadoop's committers know the job.
            "spark.sql.sources.writeJobUUID", UUID.randomUUID().toString());
  }

  void write(Dataset<Row> rows) {
    rows.write()
        .mode(SaveMode.ErrorIfExists)
        // A task's files move to the job's folder when the task commits, and to their place when the job commits, all or none.
        .options(committer)
        // No two numbers are equal: a dictionary of them only costs time.
        .option("parquet.enable.dictionary", "false")
        .option("compression", "zstd")
        .parquet(path.toString());
  }

  Dataset<Row> read() {
    return spark.read().parquet(path.toString());
  }

  /// Writes beside the samples what they are.
  void describe(Recipe recipe, EngineChoice engine, long seed, Shards shards) throws IOException {
    JsonMapper json = new JsonMapper();
    Map<String, Object> tree = new LinkedHashMap<>();
    tree.put("seed", seed);
    tree.put("first", shards.first());
    tree.put("count", shards.count());
    tree.put("samples-per-task", shards.perTask());
    tree.put("method", recipe.way().method());
    tree.put("per-sample", recipe.way().perSample());
    tree.put("engine", engine.name());
    tree.put("precision", engine.precision());
    tree.put("recipe-sha256", recipe.id());
    tree.put("spark", spark.version());
    tree.put("config", json.readTree(recipe.config()));
    try (OutputStream out = files.create(new Path(path, DESCRIPTION), true)) {
      out.write(json.writerWithDefaultPrettyPrinter().writeValueAsString(tree).getBytes(StandardCharsets.UTF_8));
    }
  }
}
