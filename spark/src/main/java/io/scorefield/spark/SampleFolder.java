package io.scorefield.spark;

import io.scorefield.config.ConfigException;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.apache.hadoop.fs.UnsupportedFileSystemException;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SaveMode;
import org.apache.spark.sql.SparkSession;
import tools.jackson.databind.json.JsonMapper;

/// A folder of Parquet files with samples, on any file system that Hadoop knows.
final class SampleFolder {
  /// What the samples are of; Spark leaves out files whose names begin with a line like this.
  private static final String DESCRIPTION = "_scorefield.json";

  private static final String CLOUD = "org.apache.spark.internal.io.cloud.PathOutputCommitProtocol";

  private final SparkSession spark;
  private final Path path;
  private final FileSystem files;

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
      if (uri.startsWith("s3a:") && String.valueOf(e.getMessage()).contains("ClassNotFoundException")) {
        throw new ConfigException(
            "s3a: needs Hadoop's library for it: spark-submit --packages org.apache.spark:spark-hadoop-cloud_2.13:" + spark.version(), e);
      }
      throw e;
    }
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
    if (uri.startsWith("s3a:")) {
      folder.commitWithoutRenaming();
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

  /// S3 has no renaming, which the usual committer builds on: files are uploaded in parts there, and a commit completes the uploads.
  private void commitWithoutRenaming() {
    try {
      Class.forName(CLOUD);
    } catch (ClassNotFoundException e) {
      throw new ConfigException(
          "s3a: needs Spark's committer for it: spark-submit --packages org.apache.spark:spark-hadoop-cloud_2.13:" + spark.version(), e);
    }
    spark.conf().set("spark.sql.sources.commitProtocolClass", CLOUD);
    spark.conf().set("spark.sql.parquet.output.committer.class", "org.apache.spark.internal.io.cloud.BindingParquetOutputCommitter");
  }

  void write(Dataset<Row> rows) {
    rows.write()
        .mode(SaveMode.ErrorIfExists)
        // A task's files move to the job's folder when the task commits, and to their place when the job commits, all or none.
        .option("mapreduce.fileoutputcommitter.algorithm.version", "1")
        .option("fs.s3a.committer.name", "magic")
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
