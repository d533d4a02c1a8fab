package io.scorefield.spark;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.scorefield.experiment.model.ModelFile;
import io.scorefield.experiment.model.SampleSettings;
import io.scorefield.io.FormatException;
import io.scorefield.spark.eval.Histogram;
import io.scorefield.spark.eval.SampleEvaluation;
import io.scorefield.train.Checkpoint;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Samples that are not finite, laws without a value, and tables in odd parts.
class NotFiniteTest {
  private static final StructType SCHEMA =
      new StructType().add("sample", DataTypes.LongType).add("x", DataTypes.FloatType).add("y", DataTypes.FloatType);
  private static final SparkEvaluator.Options ALL = new SparkEvaluator.Options(50, 4, 200);

  private static List<Row> rows() {
    Random random = new Random(1);
    List<Row> rows = new ArrayList<>();
    for (int i = 0; i < 300; i++) {
      rows.add(RowFactory.create((long) i, (float) random.nextGaussian(), (float) random.nextGaussian()));
    }
    return rows;
  }

  @Test
  void theyAreRefusedAndPartsDoNotMatter(@TempDir Path folder) throws IOException {
    Checkpoint.Stored stored = Checkpoint.read(Commands.circle(folder.resolve("run"), "--set", "train.epochs=1"));
    try (SparkSession spark = Tables.session("local[2]")) {
      SparkEvaluator evaluator = new SparkEvaluator(spark, stored, ModelFile.read(stored).config());
      Dataset<Row> table = spark.createDataFrame(rows(), SCHEMA);
      SampleEvaluation one = evaluator.evaluate(table.coalesce(1), ALL, _ -> {});
      // All rows fall into few of 40 parts.
      SampleEvaluation many = evaluator.evaluate(table.repartition(40, table.col("sample").mod(3)), ALL, _ -> {});
      assertThat(many.moments().count()).isEqualTo(300);
      assertThat(many.residual().orElseThrow().mean()).isCloseTo(one.residual().orElseThrow().mean(), within(1e-12));
      assertThat(many.residual().orElseThrow().greatest()).isEqualTo(one.residual().orElseThrow().greatest());
      assertThat(many.slicedWasserstein2().orElseThrow().value()).isCloseTo(one.slicedWasserstein2().orElseThrow().value(), within(1e-12));
      for (int d = 0; d < 2; d++) {
        assertThat(many.moments().mean()[d]).isCloseTo(one.moments().mean()[d], within(1e-12));
        Histogram histogram = many.components().get(d);
        long[] counts = new long[50];
        for (Row row : rows()) {
          counts[Math.min(49, (int) ((row.getFloat(1 + d) - histogram.low()) / (histogram.high() - histogram.low()) * 50))]++;
        }
        assertThat(histogram.counts()).containsExactly(counts).containsExactly(one.components().get(d).counts());
      }
      for (Float odd : new Float[] {Float.NaN, Float.POSITIVE_INFINITY, Float.NEGATIVE_INFINITY, null}) {
        List<Row> some = rows();
        some.set(7, RowFactory.create(7L, odd, 0f));
        some.set(8, RowFactory.create(8L, odd, odd));
        assertThatThrownBy(() -> evaluator.evaluate(spark.createDataFrame(some, SCHEMA), ALL, _ -> {}))
            .isInstanceOf(FormatException.class)
            .hasMessageContaining("2 of 300 samples");
      }
      assertThatThrownBy(() -> evaluator.evaluate(table.limit(0), ALL, _ -> {})).hasMessageContaining("the folder has");

      // 1/x has no value at 0, and log(x) none below it.
      List<Row> some = rows();
      some.set(7, RowFactory.create(7L, 0f, 0f));
      assertThat(residual(spark, stored, some, "1/x").greatest()).isEqualTo(Double.POSITIVE_INFINITY);
      SampleEvaluation.Residual undefined = residual(spark, stored, rows(), "log(x)");
      assertThat(undefined.mean()).isNaN();
      assertThat(undefined.undefined()).isEqualTo(rows().stream().filter(row -> row.getFloat(1) < 0).count());
      assertThat(undefined.histogram().undefined()).isEqualTo(undefined.undefined());
    }
  }

  private static SampleEvaluation.Residual residual(SparkSession spark, Checkpoint.Stored stored, List<Row> rows, String law) throws IOException {
    var settings = SampleSettings.of(stored, Optional.empty(), List.of("physics=[{equality: " + law + "}]"));
    SampleEvaluation found =
        new SparkEvaluator(spark, stored, settings)
            .evaluate(spark.createDataFrame(rows, SCHEMA), new SparkEvaluator.Options(50, 0, 200), _ -> {});
    return found.residual().orElseThrow();
  }
}
