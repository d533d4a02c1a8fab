package io.scorefield.cli;

import static io.scorefield.cli.Cli.run;
import static org.assertj.core.api.Assertions.assertThat;

import io.scorefield.io.Safetensors;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// Weights that come from elsewhere, under the names that PyTorch gives them.
class ImportCommandTest {
  @TempDir Path folder;
  private Path weights;

  @BeforeEach
  void train() {
    run(
            "train", "circle", "--out", folder.resolve("run").toString(), "--engine", "reference", "--set", "train.steps=20",
            "--set", "schedule.steps=10", "--set", "network={layers: 3, hidden: 8}")
        .ok();
    weights = folder.resolve("weights.safetensors");
    run("export", folder.resolve("run/checkpoint.safetensors").toString(), "--out", weights.toString()).ok();
  }

  private Cli.Result imported(Path file, String... more) {
    List<String> args =
        new ArrayList<>(
            List.of(
                "import", file.toString(), "--config", "circle", "--out", folder.resolve("imported.safetensors").toString(),
                "--set", "schedule.steps=10", "--set", "network={layers: 3, hidden: 8}"));
    args.addAll(List.of(more));
    return run(args.toArray(String[]::new));
  }

  private byte[] samples(Path checkpoint) throws IOException {
    Path out = folder.resolve("samples.npy");
    run("sample", checkpoint.toString(), "-n", "30", "--out", out.toString(), "--engine", "reference").ok();
    return Files.readAllBytes(out);
  }

  /// A stack in the given form.
  ///
  /// @param dtype F16, BF16, F32 or F64
  private Path stack(String pattern, String dtype) throws IOException {
    Map<String, Safetensors.Tensor> tensors = Safetensors.read(weights).tensors();
    Path file = folder.resolve("stack.safetensors");
    StringBuilder header = new StringBuilder("{");
    int width = Map.of("F16", 2, "BF16", 2, "F32", 4, "F64", 8).get(dtype);
    ByteBuffer data = ByteBuffer.allocate(1 << 16).order(ByteOrder.LITTLE_ENDIAN);
    tensors.forEach(
        (name, tensor) -> {
          int begin = data.position();
          for (float value : tensor.values()) {
            switch (dtype) {
              case "F16" -> data.putShort(Float.floatToFloat16(value));
              case "BF16" -> data.putShort((short) (Float.floatToRawIntBits(value) >>> 16));
              case "F32" -> data.putFloat(value);
              default -> data.putDouble(value);
            }
          }
          String[] parts = name.split("\\.");
          String own = pattern.formatted(2 * Integer.parseInt(parts[1]), parts[2]);
          String shape = tensor.shape().length == 2 ? tensor.shape()[0] + "," + tensor.shape()[1] : "" + tensor.shape()[0];
          assertThat(data.position() - begin).isEqualTo(width * tensor.values().length);
          header.append(header.length() > 1 ? "," : "")
              .append("\"%s\":{\"dtype\":\"%s\",\"shape\":[%s],\"data_offsets\":[%d,%d]}".formatted(own, dtype, shape, begin, data.position()));
        });
    byte[] json = header.append("}").toString().getBytes(StandardCharsets.UTF_8);
    try (OutputStream out = Files.newOutputStream(file)) {
      out.write(ByteBuffer.allocate(8).order(ByteOrder.LITTLE_ENDIAN).putLong(json.length).array());
      out.write(json);
      out.write(data.array(), 0, data.position());
    }
    return file;
  }

  @ParameterizedTest
  @CsvSource({"net.%d.%s, F32", "%d.%s, F64", "layers.%d.%s, F32", "fc%d.%s, F32"})
  void samplesAreThoseOfTheNetworkItWas(String pattern, String dtype) throws IOException {
    imported(stack(pattern, dtype)).ok();
    assertThat(samples(folder.resolve("imported.safetensors"))).isEqualTo(samples(weights));
  }

