package io.scorefield.engine.cuda.driver;

import static java.util.Map.entry;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Assertions;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// The PTX in the jar, assembled without a GPU by the assembler of CUDA 12.0 that comes with JCuda: what it takes, the
/// driver of a real device takes. Where the build has made cubins of the PTX, what its assembler said of them counts.
class PtxTest {
  /// What the assembler says of a kernel.
  record Resources(int registers, int spilled) {}

  /// The registers that a block of the fast kernels leaves to each thread.
  private static final Map<String, Integer> BUDGET =
      Map.of(
          "sample_fused_64", 216, "training_pass_fused_64", 192, "training_resident", 208,
          "evaluate_fused_64", 192, "layer_product", 128, "training_gradient", 96, "sample_half_32_32", 200,
          "forward_noising", 40, "training_adam", 96, "sample_program", 128);

  /// Those of kernels of 128 threads of which three blocks run beside each other; of softplus there are two.
  private static final int AFFINE = 168;

  private static int budget(String kernel) {
    boolean three = kernel.startsWith("affine_") && !kernel.endsWith("_softplus");
    return BUDGET.getOrDefault(kernel, three ? AFFINE : 255);
  }

  /// Bytes that a kernel may spill. Those that run network programs keep to 128 registers, so that two blocks of 256 threads
  /// run beside each other: what control has in hand waits in local memory while the steps of a program run. That is some
  /// tens of instructions an evaluation. Likewise those whose tiles of 128 samples are most of a thread's registers: what
  /// waits is control's, outside of the products. And for 8.0 alone some words of a row, where a warp has a whole network in registers.
  private static final Map<String, Integer> SPILLS =
      Map.ofEntries(
          entry("sample_program", 1024), entry("train_program_chunks", 768), entry("evaluate_program", 64),
          entry("streamed_half_512_128", 704), entry("streamed_half_512_128_back", 1344),
          entry("streamed_mixed_512_128", 704), entry("streamed_mixed_512_128_back", 1280),
          entry("warpgroup_half_512_128", 1024), entry("warpgroup_half_512_128_back", 2048),
          entry("warpgroup_mixed_512_128", 1024), entry("warpgroup_mixed_512_128_back", 2048),
          entry("affine_mixed_64_64_relu", 64), entry("affine_mixed_64_64_tanh", 64), entry("sample_split_64_16", 144));

  /// The oldest and the newest. Cards between run the PTX of 8.0, as 9.0 does, with its instructions and registers:
  /// -Dscorefield.ptx=75,80,90 when kernels change.
  private static final int[] DEVICES =
      Stream.of(System.getProperty("scorefield.ptx", "75,90").split(",")).mapToInt(Integer::parseInt).toArray();

  /// What the assembler said of the kernels as they are, for 7.5, and for 9.0 where that is all they are for: -Dscorefield.ptx.update=true writes it anew when they have changed.
  private static final Path COMMITTED = Path.of("bench", "assembled-ptx");

  @BeforeAll
  static void needsTheKernels() {
    PtxParameters.require();
  }

  private static PtxAssembler assembler;

  /// Everything that the tests want assembled is begun together, so that no processor waits for the end of a test.
  private static synchronized PtxAssembler assembler() throws IOException {
    if (assembler == null) {
      assembler = new PtxAssembler(Path.of("target", "assembled-ptx"), COMMITTED);
      List<PtxAssembler.Task> tasks = new ArrayList<>();
      for (String file : files()) {
        for (int device : DEVICES) {
          if (runs(file, device) && asked(file, device)) {
            tasks.add(task(file, device));
          }
        }
      }
      assembler.begin(tasks);
    }
    return assembler;
  }

  @AfterAll
  static void stopsAssembling() throws IOException {
    if (Boolean.getBoolean("scorefield.ptx.update")) {
      commit();
    }
    if (assembler != null) {
      assembler.close();
    }
  }

  /// What the assembler of the build said of a file whose cubin is in the jar: it need not be assembled again.
  private static Path built(String file, int device) {
    return Path.of("target", "classes", "cuda", "sm_" + target(file, device), file + ".cubin.d");
  }

  /// What a file is compiled for, for a device.
  private static String target(String file, int device) {
    return KernelCode.hopper(file) ? "90a" : Integer.toString(device);
  }

  /// Whether a device has kernels of a file.
  private static boolean runs(String file, int device) {
    return !KernelCode.hopper(file) || KernelCode.runsHopper(device, 12010);
  }

  /// Whether the assembler of CUDA 12.0 is asked: not where it has been asked for 7.5 and the build has a cubin, nor for PTX
  /// that is newer than it is.
  private static boolean asked(String file, int device) {
    return !newer(file) && (KernelCode.hopper(file) || !Files.exists(built(file, device)));
  }

  private static boolean newer(String file) {
    return file.equals("hopper_training");
  }

