package io.scorefield.engine.cuda;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeFalse;

import io.scorefield.engine.Engine;
import io.scorefield.engine.EngineContract;
import io.scorefield.engine.PhysicsTerm;
import io.scorefield.engine.SampleRequest;
import io.scorefield.engine.cuda.driver.Cublas;
import io.scorefield.engine.cuda.network.Route;
import io.scorefield.network.Activation;
import io.scorefield.network.Mlp;
import io.scorefield.network.Network;
import io.scorefield.physics.Constraint;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Random;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// JCublas 12 on a machine that has only cuBLAS 13: in a JVM of its own, since a library is loaded once.
@Tag("cuda")
class CublasForwardTest {
  @TempDir Path folder;

  @BeforeAll
  static void needsTheEmulator() {
    assumeFalse(TestDevice.gpu(), "it needs the emulator's cuBLAS 13");
    TestDevice.require();
  }

  @Test
  void productsGoThroughTheForwarderToVersion13() throws Exception {
    Path emulator = Path.of(System.getProperty("scorefield.emulator")).toAbsolutePath();
    Files.createSymbolicLink(
        folder.resolve("libcublas.so.13"), emulator.resolve("libcublas_emulator.so.13"));
    ProcessBuilder java =
        new ProcessBuilder(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "--enable-native-access=ALL-UNNAMED", "-cp", System.getProperty("java.class.path"),
            CublasForwardTest.class.getName());
    String preload = System.getenv().getOrDefault("LD_PRELOAD", "");
    java.environment().put("LD_PRELOAD", preload + " " + emulator.resolve("libcuda_emulator.so"));
    java.environment().put("LD_LIBRARY_PATH", folder.toString());
    java.environment().put("CUDA_ON_CPU_KERNELS", emulator.resolve("libkernels_emulator.so").toString());
    Process process = java.redirectErrorStream(true).start();
    String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(process.waitFor()).as(output).isZero();
    assertThat(output).contains("libcublas.so.13 behind the forwarder", "agrees");
  }

  /// What the other JVM does: the same samples by cuBLAS and by our own products.
  public static void main(String[] args) throws IOException {
    System.out.println(Cublas.found() + Cublas.unavailable());
    float[] own = sample(Route.LAYERS);
    float[] cublas = sample(Route.CUBLAS);
    for (int i = 0; i < own.length; i++) {
      if (!(Math.abs(own[i] - cublas[i]) <= 1e-5 * (1 + Math.abs(own[i])))) {
        throw new AssertionError(own[i] + " and " + cublas[i]);
      }
    }
    System.out.println("agrees");
  }

  private static float[] sample(Route route) throws IOException {
    Network network = Network.initialize(Mlp.uniform(2, 3, 3, 20, Activation.TANH), 6);
    float[] samples = new float[60];
    try (Engine engine = new CudaEngine(CudaOptions.defaults().withRoute(route))) {
      engine.sample(
          network, EngineContract.everything(3, new Random(4)),
          PhysicsTerm.of(Constraint.sphere(2, 1.5).tape(), PhysicsTerm.Loss.HALF_SQUARE),
          SampleRequest.of(3, 0, 30),
          (first, count, block) -> System.arraycopy(block, 0, samples, (int) first * 2, count * 2));
    }
    return samples;
  }
}