  /// Numbers of half the width are what they are.
  @ParameterizedTest
  @CsvSource({"F16, 1e-3", "BF16, 8e-3"})
  void halfPrecisionIsRead(String dtype, float relative) throws IOException {
    imported(stack("net.%d.%s", dtype)).ok();
    Map<String, Safetensors.Tensor> all = Safetensors.read(folder.resolve("imported.safetensors")).tensors();
    Safetensors.read(weights)
        .tensors()
        .forEach(
            (name, tensor) -> {
              for (int i = 0; i < tensor.values().length; i++) {
                float value = tensor.values()[i];
                assertThat(Math.abs(all.get(name).values()[i] - value)).isLessThanOrEqualTo(relative * Math.abs(value) + 1e-7f);
              }
            });
  }

  @Test
  void anImportedCheckpointIsOne() throws IOException {
    imported(stack("net.%d.%s", "F32")).ok();
    String checkpoint = folder.resolve("imported.safetensors").toString();
    run("export", checkpoint, "--onnx", folder.resolve("imported.onnx").toString()).ok();
    assertThat(folder.resolve("imported.onnx")).exists();
    Path on = folder.resolve("on");
    run(
            "train", "circle", "--from", checkpoint, "--out", on.toString(), "--engine", "reference", "--set", "train={steps: 0, epochs: 0}",
            "--set", "schedule.steps=10", "--set", "network={layers: 3, hidden: 8}")
        .ok();
    assertThat(samples(on.resolve("checkpoint.safetensors"))).isEqualTo(samples(weights));
  }

  @Test
  void allThatDoesNotFitIsSaid() throws IOException {
    Map<String, Safetensors.Tensor> tensors = new LinkedHashMap<>(Safetensors.read(weights).tensors());
    tensors.remove("layers.1.bias");
    tensors.put("layers.2.bias", new Safetensors.Tensor(new int[] {3}, new float[3]));
    tensors.put("layers.7.bias", new Safetensors.Tensor(new int[] {1}, new float[1]));
    Path file = write(tensors);
    Cli.Result result = imported(file);
    assertThat(result.code()).isEqualTo(1);
    assertThat(result.err().lines()).hasSize(1);
    assertThat(result.err())
        .contains(
            "a tensor for layers.1.bias [8] is missing", "layers.2.bias is [3], not [2]", "layers.7.bias has no place");
    assertThat(folder.resolve("imported.safetensors")).doesNotExist();
  }

  @Test
  void otherFilesAreRefused() throws IOException {
    Map<String, Safetensors.Tensor> tensors = new LinkedHashMap<>(Safetensors.read(weights).tensors());
    tensors.put("norm.scale", new Safetensors.Tensor(new int[] {1}, new float[1]));
    assertThat(imported(write(tensors)).err()).contains("is not one stack of linear layers", "it also has norm.scale");
    tensors.remove("norm.scale");
    tensors.put("other.0.weight", new Safetensors.Tensor(new int[] {1, 1}, new float[1]));
    assertThat(imported(write(tensors)).err()).contains("it has layers.0.weight, other.0.weight");
    assertThat(imported(folder.resolve("run/checkpoint.safetensors")).err()).contains("adam.m.layers.0.weight");
    tensors.remove("other.0.weight");
    tensors.put("layers.0.bias", new Safetensors.Tensor(new int[] {8}, new float[] {0, 0, Float.NaN, 0, 0, 0, 0, 0}));
    assertThat(imported(write(tensors)).err()).contains("the tensor 'layers.0.bias' holds NaN");
    assertThat(imported(weights, "--set", "network.hiden=3").code()).isEqualTo(2);
  }

  private Path write(Map<String, Safetensors.Tensor> tensors) throws IOException {
    Path file = folder.resolve("other.safetensors");
    try (OutputStream out = Files.newOutputStream(file)) {
      new Safetensors(Map.of(), tensors).write(out);
    }
    return file;
  }
}
