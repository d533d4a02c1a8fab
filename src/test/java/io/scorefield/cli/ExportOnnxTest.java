package io.scorefield.cli;

import static io.scorefield.cli.Cli.run;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.scorefield.io.Npy;
import io.scorefield.onnx.OnnxRun;
import io.scorefield.rng.NoiseSource;
import io.scorefield.rng.NoiseStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// ONNX files as the command writes them: ONNX Runtime makes of them the samples of `scorefield sample`.
class ExportOnnxTest {
  private static final int COUNT = 9;

  @TempDir Path folder;

  private String checkpoint(String experiment, String... more) {
    Path out = folder.resolve(experiment);
    List<String> args =
        new ArrayList<>(
            List.of(
                "train", experiment, "--out", out.toString(), "--engine", "reference", "--set", "train={steps: 12, batch: 32}"));
    args.addAll(List.of(more));
    run(args.toArray(String[]::new)).ok();
    return out.resolve("checkpoint.safetensors").toString();
  }

  private static float[] normals(int stream, long first, int width) {
    float[] numbers = new float[COUNT * width];
    NoiseSource source = new NoiseSource(1);
    for (int i = 0; i < COUNT; i++) {
      source.normals(NoiseStream.of(stream), i, first, numbers, i * width, width);
    }
    return numbers;
  }

  /// @param settings separated by blanks
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "circle | network={layers:3,hidden:12} schedule.steps=30 | sampler.kind=ddim sampler.steps=6 | 2",
        "circle | network={layers:3,hidden:12,activation:tanh} schedule.steps=8 | sampler.kind=ddpm | 2",
        "half-moons | network={layers:2,hidden:12,activation:relu} | sampler.kind=dpm-solver++ sampler.steps=5 | 2",
        "flow-matching | network={layers:3,hidden:12,activation:softplus} | sampler.steps=5 | 2",
        "swiss-roll | network={layers:3,hidden:12} | sampler.steps=6 | 2",
        "dw4 | network={kind:egnn,layers:1,hidden:6} data.points=64 | sampler.kind=ddim sampler.steps=4 | 6",
      })
  void samplesAreThoseOfTheProgram(String experiment, String network, String sampler, int varied) throws Exception {
    List<String> training = new ArrayList<>();
    for (String setting : network.split(" ")) {
      training.addAll(List.of("--set", setting.replace(":", ": ").replace(",", ", ")));
    }
    String checkpoint = checkpoint(experiment, training.toArray(String[]::new));
    Path onnx = folder.resolve("sampler.onnx");
    Path npy = folder.resolve("samples.npy");
    List<String> export = new ArrayList<>(List.of("export", checkpoint, "--onnx-sampler", onnx.toString()));
    List<String> sample =
        new ArrayList<>(
            List.of("sample", checkpoint, "-n", "" + COUNT, "--out", npy.toString(), "--seed", "1", "--engine", "reference"));
    for (String setting : sampler.split(" ")) {
      export.addAll(List.of("--set", setting));
      sample.addAll(List.of("--set", setting));
    }
    run(export.toArray(String[]::new)).ok();
    run(sample.toArray(String[]::new)).ok();
    float[] expected = Npy.read(npy).values();
    try (OnnxRun session = new OnnxRun(onnx)) {
      Map<String, String> metadata = session.session().getMetadata().getCustomMetadata();
      session.with("noise", normals(NoiseStream.PRIOR.id(), 0, varied), COUNT, varied);
      if (metadata.containsKey("step-noise")) {
        String[] all = metadata.get("step-noise").split(", ");
        float[] noise = new float[all.length * COUNT * varied];
        for (int k = 0; k < all.length; k++) {
          String[] which = all[k].split(":");
          float[] one = normals(Integer.parseInt(which[0]), Long.parseLong(which[1]) * varied, varied);
          System.arraycopy(one, 0, noise, k * one.length, one.length);
        }
        session.with("step_noise", noise, all.length, COUNT, varied);
      }
      double[] actual = session.run().get("samples");
      assertThat(actual).hasSameSizeAs(expected);
      for (int i = 0; i < actual.length; i++) {
        assertThat(actual[i]).isCloseTo(expected[i], within(2e-5 * Math.max(1, Math.abs(expected[i]))));
      }
      assertThat(metadata).containsKeys("config", "model", "commit", "step").containsEntry("kind", "sampler");
    }
  }

  @Test
  void whatCannotBeWrittenIsRefusedInOneLine() throws Exception {
    String checkpoint = checkpoint("circle", "--set", "network={layers: 2, hidden: 8}", "--set", "schedule.steps=20");
    String file = folder.resolve("no.onnx").toString();
    refuses(2, "give --out, --onnx or --onnx-sampler", "export", checkpoint);
    refuses(2, "are for --onnx-sampler", "export", checkpoint, "--onnx", file, "--steps", "4");
    refuses(2, "is guided by laws", "export", checkpoint, "--onnx-sampler", file, "--method", "likelihood");
    refuses(2, "no method 'likelyhood'; did you mean 'likelihood'?", "export", checkpoint, "--onnx-sampler", file, "--method", "likelyhood");
    refuses(2, "no", "export", checkpoint, "--onnx-sampler", file, "--set", "network.hidden=9");
    assertThat(Files.exists(Path.of(file))).isFalse();
  }

  private static void refuses(int code, String says, String... args) {
    Cli.Result result = run(args);
    assertThat(result.code()).isEqualTo(code);
    assertThat(result.err()).contains(says);
    assertThat(result.err().lines().filter(line -> line.startsWith("scorefield:"))).hasSize(1);
  }
}