  /// What all assemblers say that have been asked.
  private static List<String> logs(String file, int device) throws IOException {
    List<String> logs = new ArrayList<>();
    if (asked(file, device)) {
      logs.add(assembler().log(task(file, device)));
    }
    if (Files.exists(built(file, device))) {
      logs.add(Files.readString(built(file, device)));
    }
    return logs;
  }

  private static PtxAssembler.Task task(String file, int device) {
    return text(KernelCode.ptx(Kernels.pick(device), file), target(file, device));
  }

  private static PtxAssembler.Task text(String ptx, String device, String... further) {
    List<String> options = new ArrayList<>(List.of("--gpu-name=sm_" + device, "--verbose"));
    options.addAll(List.of(further));
    return new PtxAssembler.Task(ptx, options);
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

  static IntStream devices() {
    return IntStream.of(DEVICES);
  }

  /// Every file, for every device from Turing to Hopper; no kernel spills but those named, and each keeps to its registers.
  @ParameterizedTest(name = "sm_{0}")
  @MethodSource("devices")
  void everyKernelAssemblesWithoutSpilling(int device) throws IOException {
    List<String> files = files();
    assertThat(files)
        .contains(
            "forward_noising", "fused_mlp", "reverse_sampling", "physics_gradient", "training", "program_sampling",
            "program_evaluation", "program_training");
    for (String file : files) {
      if (!runs(file, device)) {
        continue;
      }
      String ptx = KernelCode.ptx(Kernels.pick(device), file);
      assertThat(ptx).contains(KernelCode.hopper(file) ? "\n.version " + (newer(file) ? "8.1" : "8.0") + "\n.target sm_90a\n" : "\n.version 7.0\n");
      for (String log : logs(file, device)) {
        Map<String, Resources> kernels = parse(log);
        assertThat(kernels.keySet()).containsExactlyInAnyOrderElementsOf(entries(ptx));
        kernels.forEach(
            (name, resources) -> {
              assertThat(resources.spilled()).as("bytes spilled by %s on sm_%d", name, device)
                  .isLessThanOrEqualTo(SPILLS.getOrDefault(name, 0));
              assertThat(resources.registers())
                  .as("registers of %s on sm_%d", name, device)
                  .isLessThanOrEqualTo(budget(name));
            });
      }
    }
  }

  private static void commit() throws IOException {
    List<PtxAssembler.Task> tasks = files().stream().filter(file -> !newer(file)).map(file -> task(file, KernelCode.hopper(file) ? 90 : 75)).toList();
    List<String> logs = new ArrayList<>();
    for (PtxAssembler.Task task : tasks) {
      logs.add(assembler().log(task));
    }
    try (Stream<Path> old = Files.list(Files.createDirectories(COMMITTED))) {
      for (Path file : old.toList()) {
        Files.delete(file);
      }
    }
    for (int i = 0; i < tasks.size(); i++) {
      Files.writeString(COMMITTED.resolve(assembler().file(tasks.get(i)).getFileName()), logs.get(i));
    }
  }

  /// Kernels without tensor cores have one text for all devices, but for its target: what is right for one is for all.
  @Test
  void kernelsWithoutTensorCoresHaveOneText() throws IOException {
    for (String file : files()) {
      if (!file.startsWith("tensor_sampling") && !file.startsWith("affine_sampling") && !KernelCode.hopper(file)) {
        assertThat(KernelCode.ptx(75, file).replace("\n.target sm_75\n", "\n.target sm_80\n")).as(file).isEqualTo(KernelCode.ptx(80, file));
      }
    }
  }

  /// What is remembered is what the assembler says; a text that it refuses is refused every time, and other options and
  /// other texts are other questions.
  @Test
  void whatIsRememberedIsWhatTheAssemblerSays() throws IOException {
    PtxAssembler.Task known = task("forward_noising", 75);
    assertThat(parse(assembler().log(known))).isEqualTo(parse(PtxAssembler.assemble(known))).isNotEmpty();
    String ptx = known.ptx() + "// another text\n";
    PtxAssembler.Task task = text(ptx, "75");
    assertThat(parse(assembler().log(task))).isEqualTo(parse(PtxAssembler.assemble(task))).isNotEmpty();
    assertThat(parse(Files.readString(assembler().file(task)))).isEqualTo(parse(PtxAssembler.assemble(task)));
    assertThat(
            List.of(
                assembler().file(task), assembler().file(text(ptx, "80")), assembler().file(text(ptx, "75", "--opt-level=1")),
                assembler().file(text(ptx + " ", "75"))))
        .doesNotHaveDuplicates();
    PtxAssembler.Task wrong = text(ptx.replace("ret;", "return;"), "75");
    for (int i = 0; i < 2; i++) {
      AssertionError refused = Assertions.assertThrows(AssertionError.class, () -> assembler().log(wrong));
      assertThat(refused).hasMessageContaining("sm_75").hasMessageContaining("error");
    }
    assertThat(assembler().file(wrong)).doesNotExist();
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
