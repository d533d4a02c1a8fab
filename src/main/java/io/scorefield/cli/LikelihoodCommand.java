package io.scorefield.cli;

import io.scorefield.config.ConfigException;
import io.scorefield.diffusion.FlowDensity;
import io.scorefield.diffusion.ProbabilityFlow;
import io.scorefield.engine.Engine;
import io.scorefield.io.Layout;
import io.scorefield.io.PointWriter;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import org.apache.commons.math3.stat.descriptive.SummaryStatistics;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/// The likelihood of given points.
@Command(
    name = "likelihood",
    description = {
      "Computes ln q, the log-likelihood in nats of each point of a file, by the probability flow of a model.",
      "q is the density of the model at its least noise, in the units of the data."
    },
    mixinStandardHelpOptions = true,
    footer = {
      "",
      "Example: scorefield likelihood runs/half-moons/checkpoint.safetensors --points points.csv --out logs.csv"
    })
final class LikelihoodCommand implements Callable<Integer> {
  private static final int MOST_PROBES = 1000;

  private final Console console;

  @Parameters(paramLabel = "CHECKPOINT", description = "A checkpoint.safetensors.")
  private Path checkpoint;

  @Option(names = "--points", paramLabel = "FILE", required = true, description = "The points, a .npy, .npz, .csv, .parquet or .h5 file.")
  private Path points;

  @Option(
      names = {"-o", "--out"},
      paramLabel = "FILE",
      description = "The .npy, .npz, .csv or .parquet file to write, one number a point (default: the mean is printed alone).")
  private Path out;

  @Option(
      names = "--probes",
      paramLabel = "N",
      converter = CountConverter.Small.class,
      defaultValue = "0",
      description =
          "Estimate the divergence from so many random directions, without bias; 0: exact, at S derivatives for S "
              + "components (default: ${DEFAULT-VALUE}).")
  private int probes;

  @Option(
      names = "--seed",
      paramLabel = "N",
      converter = CountConverter.class,
      defaultValue = "1",
      description = "Seed of the probes, and of the noise of a bound (default: ${DEFAULT-VALUE}).")
  private long seed;

  @Mixin private BoundOptions bounds;
  @Mixin private ConditionOptions conditions;
  @Mixin private FlowOptions flows;
  @Mixin private EngineOptions engines;

  LikelihoodCommand(Console console) {
    this.console = console;
  }

  @Override
  public Integer call() throws Exception {
    if (probes < 0 || probes > MOST_PROBES || seed < 0) {
      throw new ConfigException("--probes must be from 0 to " + MOST_PROBES + ", and --seed not negative");
    }
    if (out != null) {
      PointWriter.requireFormat(out);
    }
    bounds.check();
    ProbabilityFlow flow = flows.flow(probes);
    TrainedModel trained = TrainedModel.read(checkpoint);
    FlowDensity density = TrainedModel.orRefuse(() -> new FlowDensity(trained.model().diffuser(), flow));
    TrainedModel.orRefuse(
        () -> {
          flow.require(trained.model().diffuser());
          return flow;
        });
    float[] given = conditions.points(trained.model()).read(points);
    double[] logs;
    List<String> bound;
    try (Engine engine = engines.open(console)) {
      logs = density.of(engine, trained.network(), given, seed);
      bound = bounds.lines(engine, trained, given, seed);
    }
    if (out != null) {
      float[] narrow = new float[logs.length];
      for (int i = 0; i < logs.length; i++) {
        narrow[i] = (float) logs[i];
      }
      TrainedModel.write(out, narrow, new Layout(List.of("log_likelihood"), new double[1]));
    }
    SummaryStatistics costs = new SummaryStatistics();
    Arrays.stream(logs).forEach(log -> costs.addValue(-log));
    double error = logs.length > 1 ? costs.getStandardDeviation() / Math.sqrt(logs.length) : Double.NaN;
    double bit = density.coordinates() * Math.log(2);
    console.result(line("negative log-likelihood", costs.getMean(), error, "nats"));
    console.result(line("", costs.getMean() / bit, error / bit, "bits per dimension"));
    bound.forEach(console::result);
    console.result(
        "points: " + logs.length + (out == null ? "" : "; ln q of each: " + out));
    return CommandLineRunner.OK;
  }

  static String line(String name, double value, double error, String unit) {
    return String.format(Locale.ROOT, "%-25s %10.5f", name, value)
        + (Double.isNaN(error) ? "" : String.format(Locale.ROOT, " +- %.5f", error)) + " " + unit;
  }
}
