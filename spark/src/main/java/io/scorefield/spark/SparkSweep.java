package io.scorefield.spark;

import io.scorefield.config.ConfigException;
import io.scorefield.config.ConfigWriter;
import io.scorefield.engine.EngineException;
import io.scorefield.experiment.SweepRunner;
import io.scorefield.experiment.folder.RunFolder;
import io.scorefield.experiment.settings.ExperimentSource;
import io.scorefield.io.FormatException;
import io.scorefield.train.DivergenceException;
import io.scorefield.watch.Reporter;
import java.io.IOException;
import java.io.Serializable;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.sql.SparkSession;
import scala.Tuple2;

/// The runs of a sweep on Spark, one training a task.
public final class SparkSweep {
  private SparkSweep() {}

  /// A run on its way to an executor.
  ///
  /// @param config as JSON
  private record Sent(String place, String name, String config) implements Serializable {
    private static final long serialVersionUID = 1L;

    SweepRunner.Single single() {
      return new SweepRunner.Single(place, name, ExperimentSource.written(name, name, config).bind());
    }
  }

  /// Makes all runs that have not finished. A run whose task is run again goes on from its checkpoint.
  ///
  /// @param folder of the sweep, which all executors reach by this path
  /// @return why runs failed, by their places; these are not tried again, for they would fail again
  public static Map<String, String> run(SparkSession spark, List<SweepRunner.Single> runs, RunFolder folder, EngineChoice engine)
      throws IOException {
    List<Sent> sent = new ArrayList<>();
    for (SweepRunner.Single run : runs) {
      if (!run.isFinished(folder)) {
        sent.add(new Sent(run.place(), run.name(), ConfigWriter.json(run.config())));
      }
    }
    if (sent.isEmpty()) {
      return Map.of();
    }
    if (spark.sparkContext().conf().getBoolean("spark.speculation", false)) {
      throw new ConfigException("spark.speculation: two attempts at one run would work in one folder; set it to false for sweeps");
    }
    String root = folder.root().toString();
    Map<String, String> failed = new LinkedHashMap<>();
    JavaSparkContext.fromSparkContext(spark.sparkContext())
        .parallelize(sent, sent.size())
        .map(run -> new Tuple2<>(run.place(), made(run, new RunFolder(Path.of(root)), engine)))
        .collect()
        .forEach(answer -> failed.put(answer._1(), answer._2()));
    failed.values().removeIf(String::isEmpty);
    return failed;
  }

  /// @return why it failed; empty: it did not
  private static String made(Sent run, RunFolder folder, EngineChoice engine) throws IOException {
    try {
      run.single().make(folder, Executors.borrow(engine), Reporter.silent());
      return "";
    } catch (EngineException | DivergenceException | ConfigException | FormatException e) {
      return String.valueOf(e.getMessage()).lines().findFirst().orElse(e.toString());
    }
  }
}
