package io.scorefield.engine.cuda.driver;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Kernels without tensor cores are compiled once, and their PTX for 8.0 is that for 7.5 with another target
/// (kernels/build.sh). Here it is held against what the compiler makes for 8.0.
class OneTextTest {
  /// The SHA-256 of texts for 7.5 of which the compiler was seen to make the same for 8.0. A text names the release of its
  /// compiler, so another compiler makes other texts. -Dscorefield.ptx.update=true writes the file anew.
  private static final Path SEEN = Path.of("bench", "one-text.sha256");

  @BeforeAll
  static void needsTheKernels() {
    PtxParameters.require();
  }

  /// The files whose two texts differ in nothing but the target.
  private static Set<String> derived() throws IOException {
    Set<String> files = new TreeSet<>();
    try (Stream<Path> built = Files.list(Path.of("target", "classes", "cuda", "compute_75"))) {
      for (Path ptx : built.filter(path -> path.toString().endsWith(".ptx")).toList()) {
        String file = ptx.getFileName().toString().replace(".ptx", "");
        if (forAmpere(built(75, file)).equals(built(80, file))) {
          files.add(file);
        }
      }
    }
    return files;
  }

  private static String built(int capability, String file) throws IOException {
    return Files.readString(Path.of("target", "classes", "cuda", "compute_" + capability, file + ".ptx"));
  }

  private static String forAmpere(String ptx) {
    return ptx.replace("\n.target sm_75\n", "\n.target sm_80\n");
  }

  private static String line(String file) throws GeneralSecurityException, IOException {
    byte[] text = built(75, file).getBytes(StandardCharsets.UTF_8);
    return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(text)) + "  " + file;
  }

  private static boolean compiler() {
    String name = System.getenv().getOrDefault("NVCC", "nvcc");
    return Stream.concat(Stream.of(System.getenv("PATH").split(File.pathSeparator)), Stream.of("/usr/local/cuda/bin"))
        .anyMatch(folder -> Files.isExecutable(Path.of(folder).resolve(name)));
  }

  /// What was not seen before is compiled for both, and one small file each time.
  @Test
  void theCompilerMakesThemForAmpereToo(@TempDir Path folder) throws Exception {
    Set<String> derived = derived();
    assertThat(derived).contains("forward_noising", "training").doesNotContain("tensor_sampling_half");
    if (!"true".equals(System.getenv("CI"))) {
      assumeTrue(compiler(), "needs nvcc");
    }
    boolean update = Boolean.getBoolean("scorefield.ptx.update");
    List<String> seen = Files.exists(SEEN) && !update ? Files.readAllLines(SEEN) : List.of();
    List<String> files = new ArrayList<>(List.of("forward_noising"));
    List<String> lines = new ArrayList<>();
    for (String file : derived) {
      lines.add(line(file));
      if (!seen.contains(line(file)) && !files.contains(file)) {
        files.add(file);
      }
    }
    compile(files, folder);
    for (String file : files) {
      assertThat(folder.resolve("compute_75").resolve(file + ".ptx")).as(file).hasContent(built(75, file));
      assertThat(folder.resolve("compute_80").resolve(file + ".ptx")).as(file).hasContent(built(80, file));
    }
    if (update) {
      Files.write(SEEN, lines);
    }
  }

  private static void compile(List<String> files, Path folder) throws Exception {
    ProcessBuilder build = new ProcessBuilder("sh", "kernels/build.sh", folder.toString());
    build.environment().put("SF_KERNELS", String.join(" ", files));
    build.environment().put("SF_ONE_TEXT", "no");
    build.environment().put("SF_CUBINS", "");
    build.redirectErrorStream(true);
    Process process = build.start();
    String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(process.waitFor()).as(said).isZero();
  }
}
