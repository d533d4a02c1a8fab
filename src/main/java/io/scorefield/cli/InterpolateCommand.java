package io.scorefield.cli;

import io.scorefield.config.ConfigException;
import io.scorefield.data.Conditions;
import io.scorefield.diffusion.GreatCircle;
import io.scorefield.diffusion.LatentCodes;
import io.scorefield.diffusion.ProbabilityFlow;
import io.scorefield.engine.Engine;
import io.scorefield.experiment.model.Model;
import io.scorefield.network.Network;
import io.scorefield.plot.Interpolation;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Locale;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/// The way between two samples or points.
@Command(
    name = "interpolate",
    description = {
      "Goes from one sample to another along a great circle of their latent codes, and decodes what lies between.",
      "Without --points, --from and --to are numbers of samples of the probability flow; with it, rows of the file, counted "
          + "from 0."
    },
    mixinStandardHelpOptions = true,
    footer = {
      "",
      "Example: scorefield interpolate runs/half-moons/checkpoint.safetensors --from 3 --to 17",
      "Example: scorefield interpolate CHECKPOINT --points points.csv --from 0 --to 1 --out way"
    })
final class InterpolateCommand implements Callable<Integer> {
  /// Samples behind the picture, and points of its curve.
  private static final int BEHIND = 1500;
  private static final int FINE = 400;

  private final Console console;

  @Parameters(paramLabel = "CHECKPOINT", description = "A checkpoint.safetensors.")
  private Path checkpoint;

  @Option(names = "--from", paramLabel = "I", required = true, converter = CountConverter.class, description = "The first.")
  private long from;

  @Option(names = "--to", paramLabel = "J", required = true, converter = CountConverter.class, description = "The last.")
  private long to;

  @Option(names = "--points", paramLabel = "FILE", description = "A .npy or .csv file of points to go between.")
  private Path points;

  @Option(
      names = {"-n", "--count"},
      paramLabel = "N",
      converter = CountConverter.Small.class,
      defaultValue = "11",
      description = "Points on the way, the two ends included (default: ${DEFAULT-VALUE}).")
  private int count;

  @Option(
      names = "--seed",
      paramLabel = "N",
      converter = CountConverter.class,
      description = "Seed of the samples (default: that of the training).")
  private Long seed;

  @Option(
      names = {"-o", "--out"},
      paramLabel = "DIR",
      defaultValue = "interpolation",
      description = "Folder of interpolation.csv, codes.csv and, in the plane, the picture (default: ${DEFAULT-VALUE}).")
  private Path out;

  @Mixin private ConditionOptions conditions;
  @Mixin private FlowOptions flows;
  @Mixin private EngineOptions engines;

  InterpolateCommand(Console console) {
    this.console = console;
  }

  @Override
  public Integer call() throws Exception {
    if (from < 0 || to < 0 || from == to || count < 2 || count > 100_000 || (seed != null && seed < 0)) {
      throw new ConfigException(
          "--from and --to must be two different numbers from 0 on, -n from 2 to 100000, and --seed not negative");
    }
    ProbabilityFlow flow = flows.flow(0);
    TrainedModel trained = TrainedModel.read(checkpoint);
    LatentCodes latent = TrainedModel.orRefuse(() -> new LatentCodes(trained.model().diffuser(), flow));
    ExperimentOptions.writable(out);
    long of = seed == null ? trained.model().config().seed() : seed;
    try (Engine engine = engines.open(console)) {
      Ends both = ends(trained, latent, engine, of);
      float[] ends = both.codes();
      float[] told = both.told();
      int size = latent.coordinates();
      GreatCircle circle =
          TrainedModel.orRefuse(
              () -> GreatCircle.between(Arrays.copyOf(ends, size), Arrays.copyOfRange(ends, size, 2 * size)));
      float[] codes = circle.points(count);
      float[] decoded = latent.decode(engine, trained.network(), codes, repeated(told, count));
      TrainedModel.write(
          out.resolve("codes.csv"), EncodeCommand.rows(trained.model(), codes, decoded), EncodeCommand.layout(trained.model()));
      TrainedModel.write(out.resolve("interpolation.csv"), decoded, trained.model().layout());
      console.result(
          String.format(
              Locale.ROOT, "%d points over an angle of %.1f degrees: %s", count, Math.toDegrees(circle.angle()),
              out.resolve("interpolation.csv")));
      if (trained.model().dimension() - told.length == 2 && size == 2) {
        picture(trained, latent, engine, of, circle, codes, decoded, told);
        console.result("picture: " + out.resolve("interpolation.png"));
      } else {
        console.line("the data are not in the plane: no picture");
      }
    }
    return CommandLineRunner.OK;
  }

  /// The codes of the two ends, [2, S], and the conditions of both, [C].
  private record Ends(float[] codes, float[] told) {}

  private static float[] repeated(float[] told, int count) {
    float[] all = new float[told.length * count];
    for (int i = 0; i < all.length; i++) {
      all[i] = told[i % told.length];
    }
    return all;
  }

  private Ends ends(TrainedModel trained, LatentCodes latent, Engine engine, long of) throws Exception {
    int size = latent.coordinates();
    Model model = trained.model();
    if (points == null) {
      float[] ends = new float[2 * size];
      System.arraycopy(latent.ofSample(of, from), 0, ends, 0, size);
      System.arraycopy(latent.ofSample(of, to), 0, ends, size, size);
      return new Ends(ends, conditions.ofAll(model));
    }
    float[] given = conditions.points(model).read(points);
    int dimension = model.dimension();
    int rows = given.length / dimension;
    if (Math.max(from, to) >= rows) {
      throw new ConfigException(points + " has rows 0 to " + (rows - 1) + "; there is no row " + Math.max(from, to));
    }
    float[] two = new float[2 * dimension];
    System.arraycopy(given, (int) from * dimension, two, 0, dimension);
    System.arraycopy(given, (int) to * dimension, two, dimension, dimension);
    int told = model.diffuser().scaling().frame().conditions();
    float[] both = Conditions.alone(two, dimension, told);
    float[] first = Arrays.copyOf(both, told);
    if (!Arrays.equals(first, Arrays.copyOfRange(both, told, 2 * told))) {
      throw new ConfigException(
          "rows " + from + " and " + to + " of " + points + " have different conditions, and there is no way from one to the "
              + "other; give both the same with --condition");
    }
    return new Ends(latent.encode(engine, trained.network(), two), first);
  }

  private void picture(
      TrainedModel trained, LatentCodes latent, Engine engine, long of, GreatCircle circle, float[] codes, float[] decoded,
      float[] told)
      throws Exception {
    float[] behind = new float[2 * BEHIND];
    for (int i = 0; i < BEHIND; i++) {
      System.arraycopy(latent.ofSample(of, i), 0, behind, 2 * i, 2);
    }
    Network network = trained.network();
    Model model = trained.model();
    float[] way = circle.points(FINE);
    Interpolation.figure(
            new Interpolation.Space("latent codes", behind, way, codes),
            new Interpolation.Space(
                "samples", model.made(latent.decode(engine, network, behind, repeated(told, BEHIND))),
                model.made(latent.decode(engine, network, way, repeated(told, FINE))), model.made(decoded)),
            model.axes())
        .write(out, "interpolation");
  }
}
