package io.scorefield.spark;

import io.scorefield.config.ConfigException;
import io.scorefield.data.DataSet;
import io.scorefield.eval.Distances;
import io.scorefield.eval.Reference;
import io.scorefield.experiment.EvaluateStage;
import io.scorefield.experiment.model.Model;
import io.scorefield.experiment.settings.ExperimentConfig;
import io.scorefield.io.FormatException;
import io.scorefield.spark.eval.Histogram;
import io.scorefield.spark.eval.Measures;
import io.scorefield.spark.eval.SampleEvaluation;
import io.scorefield.spark.eval.Totals;
import io.scorefield.train.Checkpoint;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.broadcast.Broadcast;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.functions;

/// Measures tables of samples where they are: every task sends back sums and histograms, never samples. The table is read twice, first for
/// moments and ranges, then for histograms within these ranges.
public final class SparkEvaluator {
  /// A covariance matrix of more components is too large for results of tasks.
  private static final int MOST_COMPONENTS = 1024;

  /// Numbers of samples that a task measures at once.
  private static final int BLOCK_FLOATS = 1 << 16;

  /// What is measured.
  ///
  /// @param bins of every histogram, 2 to 1e6
  /// @param directions of the sliced distance; 0: it is not measured
  /// @param truth points of the data's distribution that samples are compared with, at most
  public record Options(int bins, int directions, int truth) {
    public Options {
      if (bins < 2 || bins > 1_000_000 || directions < 0 || directions > 10_000 || truth < 20) {
        throw new ConfigException("--bins is from 2 to 1e6, --directions from 0 to 10000, --truth at least 20");
      }
    }
  }

  private final SparkSession spark;
  private final Model model;
  private final Broadcast<Recipe> sent;
  private final SampleColumns columns;
  private final boolean law;

  /// @param settings of the checkpoint, with other laws where they are wanted
  public SparkEvaluator(SparkSession given, Checkpoint.Stored stored, ExperimentConfig settings) throws IOException {
    spark = given.newSession();
    spark.conf().set("spark.sql.caseSensitive", "true");
    Recipe recipe = Recipe.ofLaws(stored, settings);
    model = recipe.open().model();
    columns = SampleColumns.of(model);
    law = model.constraint().map(io.scorefield.physics.Constraint::hasResiduals).orElse(false);
    if (columns.dimension() > MOST_COMPONENTS) {
      throw new ConfigException(
          "the samples have " + columns.dimension() + " components; covariances are aggregated of at most " + MOST_COMPONENTS);
    }
    sent = JavaSparkContext.fromSparkContext(spark.sparkContext()).broadcast(recipe);
  }

  /// The samples of a folder that {@link SparkSampler#write} has written.
  public Dataset<Row> read(String uri) throws IOException {
    return SampleFolder.existing(spark, uri).read();
  }

  /// Measures a table of samples.
  ///
  /// @param report is told what is not measured, and why
  /// @throws FormatException where a sample is not finite, as the program refuses such files
  public SampleEvaluation evaluate(Dataset<Row> samples, Options options, Consumer<String> report) throws IOException {
    Optional<float[]> truth = options.directions() == 0 ? Optional.empty() : truth(options.truth(), report);
    int directions = truth.isPresent() ? options.directions() : 0;
    JavaRDD<Row> rows = samples.select(selected(samples)).javaRDD();
    if (rows.getNumPartitions() == 0) {
      throw new ConfigException("the folder has no samples");
    }
    int dimension = columns.dimension();
    int width = Measures.width(dimension, directions, law);
    Seen seen = new Seen(sent, columns, directions, law);
    Totals totals =
        rows.mapPartitions(
                part -> {
                  Totals some = new Totals(dimension, width, seen.law());
                  seen.each(part, some::add);
                  return List.of(some).iterator();
                })
            .treeReduce(Totals::merge);
    if (totals.moments().count() < 2) {
      throw new ConfigException("the folder has fewer than two samples");
    }
    if (totals.broken() > 0) {
      throw new FormatException(
          totals.broken() + " of " + totals.moments().count() + " samples have a component that is NaN, infinite, missing or beyond float32; every "
              + "number must be finite");
    }
    double[] low = new double[width];
    double[] high = new double[width];
    Arrays.setAll(low, totals::least);
    Arrays.setAll(high, totals::greatest);
    int bins = options.bins();
    Histogram[] histograms =
        rows.mapPartitions(
                part -> {
                  Histogram[] some = new Histogram[width];
                  Arrays.setAll(some, i -> new Histogram(low[i], high[i], bins));
                  seen.each(
                      part,
                      row -> {
                        for (int i = 0; i < width; i++) {
                          some[i].add(row[i]);
                        }
                      });
                  return Collections.singleton(some).iterator();
                })
            .treeReduce(
                (a, b) -> {
                  for (int i = 0; i < a.length; i++) {
                    a[i].merge(b[i]);
                  }
                  return a;
                });
    return new SampleEvaluation(
        columns.names(), columns.origin(), totals.moments(), List.of(histograms).subList(0, dimension),
        law ? Optional.of(residual(totals, histograms[width - 1], width - 1)) : Optional.empty(),
        truth.map(points -> sliced(points, Arrays.copyOfRange(histograms, dimension, dimension + directions), dimension)));
  }

