package io.scorefield.cli;

import io.scorefield.data.Frame;
import io.scorefield.experiment.model.Model;
import io.scorefield.io.Layout;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.stream.IntStream;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/// From points to their latent codes.
@Command(
    name = "encode",
    description = {
      "Writes the latent codes of points: where the probability flow of a model takes them, in units of its noise.",
      "The codes of the data are standard normal to the error of the model; 'scorefield decode' undoes it."
    },
    mixinStandardHelpOptions = true,
    footer = {"", "Example: scorefield encode runs/half-moons/checkpoint.safetensors --points points.csv --out codes.csv"})
final class EncodeCommand implements Callable<Integer> {
  private final Console console;

  @Option(names = "--points", paramLabel = "FILE", required = true, description = "The points, a .npy, .npz, .csv, .parquet or .h5 file.")
  private Path points;

  @Mixin private CodeArguments arguments;

  EncodeCommand(Console console) {
    this.console = console;
  }

  @Override
  public Integer call() throws Exception {
    arguments.run(
        console, told -> told.read(points),
        (latent, engine, model, given) -> rows(model.model(), latent.encode(engine, model.network(), given), given),
        model -> layout(model.model()), "codes");
    return CommandLineRunner.OK;
  }

  /// The columns of codes: z[0], z[1], ..., and behind them the conditions of their points.
  static Layout layout(Model model) {
    Layout all = model.layout();
    Frame frame = model.diffuser().scaling().frame();
    List<String> names = new ArrayList<>(IntStream.range(0, frame.varied()).mapToObj(d -> "z[" + d + "]").toList());
    names.addAll(all.names().subList(frame.made(), model.dimension()));
    double[] origin = new double[names.size()];
    System.arraycopy(all.origin(), frame.made(), origin, frame.varied(), frame.conditions());
    return new Layout(names, origin);
  }

  /// Codes with the conditions of their points, [n, S + C].
  ///
  /// @param codes [n, S]
  /// @param points [n, D] less the origin
  static float[] rows(Model model, float[] codes, float[] points) {
    Frame frame = model.diffuser().scaling().frame();
    int size = frame.varied();
    int wide = size + frame.conditions();
    float[] rows = new float[codes.length / size * wide];
    for (int i = 0; i < codes.length / size; i++) {
      System.arraycopy(codes, i * size, rows, i * wide, size);
      System.arraycopy(points, i * model.dimension() + frame.made(), rows, i * wide + size, frame.conditions());
    }
    return rows;
  }
}
