package io.scorefield.cli;

import static io.scorefield.cli.Cli.run;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.scorefield.engine.nativecpu.NativeEngine;
import io.scorefield.io.Npy;
import io.scorefield.matter.molecule.ConformerPoints;
import io.scorefield.matter.molecule.Smiles;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Conformers of molecules that are named on the command line.
class ConformerSamplesTest {
  @TempDir Path folder;

  @BeforeEach
  void needsTheNativeEngine() {
    assumeTrue(NativeEngine.unavailable().isEmpty(), NativeEngine.unavailable());
  }

  @Test
  void moleculesAreAskedForBySmiles() throws Exception {
    Path out = folder.resolve("run");
    run("train", "conformers", "--out", out.toString(), "--engine", "native", "--set", "data.heavy-atoms=2", "--set", "data.molecules=10",
            "--set", "data.starts=2", "--set", "train.steps=2", "--set", "network.hidden=8", "--set", "network.layers=1", "--set", "schedule.steps=10")
        .ok();
    String checkpoint = out.resolve("checkpoint.safetensors").toString();
    float[] both = sampled(checkpoint, "-n", "3", "--smiles", "CC, C=O");
    ConformerPoints points = new ConformerPoints(8);
    assertThat(points.molecules(both, 3)).extracting(Smiles::of).containsExactly("CC", "C=O", "CC");
    // A sample depends on its number and on what it is asked for, and on nothing else.
    int width = points.dimension();
    assertThat(sampled(checkpoint, "-n", "1", "--first", "1", "--smiles", "CC", "--smiles", "C=O"))
        .containsExactly(Arrays.copyOfRange(both, width, 2 * width));
    assertThat(Arrays.copyOfRange(sampled(checkpoint, "-n", "3", "--smiles", "CC"), 2 * width, 3 * width))
        .containsExactly(Arrays.copyOfRange(both, 2 * width, 3 * width));
    refused(checkpoint, "--smiles: 'CCCC' has 14 atoms; there is room for 8", "--smiles", "CCCC");
    refused(checkpoint, "--smiles: '' is no SMILES such as CCO", "--smiles", "CC,,CC");
    refused(checkpoint, "--formula is for models of crystals (data.kind: crystals); this one takes --smiles", "--formula", "NaCl");
    assertThat(run("sample", checkpoint, "-n", "1", "--out", "a.sdf", "--smiles", "CC", "--atoms", "8").err())
        .startsWith("scorefield: --formula, --smiles and --atoms are for different models: give one of them");
  }

  private float[] sampled(String checkpoint, String... more) throws Exception {
    Path file = folder.resolve("made.npy");
    run(arguments(checkpoint, file, more)).ok();
    return Npy.read(file).values();
  }

  private void refused(String checkpoint, String line, String... asked) {
    Path file = folder.resolve("none.sdf");
    Cli.Result result = run(arguments(checkpoint, file, Stream.concat(Stream.of("-n", "1"), Stream.of(asked)).toArray(String[]::new)));
    assertThat(result.code()).isEqualTo(2);
    assertThat(result.err()).isEqualToIgnoringNewLines("scorefield: " + line);
    assertThat(file).doesNotExist();
  }

  private static String[] arguments(String checkpoint, Path file, String... more) {
    return Stream.concat(Stream.of("sample", checkpoint, "--out", file.toString(), "--engine", "native"), Stream.of(more)).toArray(String[]::new);
  }
}
