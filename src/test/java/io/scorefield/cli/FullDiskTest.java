package io.scorefield.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.github.luben.zstd.util.ZstdVersion;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// A file cannot grow: every command says so in one line, and leaves no half of a file.
///
/// The system lets no file of the process grow beyond a few kilobytes. That fails in the middle of writing, as a full disk does, and
/// needs no rights.
class FullDiskTest {
  @TempDir Path folder;

  /// The native library of Zstandard for this machine, as its jar has it.
  private static String zstd() {
    boolean mac = System.getProperty("os.name").startsWith("Mac");
    return (mac ? "/darwin/" : "/linux/") + System.getProperty("os.arch") + "/libzstd-jni-" + ZstdVersion.VERSION + (mac ? ".dylib" : ".so");
  }

  /// Runs command lines in a process whose files stay below so many blocks; of each what it printed, the exit code first.
  private List<List<String>> full(int blocks, List<String> options, List<String> commands) throws Exception {
    Path file = Files.write(folder.resolve("commands.txt"), commands.stream().map(line -> line.replace(' ', '\t')).toList());
    List<String> command =
        new ArrayList<>(
            List.of(
                "sh", "-c", "ulimit -f " + blocks + " && exec \"$@\"", "sh", Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Djava.awt.headless=true", "--enable-native-access=ALL-UNNAMED", "-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC",
                "-XX:-UsePerfData"));
    command.addAll(options);
    command.addAll(List.of("-cp", System.getProperty("java.class.path"), Batch.class.getName(), file.toString()));
    Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
    List<List<String>> said = new ArrayList<>();
    for (String line : new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8).lines().toList()) {
      if (line.startsWith("code ")) {
        said.add(new ArrayList<>());
      }
      said.getLast().add(line);
    }
    assertThat(process.waitFor()).as(said.toString()).isZero();
    assertThat(said).hasSameSizeAs(commands);
    return said;
  }

  private List<String> files(String name) throws IOException {
    Path root = folder.resolve(name);
    try (Stream<Path> files = Files.walk(root)) {
      return files.filter(Files::isRegularFile).map(file -> root.relativize(file).toString()).sorted().toList();
    }
  }

  @Test
  void everyCommandSaysItInOneLineAndLeavesNoHalfFile() throws Exception {
    assumeTrue(Files.isExecutable(Path.of("/bin/sh")), "needs a shell that limits files");
    Path run = folder.resolve("run");
    assertThat(Program.small("run", run, "--set", "guidance=[]").code()).isZero();
    String checkpoint = run.resolve("checkpoint.safetensors").toString();
    for (String ending : List.of("npy", "csv")) {
      Program.run("sample", checkpoint, "-n", "2000", "--engine", "reference", "--out", folder.resolve("in." + ending).toString());
    }
    Path out = Files.createDirectory(folder.resolve("out"));
    List<String> commands = new ArrayList<>();
    for (String ending : List.of("npy", "npz", "csv", "parquet")) {
      commands.add("sample CHECKPOINT -n 2000 ON --out OUT/sample." + ending);
      commands.add("convert IN." + (ending.equals("csv") ? "npy" : "csv") + " OUT/convert." + ending);
    }
    commands.addAll(
        List.of(
            "export CHECKPOINT --out OUT/export.safetensors", "export CHECKPOINT --onnx OUT/export.onnx",
            "impute CHECKPOINT IN.csv ON --out OUT/imputed.csv", "data crystals --out OUT/crystals.cif",
            "simulate double-well ON --set walkers=5000 --set steps=2 --out OUT/end.npy",
            "simulate double-well ON --set walkers=5000 --set steps=2 --out OUT/simulation",
            "train circle ON --set train.epochs=1 --out OUT/training", "compare RUN RUN --out OUT/comparison", "plot RUN"));
    commands.replaceAll(
        line ->
            line.replace("CHECKPOINT", checkpoint).replace("OUT", out.toString()).replace("IN.", folder.resolve("in") + ".")
                .replace("RUN", run.toString()).replace(" ON", " --engine reference"));
    List<String> before = files("run");
    // It is unpacked to a file elsewhere, which would not grow either.
    Path zstd = folder.resolve("libzstd.so");
    try (InputStream in = getClass().getResourceAsStream(zstd())) {
      Files.copy(Objects.requireNonNull(in, "no " + zstd()), zstd);
    }
    List<List<String>> said = full(8, List.of("-DZstdNativePath=" + zstd), commands);
    for (int i = 0; i < commands.size(); i++) {
      assertThat(said.get(i)).as(commands.get(i)).first().isEqualTo("code 1");
      assertThat(said.get(i).stream().filter(line -> line.startsWith("err scorefield: ")))
          .as(commands.get(i)).singleElement().asString().contains("cannot write " + folder);
      assertThat(said.get(i)).as(commands.get(i)).noneMatch(line -> line.contains("\tat ") || line.contains("Exception"));
    }
    // What is small enough is there, and whole.
    assertThat(files("out"))
        .containsExactlyInAnyOrder("comparison/compare.csv", "simulation/.scorefield", "simulation/config.yaml", "training/.scorefield");
    assertThat(files("run")).isEqualTo(before);
  }

  @Test
  void aTemporaryFolderThatIsFullIsNamed() throws Exception {
    assumeTrue(Files.isExecutable(Path.of("/bin/sh")), "needs a shell that limits files");
    Files.writeString(folder.resolve("in.csv"), "x,y\n1,2\n");
    String command = "convert " + folder.resolve("in.csv") + " " + folder.resolve("out.parquet");
    for (List<String> said : full(8, List.of(), List.of(command, command))) {
      assertThat(said).first().isEqualTo("code 1");
      assertThat(said.stream().filter(line -> line.startsWith("err scorefield: ")))
          .singleElement().asString().contains("cannot write Parquet: the library of Zstandard could not be loaded", "java.io.tmpdir");
    }
    assertThat(folder.resolve("out.parquet")).doesNotExist();
  }

  @Test
  void aFolderThatTakesNothingIsNotMade() throws Exception {
    assumeTrue(Files.isExecutable(Path.of("/bin/sh")), "needs a shell that limits files");
    Path out = folder.resolve("run");
    List<String> said = full(0, List.of(), List.of("train circle --engine reference --out " + out)).getFirst();
    assertThat(said).first().isEqualTo("code 1");
    assertThat(said.stream().filter(line -> line.startsWith("err scorefield: ")))
        .singleElement().asString().contains("cannot write to the folder " + out);
    assertThat(out).doesNotExist();
  }

  @Test
  void aPipeOrADeviceIsNotReplacedByAFile() throws Exception {
    assumeTrue(Files.isExecutable(Path.of("/usr/bin/mkfifo")), "needs pipes with names");
    Path pipe = folder.resolve("pipe.csv");
    assertThat(new ProcessBuilder("mkfifo", pipe.toString()).start().waitFor()).isZero();
    Files.writeString(folder.resolve("in.csv"), "x,y\n1,2\n");
    Program.Result result = Program.run("convert", folder.resolve("in.csv").toString(), pipe.toString());
    assertThat(result.code()).isEqualTo(1);
    assertThat(result.complaints()).singleElement().asString().contains("cannot write " + pipe + ": it is a device or a pipe");
    assertThat(Files.isRegularFile(pipe)).isFalse();
  }
}
