package io.scorefield.spark;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.List;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;

/// Tables of samples, read for tests.
public final class Tables {
  private Tables() {}

  /// A session of a cluster; whoever opens it closes it.
  public static SparkSession session(String master) {
    return SparkSession.builder()
        .master(master)
        .appName("tests")
        .config("spark.ui.enabled", "false")
        // Executors of local-cluster are processes of their own.
        .config("spark.executor.extraClassPath", System.getProperty("java.class.path"))
        .getOrCreate();
  }

  /// Samples [n, D] of a folder of Parquet files, of which every number must be there once.
  public static float[] samples(SparkSession spark, Path folder, long first, int count) {
    List<Row> rows = spark.read().parquet(folder.toString()).orderBy(SampleColumns.NUMBER).collectAsList();
    assertThat(rows).hasSize(count);
    int dimension = rows.getFirst().size() - 1;
    float[] samples = new float[count * dimension];
    for (int i = 0; i < count; i++) {
      assertThat(rows.get(i).getLong(0)).isEqualTo(first + i);
      for (int d = 0; d < dimension; d++) {
        samples[i * dimension + d] = rows.get(i).getFloat(1 + d);
      }
    }
    return samples;
  }
}
