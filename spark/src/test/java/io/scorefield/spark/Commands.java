package io.scorefield.spark;

import static org.assertj.core.api.Assertions.assertThat;

import io.scorefield.cli.CommandLineRunner;
import io.scorefield.cli.StopSwitch;
import io.scorefield.io.Points;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/// The program on one machine, for tests that compare.
public final class Commands {
  private Commands() {}

  /// Runs a command that must succeed.
  public static void run(String... args) {
    StringWriter err = new StringWriter();
    int code = CommandLineRunner.run(args, new PrintWriter(new StringWriter()), new PrintWriter(err), new StopSwitch());
    assertThat(code).as(err.toString()).isZero();
  }

  /// A short training of the circle.
  ///
  /// @return its checkpoint
  public static Path circle(Path folder, String... more) {
    List<String> args =
        new ArrayList<>(
            List.of(
                "train", "circle", "--out", folder.toString(), "--engine", "native", "--threads", "1", "--set", "train.epochs=40", "--set",
                "network.hidden=32", "--set", "schedule.steps=20"));
    args.addAll(List.of(more));
    run(args.toArray(String[]::new));
    return folder.resolve("checkpoint.safetensors");
  }

  /// Samples [n, D] of `scorefield sample`.
  public static float[] sample(Path checkpoint, Path file, String... more) throws IOException {
    List<String> args =
        new ArrayList<>(List.of("sample", checkpoint.toString(), "--out", file.toString(), "--engine", "native", "--threads", "2"));
    args.addAll(List.of(more));
    run(args.toArray(String[]::new));
    return read(file);
  }

  /// The numbers of a file, or of a folder of Parquet files, as the program reads them.
  public static float[] read(Path file) throws IOException {
    Points points = Points.read(file);
    float[] samples = new float[points.numbers().length()];
    for (int i = 0; i < samples.length; i++) {
      samples[i] = (float) points.numbers().at(i);
    }
    return samples;
  }
}
