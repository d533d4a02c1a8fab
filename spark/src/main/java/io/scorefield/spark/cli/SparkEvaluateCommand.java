package io.scorefield.spark.cli;

import io.scorefield.cli.CountConverter;
import io.scorefield.experiment.model.SampleSettings;
import io.scorefield.io.AtomicFile;
import io.scorefield.spark.SparkEvaluator;
import io.scorefield.spark.SparkFailure;
import io.scorefield.spark.eval.SampleEvaluation;
import io.scorefield.train.Checkpoint;
import io.scorefield.watch.Reporter;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.apache.spark.sql.SparkSession;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;
import tools.jackson.databind.json.JsonMapper;

/// Measures samples on Spark.
@Command(
    name = "spark-evaluate",
    description = {
      "Measures the samples of 'scorefield spark-sample' on a Spark cluster, without bringing them to one machine:",
      "moments, the law's residual, histograms, and the sliced distance to the data's distribution."
    },
    mixinStandardHelpOptions = true,
    footer = {"", "Example: scorefield spark-evaluate samples --checkpoint runs/circle/checkpoint.safetensors --json samples.json"})
final class SparkEvaluateCommand implements Callable<Integer> {
  private final Reporter reporter;
  @Spec private CommandSpec spec;

  @Parameters(paramLabel = "URI", description = "A folder of samples.")
  private String samples;

  @Option(names = "--checkpoint", paramLabel = "CHECKPOINT", required = true, description = "What they were sampled from.")
  private Path checkpoint;

  @Option(
      names = "--set",
      paramLabel = "KEY=VALUE",
      description = "Measure other laws, such as physics=[{equality: x^2 + y^2 = 1}]; repeatable.")
  private List<String> set = new ArrayList<>();

  @Option(
      names = "--bins",
      converter = CountConverter.Small.class,
      paramLabel = "N",
      defaultValue = "4096",
      description = "Bins of every histogram (default: ${DEFAULT-VALUE}).")
  private int bins;

  @Option(
      names = "--directions",
      converter = CountConverter.Small.class,
      paramLabel = "N",
      defaultValue = "64",
      description = "Directions of the sliced distance; 0: it is not measured (default: ${DEFAULT-VALUE}).")
  private int directions;

  @Option(
      names = "--truth",
      converter = CountConverter.Small.class,
      paramLabel = "N",
      defaultValue = "100000",
      description = "Points of the data's distribution that the samples are compared with, at most (default: ${DEFAULT-VALUE}).")
  private int truth;

  @Option(names = "--json", paramLabel = "FILE", description = "Write all numbers, with the histograms, to this file on this machine.")
  private Path json;

  @Mixin private SparkOptions options;

  SparkEvaluateCommand(Reporter reporter) {
    this.reporter = reporter;
  }

  @Override
  public Integer call() throws Exception {
    SparkEvaluator.Options measured = new SparkEvaluator.Options(bins, directions, truth);
    Checkpoint.Stored stored = Checkpoint.read(checkpoint);
    var settings = SampleSettings.of(stored, Optional.empty(), set);
    SampleEvaluation found;
    try (SparkSession spark = options.session("spark-evaluate")) {
      SparkEvaluator evaluator = new SparkEvaluator(spark, stored, settings);
      found = evaluator.evaluate(evaluator.read(samples), measured, reporter::line);
    } catch (Exception e) {
      throw SparkFailure.of(e);
    }
    print(found, spec.commandLine().getOut());
    if (json != null) {
      AtomicFile.writeString(json, new JsonMapper().writerWithDefaultPrettyPrinter().writeValueAsString(found.tree()));
      spec.commandLine().getOut().println("all numbers: " + json);
    }
    return 0;
  }

  private static void print(SampleEvaluation found, PrintWriter out) {
    out.println(String.format(Locale.ROOT, "%,d samples", found.moments().count()));
    found
        .residual()
        .ifPresent(
            of ->
                out.println(
                    String.format(
                        Locale.ROOT, "|r|  mean %.5g, rms %.5g, median %.5g, 99 %% %.5g, max %.5g%s", of.mean(), of.rms(),
                        of.histogram().quantile(0.5), of.histogram().quantile(0.99), of.greatest(),
                        of.undefined() == 0 ? "" : ", NaN at " + of.undefined() + " samples")));
    found
        .slicedWasserstein2()
        .ifPresent(
            of ->
                out.println(
                    String.format(
                        Locale.ROOT, "sliced-wasserstein-2  %.5g, to %.1g, over %d directions, against %,d true points", of.value(),
                        of.tolerance(), of.directions(), of.truth())));
    double[] mean = found.moments().mean();
    int width = found.names().stream().mapToInt(String::length).max().orElse(0);
    for (int d = 0; d < Math.min(mean.length, 16); d++) {
      out.println(
          String.format(
              Locale.ROOT, "%-" + width + "s  mean %.6g, deviation %.5g, from %.5g to %.5g", found.names().get(d), found.origin()[d] + mean[d],
              Math.sqrt(found.moments().covariance(d, d)), found.origin()[d] + found.moments().least()[d],
              found.origin()[d] + found.moments().greatest()[d]));
    }
    if (mean.length > 16) {
      out.println("... " + (mean.length - 16) + " more components: --json FILE has them");
    }
  }
}
