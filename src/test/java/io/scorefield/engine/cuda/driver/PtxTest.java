package io.scorefield.engine.cuda.driver;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import jcuda.nvptxcompiler.JNvPTXCompiler;
import jcuda.nvptxcompiler.nvPTXCompileResult;
import jcuda.nvptxcompiler.nvPTXCompilerHandle;
import org.junit.jupiter.api.Assertions;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// The PTX in the jar, assembled without a GPU by the assembler of CUDA 12.0 that comes with JCuda: what it takes, the
/// driver of a real device takes.
class PtxTest {
  /// What the assembler says of a kernel.
  record Resources(int registers, int spilled) {}

  /// The registers that a block of the fast kernels leaves to each thread.
  private static final Map<String, Integer> BUDGET =
      Map.of(
          "sample_fused_64", 192, "training_pass_fused_64", 192, "training_resident", 192,
          "evaluate_fused_64", 192, "layer_product", 128, "training_gradient", 96, "sample_half_32_32", 192,
          "forward_noising", 40, "training_adam", 64);

  @BeforeAll
  static void needsTheKernels() {
    PtxParameters.require();
  }

  static List<String> files() throws IOException {
    try (Stream<Path> sources = Files.list(Path.of("kernels"))) {
      return sources
          .map(path -> path.getFileName().toString())
          .filter(name -> name.endsWith(".cu"))
          .map(name -> name.substring(0, name.length() - 3))
          .sorted()
          .toList();
    }
  }

  /// Assembles PTX for a device and returns what its kernels take.
  private static Map<String, Resources> assemble(String ptx, int device, String... further) {
    List<String> options = new ArrayList<>(List.of("--gpu-name=sm_" + device, "--verbose"));
    options.addAll(List.of(further));
    byte[] text = (ptx + "\0").getBytes(StandardCharsets.US_ASCII);
    nvPTXCompilerHandle compiler = new nvPTXCompilerHandle();
    assertThat(JNvPTXCompiler.nvPTXCompilerCreate(compiler, text.length, text))
        .isEqualTo(nvPTXCompileResult.NVPTXCOMPILE_SUCCESS);
    try {
      int result =
          JNvPTXCompiler.nvPTXCompilerCompile(compiler, options.size(), options.toArray(String[]::new));
      long[] size = new long[1];
      if (result != nvPTXCompileResult.NVPTXCOMPILE_SUCCESS) {
        JNvPTXCompiler.nvPTXCompilerGetErrorLogSize(compiler, size);
        byte[] log = new byte[(int) size[0] + 1];
        JNvPTXCompiler.nvPTXCompilerGetErrorLog(compiler, log);
        Assertions.fail("sm_" + device + ": " + new String(log, StandardCharsets.US_ASCII));
      }
      JNvPTXCompiler.nvPTXCompilerGetInfoLogSize(compiler, size);
      byte[] log = new byte[(int) size[0] + 1];
      JNvPTXCompiler.nvPTXCompilerGetInfoLog(compiler, log);
      return parse(new String(log, StandardCharsets.US_ASCII));
    } finally {
      JNvPTXCompiler.nvPTXCompilerDestroy(compiler);
    }
  }

  private static Map<String, Resources> parse(String log) {
    Map<String, Resources> kernels = new TreeMap<>();
    Matcher entry =
        Pattern.compile(
                "Compiling entry function '(\\w+)'.*?Function properties for \\1\\s[^0-9]*\\d+ bytes stack frame, "
                    + "(\\d+) bytes spill stores, (\\d+) bytes spill loads.*?Used (\\d+) registers",
                Pattern.DOTALL)
            .matcher(log);
    while (entry.find()) {
      kernels.put(
          entry.group(1),
          new Resources(
              Integer.parseInt(entry.group(4)),
              Integer.parseInt(entry.group(2)) + Integer.parseInt(entry.group(3))));
    }
    return kernels;
  }

  private static List<String> entries(String ptx) {
    List<String> names = new ArrayList<>();
    Matcher entry = Pattern.compile("\\.entry (\\w+)\\(").matcher(ptx);
    while (entry.find()) {
      names.add(entry.group(1));
    }
    return names;
  }

  /// Every file, for every device from Turing to Hopper; no kernel spills, and each keeps to its registers.
  @ParameterizedTest(name = "sm_{0}")
  @ValueSource(ints = {75, 80, 86, 89, 90})
  void everyKernelAssemblesWithoutSpilling(int device) throws IOException {
    List<String> files = files();
    assertThat(files).contains("forward_noising", "fused_mlp", "reverse_sampling", "physics_gradient", "training");
    files.parallelStream()
        .forEach(
            file -> {
              String ptx = Kernels.ptx(Kernels.pick(device), file);
              assertThat(ptx).contains("\n.version 7.0\n");
              if (file.startsWith("tensor_sampling") && (device == 86 || device == 89)) {
                // The same PTX as for 80 and 90; whether it is right is seen without optimising it again.
                assertThat(assemble(ptx, device, "--opt-level=1")).isNotEmpty();
                return;
              }
              Map<String, Resources> kernels = assemble(ptx, device);
              assertThat(kernels.keySet()).containsExactlyInAnyOrderElementsOf(entries(ptx));
              kernels.forEach(
                  (name, resources) -> {
                    assertThat(resources.spilled()).as("bytes spilled by %s on sm_%d", name, device).isZero();
                    assertThat(resources.registers())
                        .as("registers of %s on sm_%d", name, device)
                        .isLessThanOrEqualTo(BUDGET.getOrDefault(name, 255));
                  });
            });
  }

  /// The PTX for the oldest devices also assembles for the newest.
  @Test
  void theOldestInstructionSetRunsOnNewDevices() throws IOException {
    for (String file : files()) {
      if (!file.startsWith("tensor_sampling")) {
        // Whether it is right is seen without optimising it once more.
        assertThat(assemble(Kernels.ptx(75, file), 90, "--opt-level=1")).isNotEmpty();
      }
    }
  }

  @Test
  void theNewestInstructionSetThatADeviceHasIsPicked() {
    assertThat(Kernels.pick(75)).isEqualTo(75);
    assertThat(Kernels.pick(79)).isEqualTo(75);
    assertThat(Kernels.pick(86)).isEqualTo(80);
    assertThat(Kernels.pick(120)).isEqualTo(80);
    Assertions.assertThrows(io.scorefield.engine.EngineException.class, () -> Kernels.pick(70));
  }

  /// Without nvcc the build goes on, and says why there is no CUDA engine and how to get it.
  @Test
  void aBuildWithoutTheCompilerSaysHowToGetTheKernels(@TempDir Path folder) throws Exception {
    Files.createDirectories(folder.resolve("compute_75"));
    ProcessBuilder build = new ProcessBuilder("sh", "kernels/build.sh", folder.toString());
    build.environment().put("NVCC", "/nonexistent/nvcc");
    build.redirectErrorStream(true).redirectOutput(ProcessBuilder.Redirect.DISCARD);
    assertThat(build.start().waitFor()).isZero();
    assertThat(folder.resolve("unavailable.txt")).content().contains("without nvcc", "install the CUDA toolkit");
    assertThat(folder.resolve("compute_75")).doesNotExist();
  }
}
