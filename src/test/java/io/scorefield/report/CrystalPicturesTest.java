package io.scorefield.report;

import static org.assertj.core.api.Assertions.assertThat;

import io.scorefield.Structures;
import io.scorefield.matter.crystal.Crystal;
import io.scorefield.matter.crystal.CrystalPoints;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

class CrystalPicturesTest {
  private static final CrystalPoints POINTS = new CrystalPoints(6, CrystalPoints.Task.BOTH);

  @TempDir Path folder;

  /// Samples come without an origin of their own, and in turn of all truths: each stands below its own.
  @Test
  void samplesStandBelowTheTruthsOfTheirCompositions() throws Exception {
    List<Crystal> truths = List.of(Structures.strontiumTitanate(), Structures.rutile(), Structures.wurtzite());
    float[] samples = POINTS.points(truths);
    // The second has a cell without a volume.
    int second = POINTS.dimension() + POINTS.cell();
    samples[second + 3] = 30;
    samples[second + 4] = 30;
    samples[second + 5] = 170;
    new CrystalPictures(POINTS, truths).write(folder, List.of(Map.entry("plain", samples)));
    assertThat(folder.resolve("crystals.png")).isNotEmptyFile();
    assertThat(Files.readString(folder.resolve("crystals.svg")))
        .contains(">truth<", ">plain<", ">rutile<", ">SrTiO₃<", ">no cell of any volume<", ">3.91 × 3.91 × 3.91 Å<");
    JsonNode methods = JsonMapper.shared().readTree(Files.readString(folder.resolve("structures.json")));
    JsonNode truth = methods.get(0).get("structures").get(0);
    JsonNode made = methods.get(1).get("structures").get(0);
    assertThat(made.get("note").asString()).startsWith("distance ");
    assertThat(made.get("caption").asString()).isEqualTo("SrTiO₃");
    // Where the truth is: strontium at all eight corners.
    assertThat(made.get("atoms").size()).isEqualTo(truth.get("atoms").size()).isEqualTo(15);
    assertThat(methods.get(1).get("structures").get(1).get("atoms").size()).isZero();
    assertThat(methods.get(1).get("structures").size()).isEqualTo(3);
  }
}
