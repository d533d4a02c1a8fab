package io.scorefield.spark;

import io.scorefield.config.ConfigWriter;
import io.scorefield.engine.Engine;
import io.scorefield.experiment.model.Model;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import java.util.stream.IntStream;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.broadcast.Broadcast;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;

/// Samples a checkpoint on Spark. Sample i depends on the seed and on i alone, so it is the same to the bit on one machine and on many,
/// however the samples are cut into tasks and however often a task is run again.
///
/// ```java
/// Checkpoint.Stored stored = Checkpoint.read(Path.of("circle/checkpoint.safetensors"));
/// Recipe recipe = Recipe.of(stored, SampleSettings.of(stored, Optional.empty(), List.of()), Way.of("plain"));
/// EngineChoice engine = EngineChoice.of(spark.sparkContext().conf(), "auto", 0, "mixed", "");
/// SparkSampler sampler = SparkSampler.of(spark, recipe, engine, System.err::println);
/// Dataset<Row> samples = sampler.rows(1, Shards.usual(0, 1_000_000_000L, 64));
/// ```
public final class SparkSampler {
  /// Floats that are drawn at once: a CPU engine has enough work for all its threads with these, and a GPU with more.
  private static final int CHUNK_FLOATS = 1 << 20;

  private static final int CUDA_CHUNK_FLOATS = 1 << 24;

  private final SparkSession spark;
  private final Recipe recipe;
  private final Broadcast<Recipe> sent;
  private final EngineChoice engine;
  private final SampleColumns columns;
  private final Consumer<String> report;

  private SparkSampler(SparkSession spark, Recipe recipe, EngineChoice engine, SampleColumns columns, Consumer<String> report) {
    this.spark = spark;
    this.recipe = recipe;
    this.sent = context(spark).broadcast(recipe);
    this.engine = engine;
    this.columns = columns;
    this.report = report;
  }

  /// A sampler whose recipe is with the executors. Where steps or variances of the sampler follow from the network, one task chooses
  /// them for all.
  ///
  /// @param report is told what was chosen
  public static SparkSampler of(SparkSession given, Recipe recipe, EngineChoice engine, Consumer<String> report) throws IOException {
    SampleColumns columns = SampleColumns.of(recipe.open().model());
    // A session of its own: components may have names that differ in their case alone.
    SparkSession spark = given.newSession();
    spark.conf().set("spark.sql.caseSensitive", "true");
    return new SparkSampler(spark, recipe.isOpen() ? settled(spark, recipe, engine, report) : recipe, engine, columns, report);
  }

  private static JavaSparkContext context(SparkSession spark) {
    return JavaSparkContext.fromSparkContext(spark.sparkContext());
  }

  private static Recipe settled(SparkSession spark, Recipe recipe, EngineChoice engine, Consumer<String> report) {
    Broadcast<Recipe> open = context(spark).broadcast(recipe);
    List<String> answer =
        context(spark)
            .parallelize(List.of(0), 1)
            .flatMap(
                _ -> {
                  Recipe.Opened opened = Executors.opened(open);
                  List<String> said = new ArrayList<>();
                  Model settled = opened.model().settled(Executors.borrow(engine), opened.network(), said::add);
                  said.addFirst(ConfigWriter.json(settled.config()));
                  return said.iterator();
                })
            .collect();
    answer.stream().skip(1).forEach(report);
    return recipe.with(answer.getFirst());
  }

  /// The columns of the samples.
  public SampleColumns columns() {
    return columns;
  }

  /// What is sampled, with nothing open.
  public Recipe recipe() {
    return recipe;
  }

  /// Samples as a table with the columns of {@link SampleColumns#schema}, a partition a shard, in ascending order of their numbers.
  /// Nothing is drawn before the table is read, and what is drawn is not kept: a table that is read twice is drawn twice.
  public Dataset<Row> rows(long seed, Shards shards) {
    return rows(seed, shards, new SampleTally(spark.sparkContext()));
  }

  private Dataset<Row> rows(long seed, Shards shards, SampleTally tally) {
    List<Integer> numbers = IntStream.range(0, shards.number()).boxed().toList();
    JavaRDD<Row> rows = context(spark).parallelize(numbers, shards.number()).mapPartitions(new Drawing(sent, engine, columns, seed, shards, tally));
    return spark.createDataFrame(rows, columns.schema());
  }

  /// What a task does.
  private record Drawing(
      Broadcast<Recipe> recipe, EngineChoice choice, SampleColumns columns, long seed, Shards shards, SampleTally tally)
      implements org.apache.spark.api.java.function.FlatMapFunction<java.util.Iterator<Integer>, Row> {
    private static final long serialVersionUID = 1L;

    @Override
    public java.util.Iterator<Row> call(java.util.Iterator<Integer> shard) throws IOException {
      int number = shard.next();
      Recipe.Opened opened = Executors.opened(recipe);
      Engine engine = Executors.borrow(choice);
      SampleTally told = tally.starting(opened.model(), engine.info().name() + ", " + engine.info().device());
      int floats = choice.name().equals("cuda") ? CUDA_CHUNK_FLOATS : CHUNK_FLOATS;
      var order = new DrawnRows.Order(seed, shards.first(number), shards.size(number), Math.max(1, floats / columns.dimension()));
      return new DrawnRows(opened.source(engine, told), columns, order, told);
    }
  }

  /// Writes samples as a folder of Parquet files, a file a shard. All of them appear when the job commits, each once: of a task that was
  /// run several times Spark lets one attempt commit.
  ///
  /// @param uri a folder that does not exist: a path, or file:, hdfs:, s3a: and what else Hadoop knows
  public void write(long seed, Shards shards, String uri) throws IOException {
    SampleFolder folder = SampleFolder.fresh(spark, uri);
    SampleTally tally = new SampleTally(spark.sparkContext());
    folder.write(rows(seed, shards, tally));
    folder.describe(recipe, engine, seed, shards);
    Recipe.Opened opened = recipe.open();
    try (Engine reference = io.scorefield.engine.Engines.open("reference", 1).engine()) {
      tally.findings(recipe.way().method(), shards.count(), opened.guidedSteps(reference)).forEach(report);
    }
  }
}
