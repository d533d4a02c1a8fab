package io.scorefield.live;

import io.scorefield.experiment.model.Model;
import io.scorefield.matter.Structures;
import io.scorefield.matter.crystal.Crystal;
import io.scorefield.matter.crystal.CrystalPoints;
import io.scorefield.matter.molecule.Molecule;
import io.scorefield.report.StructureNote;
import io.scorefield.report.StructureView;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;

/// Samples that are molecules or crystals, as a page draws them in space.
record Shapes(Structures structures) {
  /// Structures of one answer at most.
  private static final int MOST = 24;

  /// Of the way from noise as many moments are drawn at most.
  private static final int MOMENTS = 16;

  private static final String NONE = "no cell of any volume";

  /// Of a model whose samples are such; cells without atoms are not.
  static Optional<Shapes> of(Model model) {
    return model
        .config()
        .data()
        .structures(model.components())
        .filter(structures -> !(structures instanceof CrystalPoints points && points.task() == CrystalPoints.Task.CELL))
        .map(Shapes::new);
  }

  /// The structures of some samples.
  ///
  /// @param states [frames][n, D], the last are the samples
  /// @param query `from`, the first sample, and `count`, how many
  /// @return as JSON: `all`, how many samples there are; `frames`, at some of the moments, the structures
  Answer answer(List<float[]> states, Map<String, String> query) {
    int all = states.getLast().length / structures.dimension();
    int from = Math.clamp(Integer.parseInt(query.getOrDefault("from", "0")), 0, all);
    int count = Math.clamp(Integer.parseInt(query.getOrDefault("count", "6")), 0, Math.min(MOST, all - from));
    float[] last = part(states.getLast(), from, count);
    int moments = Math.min(MOMENTS, states.size());
    List<List<Map<String, Object>>> frames =
        IntStream.range(0, moments)
            .map(moment -> moments == 1 ? states.size() - 1 : moment * (states.size() - 1) / (moments - 1))
            .mapToObj(frame -> shown(part(states.get(frame), from, count), last, count).stream().map(StructureView.Shown::tree).toList())
            .toList();
    return Answer.json(Map.of("all", all, "frames", frames));
  }

  private float[] part(float[] points, int from, int count) {
    return Arrays.copyOfRange(points, from * structures.dimension(), (from + count) * structures.dimension());
  }

  /// @param last what they become: molecules are seen from its flat side all the way
  private List<StructureView.Shown> shown(float[] points, float[] last, int count) {
    List<StructureView.Shown> shown = new ArrayList<>();
    if (structures instanceof CrystalPoints crystals) {
      for (Optional<Crystal> crystal : crystals.read(points, count)) {
        shown.add(crystal.map(one -> StructureView.Shown.of(one, "")).orElse(StructureView.Shown.none(NONE)));
      }
      return shown;
    }
    List<Molecule> ends = structures.molecules(last, count);
    for (Molecule molecule : structures.molecules(points, count)) {
      StructureNote note = StructureNote.of(molecule);
      shown.add(StructureView.Shown.of(note.joined(), ends.get(shown.size()), note.text()));
    }
    return shown;
  }
}
