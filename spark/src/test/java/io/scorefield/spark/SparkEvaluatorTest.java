package io.scorefield.spark;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.scorefield.config.ConfigException;
import io.scorefield.data.DataSet;
import io.scorefield.eval.Distances;
import io.scorefield.eval.Evaluator;
import io.scorefield.eval.MetricValue;
import io.scorefield.experiment.EvaluateStage;
import io.scorefield.experiment.model.Model;
import io.scorefield.experiment.model.ModelFile;
import io.scorefield.spark.eval.SampleEvaluation;
import io.scorefield.train.Checkpoint;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// The aggregation gives the numbers that the program measures on collected samples.
class SparkEvaluatorTest {
  private static final int COUNT = 4000;

  @Test
  void numbersAreThoseOfCollectedSamples(@TempDir Path folder) throws IOException {
    Path checkpoint = Commands.circle(folder.resolve("run"), "--set", "sampler.clip=true");
    float[] samples = Commands.sample(checkpoint, folder.resolve("one.npy"), "-n", "" + COUNT, "--seed", "3");
    Checkpoint.Stored stored = Checkpoint.read(checkpoint);
    Model model = ModelFile.read(stored);
    DataSet data = model.config().data().load(model.config().seed());
    Map<String, MetricValue> expected =
        new Evaluator(
                data, model.constraint(), false, new Evaluator.Options(COUNT, 100, 16, 1),
                model.config().seed() + EvaluateStage.FRESH_DRAWS)
            .evaluate(samples);
    double[] residuals =
        new Evaluator(data, model.constraint(), false, new Evaluator.Options(COUNT, 100, 16, 1), 1).residuals(samples);
    SampleEvaluation found;
    try (SparkSession spark = Tables.session("local[2]")) {
      StructType schema =
          new StructType().add("sample", DataTypes.LongType).add("x", DataTypes.FloatType).add("y", DataTypes.FloatType);
      List<Row> rows = new ArrayList<>();
      for (int i = 0; i < COUNT; i++) {
        rows.add(RowFactory.create((long) i, samples[2 * i], samples[2 * i + 1]));
      }
      SparkEvaluator evaluator = new SparkEvaluator(spark, stored, model.config());
      found =
          evaluator.evaluate(
              spark.createDataFrame(rows, schema).repartition(5), new SparkEvaluator.Options(20_000, 16, COUNT), _ -> {});
      assertThatThrownBy(() -> evaluator.evaluate(spark.range(5).toDF("z"), new SparkEvaluator.Options(10, 0, 20), _ -> {}))
          .isInstanceOf(ConfigException.class)
          .hasMessageContaining("no column 'x'");
    }
    assertThat(found.moments().count()).isEqualTo(COUNT);
    for (int d = 0; d < 2; d++) {
      int component = d;
      double[] values = new double[COUNT];
      Arrays.setAll(values, i -> samples[2 * i + component]);
      double mean = Arrays.stream(values).average().orElseThrow();
      double variance = Arrays.stream(values).map(v -> (v - mean) * (v - mean)).sum() / (COUNT - 1);
      assertThat(found.moments().mean()[d]).isCloseTo(mean, within(1e-10));
      assertThat(found.moments().covariance(d, d)).isCloseTo(variance, within(1e-9 * variance));
      assertThat(Arrays.stream(found.components().get(d).counts()).sum()).isEqualTo(COUNT);
      Arrays.sort(values);
      assertThat(found.components().get(d).quantile(0.5)).isCloseTo(values[COUNT / 2], within(2 * found.components().get(d).width() + values[COUNT / 2 + 5] - values[COUNT / 2 - 5]));
    }
    SampleEvaluation.Residual residual = found.residual().orElseThrow();
    assertThat(residual.mean()).isCloseTo(expected.get(Evaluator.PHYSICAL_LOSS).value(), within(1e-12));
    assertThat(residual.rms()).isCloseTo(Math.sqrt(Arrays.stream(residuals).map(r -> r * r).average().orElseThrow()), within(1e-12));
    assertThat(residual.greatest()).isEqualTo(Arrays.stream(residuals).max().orElseThrow());
    SampleEvaluation.Sliced sliced = found.slicedWasserstein2().orElseThrow();
    assertThat(sliced.value()).isCloseTo(expected.get(Evaluator.SLICED_WASSERSTEIN_2).value(), within(sliced.tolerance()));
    assertThat(sliced.tolerance()).isLessThan(0.01);
    assertThat(Distances.direction(0, 16, 2)).containsExactly(1, 0);
  }
}
