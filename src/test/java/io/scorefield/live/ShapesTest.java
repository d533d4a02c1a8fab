package io.scorefield.live;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.scorefield.Structures;
import io.scorefield.matter.crystal.CrystalPoints;
import io.scorefield.matter.crystal.CrystalPoints.Task;
import io.scorefield.matter.molecule.MoleculePoints;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

class ShapesTest {
  private static JsonNode ask(Shapes shapes, List<float[]> states, Map<String, String> query) {
    return JsonMapper.shared().readTree(shapes.answer(states, query).body());
  }

  /// Of a hundred moments the first and the last are there, and a molecule that only grows is seen from one side.
  @Test
  void moleculesAreSeenFromOneSideOnTheirWay() {
    var molecules = List.of(Structures.ethanol(), Structures.alanine(), Structures.ethanol());
    MoleculePoints points = MoleculePoints.of(molecules, Optional.empty());
    float[] last = points.points(molecules);
    List<float[]> states = new ArrayList<>();
    for (int moment = 1; moment <= 100; moment++) {
      float[] state = last.clone();
      for (int i = 0; i < molecules.size(); i++) {
        for (int c = 0; c < 3 * points.most(); c++) {
          state[i * points.dimension() + c] *= moment / 100f;
        }
      }
      states.add(state);
    }
    JsonNode told = ask(new Shapes(points), states, Map.of("from", "1", "count", "9"));
    assertThat(told.path("all").asInt()).isEqualTo(3);
    JsonNode frames = told.path("frames");
    assertThat(frames.size()).isEqualTo(16);
    JsonNode end = frames.get(15);
    assertThat(end.size()).isEqualTo(2);
    assertThat(end.get(0).path("caption").asString()).isEqualTo("C₃H₇NO₂");
    assertThat(end.get(0).path("note").asString()).isEqualTo("stable");
    assertThat(end.get(1).path("bonds").size()).isEqualTo(8);
    double[] far = vector(end.get(0));
    double[] near = vector(frames.get(0).get(0));
    for (int axis = 0; axis < 3; axis++) {
      assertThat(near[axis]).isCloseTo(far[axis] / 100, within(2e-3));
    }
  }

  /// From one atom to another one.
  private static double[] vector(JsonNode structure) {
    double[] vector = new double[3];
    for (int axis = 0; axis < 3; axis++) {
      vector[axis] = structure.path("atoms").get(5).get(axis + 1).asDouble() - structure.path("atoms").get(0).get(axis + 1).asDouble();
    }
    return vector;
  }

  @Test
  void crystalsHaveTheirCellAndWhatIsNoneSaysSo() {
    CrystalPoints points = new CrystalPoints(6, Task.BOTH);
    float[] states = points.points(Collections.nCopies(2, Structures.rutile()));
    states[points.dimension() + points.cell() + 3] = 200;
    JsonNode frames = ask(new Shapes(points), List.of(states), Map.of()).path("frames");
    assertThat(frames.size()).isEqualTo(1);
    JsonNode crystal = frames.get(0).get(0);
    assertThat(crystal.path("caption").asString()).isEqualTo("TiO₂");
    assertThat(crystal.path("edges").size()).isEqualTo(12);
    assertThat(crystal.path("atoms").size()).isGreaterThanOrEqualTo(6);
    assertThat(frames.get(0).get(1).path("note").asString()).isEqualTo("no cell of any volume");
    assertThat(frames.get(0).get(1).path("atoms").size()).isZero();
  }
}
