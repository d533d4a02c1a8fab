package io.scorefield.rng;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// The normals of kernels/include, compiled by g++, have the bits of those in Java; and all of the headers compile
/// for a GPU.
class NormalsTwinTest {
  @TempDir Path folder;

  @ParameterizedTest(name = "g++ {0}")
  @ValueSource(strings = {"-O0", "-O3 -march=native"})
  void cPlusPlusMakesTheSameBits(String options) throws Exception {
    assumeTrue(output("g++", "--version") != null, "g++ is not installed");
    Path program = folder.resolve("normals");
    String command =
        "g++ -std=c++17 -Wall -Wextra -Werror -ffp-contract=off " + options
            + " -I kernels/include -x c++ src/test/native/normals_hash.cpp -o " + program;
    String messages = output(command.split(" "));
    assertThat(program).as(messages).isExecutable();
    assertThat(output(program.toString())).isEqualTo("52f848dbadcd99d7\n");
  }

  @Test
  void theHeadersCompileForADevice() throws Exception {
    assumeTrue(output("nvcc", "--version") != null, "nvcc is not installed");
    Path ptx = folder.resolve("headers.ptx");
    String command =
        "nvcc -std=c++17 -ptx -arch=compute_75 --fmad=false -Werror all-warnings -I kernels/include "
            + "src/test/native/headers.cu -o " + ptx;
    String messages = output(command.split(" "));
    assertThat(ptx).as(messages).isNotEmptyFile();
    assertThat(ptx).content().contains(".visible .entry everything", "fma.rn.f32");
  }

  private static String output(String... command) throws InterruptedException {
    try {
      Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
      String text =
          new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
      process.waitFor();
      return text;
    } catch (IOException e) {
      return null; // there is no such program
    }
  }
}