  /// What a task sees of its part of the table.
  private record Seen(Broadcast<Recipe> recipe, SampleColumns columns, int directions, boolean law) implements java.io.Serializable {
    private static final long serialVersionUID = 1L;

    void each(Iterator<Row> part, Consumer<double[]> take) throws IOException {
      Model model = Executors.opened(recipe).model();
      Measures measures = Measures.of(columns.origin(), directions, law ? model.constraint() : Optional.empty());
      int dimension = columns.dimension();
      int most = Math.max(1, BLOCK_FLOATS / dimension);
      float[] block = new float[most * dimension];
      while (part.hasNext()) {
        int n = 0;
        for (; n < most && part.hasNext(); n++) {
          columns.read(part.next(), block, n * dimension);
        }
        for (double[] row : measures.of(n == most ? block : Arrays.copyOf(block, n * dimension))) {
          take.accept(row);
        }
      }
    }
  }

  private Column[] selected(Dataset<Row> samples) {
    List<String> there = List.of(samples.columns());
    List<Column> selected = new ArrayList<>();
    for (String name : columns.names()) {
      if (!there.contains(name)) {
        throw new ConfigException("the samples have no column '" + name + "'; they are of another model, and have " + String.join(", ", there));
      }
      selected.add(functions.col("`" + name + "`"));
    }
    return selected.toArray(Column[]::new);
  }

  private static SampleEvaluation.Residual residual(Totals totals, Histogram histogram, int column) {
    double[] means = totals.residual();
    return new SampleEvaluation.Residual(means[0], means[1], Double.isInfinite(means[0]) ? means[0] : totals.greatest(column), totals.undefined(), histogram);
  }

  /// Points of the truth less the origin, the same as `scorefield evaluate` takes.
  private Optional<float[]> truth(int most, Consumer<String> report) throws IOException {
    if (!model.told().isEmpty()) {
      report.accept("no sliced distance: the samples have conditions, and the data has too few points of each");
      return Optional.empty();
    }
    DataSet data = model.config().data().load(model.config().seed());
    if (model.config().data().judge(data, model.config().seed()).isPresent()) {
      report.accept("no sliced distance: the positions of such data can be turned and exchanged");
      return Optional.empty();
    }
    Reference reference = new Reference(data, model.config().seed() + EvaluateStage.FRESH_DRAWS);
    return Optional.of(reference.pair(0, Math.min(most, reference.limit())).first());
  }

  /// The squared distance of one direction is the mean, over the ordered projections of the truth, of the squared difference to the
  /// samples' quantile of the same rank, which their histogram gives to a bin.
  private static SampleEvaluation.Sliced sliced(float[] truth, Histogram[] slices, int dimension) {
    int n = truth.length / dimension;
    double squares = 0;
    double widths = 0;
    for (int k = 0; k < slices.length; k++) {
      double[] direction = Distances.direction(k, slices.length, dimension);
      double[] projected = new double[n];
      for (int i = 0; i < n; i++) {
        for (int d = 0; d < dimension; d++) {
          projected[i] += truth[i * dimension + d] * direction[d];
        }
      }
      Arrays.sort(projected);
      double[] quantiles = slices[k].quantiles(n);
      for (int i = 0; i < n; i++) {
        squares += (projected[i] - quantiles[i]) * (projected[i] - quantiles[i]) / n / slices.length;
      }
      widths += slices[k].width() * slices[k].width() / slices.length;
    }
    return new SampleEvaluation.Sliced(Math.sqrt(squares), Math.sqrt(widths), slices.length, n);
  }
}
