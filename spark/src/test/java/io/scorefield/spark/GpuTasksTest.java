package io.scorefield.spark;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assumptions.assumeThat;

import io.scorefield.experiment.model.SampleSettings;
import io.scorefield.train.Checkpoint;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Tasks to which Spark gives a GPU sample with the CUDA engine on it. Here the emulator stands behind the engine: the executors find it
/// in place of NVIDIA's driver. It has one device.
class GpuTasksTest {
  private static final Path EMULATOR = Path.of("../target/emulator").toAbsolutePath().normalize();
  private static final int COUNT = 200;

  @TempDir private Path folder;

  private static Map<String, String> environment() {
    return Map.of(
        "CUDA_ON_CPU_KERNELS", EMULATOR.resolve("libkernels_emulator.so").toString(), "LD_PRELOAD", EMULATOR.resolve("libcuda_emulator.so").toString());
  }

  private static void requireEmulator() {
    boolean built = Files.exists(EMULATOR.resolve("libcuda_emulator.so"));
    assertThat(built || !"true".equals(System.getenv("CI"))).as("the emulator is not built").isTrue();
    assumeThat(built).isTrue();
  }

  private SparkSession session(String address, int executors) throws IOException {
    Path script = Files.writeString(folder.resolve("discover-" + address), "#!/bin/sh\necho '{\"name\": \"gpu\", \"addresses\": [\"" + address + "\"]}'\n");
    Files.setPosixFilePermissions(script, PosixFilePermissions.fromString("rwx------"));
    SparkSession.Builder builder =
        SparkSession.builder()
            .master("local-cluster[" + executors + ",1,1024]")
            .appName("tests")
            .config("spark.ui.enabled", "false")
            .config("spark.executor.extraClassPath", System.getProperty("java.class.path"))
            .config("spark.executor.extraJavaOptions", "-XX:TieredStopAtLevel=1")
            .config("spark.worker.resource.gpu.amount", "1")
            .config("spark.worker.resource.gpu.discoveryScript", script.toString())
            .config("spark.executor.resource.gpu.amount", "1")
            .config("spark.task.resource.gpu.amount", "1")
            .config("spark.task.maxFailures", "1");
    environment().forEach((name, value) -> builder.config("spark.executorEnv." + name, value));
    return builder.getOrCreate();
  }

  private static SparkSampler sampler(SparkSession spark, Path checkpoint, List<String> lines) throws IOException {
    Checkpoint.Stored stored = Checkpoint.read(checkpoint);
    Recipe recipe = Recipe.of(stored, SampleSettings.of(stored, Optional.empty(), List.of()), Way.of(Way.PLAIN));
    EngineChoice engine = EngineChoice.of(spark.sparkContext().conf(), "auto", 0, "mixed", "");
    assertThat(engine.name()).isEqualTo("cuda");
    return SparkSampler.of(spark, recipe, engine, lines::add);
  }

  @Test
  void aTaskSamplesOnTheDeviceThatSparkGaveIt() throws Exception {
    requireEmulator();
    Path checkpoint = Commands.circle(folder.resolve("run"), "--set", "train.epochs=2");
    Path one = folder.resolve("one.npy");
    try (Processes processes = new Processes(folder)) {
      Process process =
          processes.start(
              "one", environment(), "io.scorefield.cli.Main", "sample", checkpoint.toString(), "-n", "" + COUNT, "--seed", "3", "--engine",
              "cuda", "--out", one.toString());
      assertThat(process.waitFor()).as(processes.said("one")).isZero();
    }
    List<String> lines = new ArrayList<>();
    try (SparkSession spark = session("0", 2)) {
      sampler(spark, checkpoint, lines).write(3, new Shards(0, COUNT, 60), folder.resolve("samples").toString());
      assertThat(Tables.samples(spark, folder.resolve("samples"), 0, COUNT)).containsExactly(Commands.read(one));
    }
    assertThat(lines).anyMatch(line -> line.startsWith("engine: cuda, ") && line.contains("emulator"));
    // A device that the emulator lacks: the address is what chooses it.
    try (SparkSession spark = session("1", 1)) {
      SparkSampler sampler = sampler(spark, checkpoint, lines);
      assertThatThrownBy(() -> sampler.write(3, new Shards(0, 5, 5), folder.resolve("none").toString())).hasStackTraceContaining("device 1");
    }
  }
}
