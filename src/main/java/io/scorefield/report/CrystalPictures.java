package io.scorefield.report;

import io.scorefield.io.Rounded;
import io.scorefield.matter.crystal.Crystal;
import io.scorefield.matter.crystal.CrystalMatcher;
import io.scorefield.matter.crystal.CrystalPoints;
import io.scorefield.matter.crystal.SharedOrigin;
import io.scorefield.plot.StructureFigures;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;

/// Crystals made of compositions below the true ones of the same compositions.
///
/// @param truths sample i is of the composition of truth i modulo their number
record CrystalPictures(CrystalPoints points, List<Crystal> truths) {
  private static final int COLUMNS = 6;
  private static final int BLOCKS = 2;
  private static final String NONE = "no cell of any volume";

  /// Writes crystals.png and the 3-D view of them.
  ///
  /// @param samples of every method, [n, D]
  void write(Path folder, List<Map.Entry<String, float[]>> samples) throws IOException {
    int known = samples.stream().mapToInt(method -> method.getValue().length / points.dimension()).min().orElse(truths.size());
    int count = Math.min(known, truths.size());
    int shown = Math.min(BLOCKS * COLUMNS, count);
    List<Crystal> asked = new ArrayList<>();
    for (int i = 0; i < shown; i++) {
      asked.add(truths.get((int) ((long) i * count / shown)));
    }
    List<List<StructureFigures.Panel>> panels = new ArrayList<>();
    List<StructureView.Method> turned = new ArrayList<>();
    List<String> names = new ArrayList<>(List.of("truth"));
    panels.add(asked.stream().map(crystal -> StructureFigures.Panel.of(crystal, lengths(crystal))).toList());
    turned.add(new StructureView.Method("truth", asked.stream().map(crystal -> StructureView.Shown.of(crystal, lengths(crystal))).toList()));
    for (Map.Entry<String, float[]> method : samples) {
      List<Optional<Crystal>> made = points.read(method.getValue(), count);
      List<StructureFigures.Panel> row = new ArrayList<>();
      List<StructureView.Shown> view = new ArrayList<>();
      for (int i = 0; i < shown; i++) {
        Crystal truth = asked.get(i);
        Optional<Crystal> crystal = made.get((int) ((long) i * count / shown)).map(one -> SharedOrigin.with(one, truth));
        row.add(crystal.map(one -> StructureFigures.Panel.of(one, note(one, truth))).orElse(StructureFigures.Panel.none(NONE)));
        view.add(crystal.map(one -> StructureView.Shown.of(one, note(one, truth))).orElse(StructureView.Shown.none(NONE)));
      }
      names.add(method.getKey());
      panels.add(row);
      turned.add(new StructureView.Method(method.getKey(), view));
    }
    List<StructureFigures.Row> rows = new ArrayList<>();
    for (int from = 0; from < shown; from += COLUMNS) {
      for (int method = 0; method < names.size(); method++) {
        rows.add(new StructureFigures.Row(names.get(method), panels.get(method).subList(from, Math.min(shown, from + COLUMNS))));
      }
    }
    StructureFigures.rows(rows).write(folder, "crystals");
    new StructureView(turned).write(folder);
  }

  private static String lengths(Crystal crystal) {
    double[] six = crystal.cell().numbers();
    return String.format(Locale.ROOT, "%.2f × %.2f × %.2f Å", six[0], six[1], six[2]);
  }

  /// How well it fits the truth.
  private static String note(Crystal made, Crystal truth) {
    OptionalDouble distance = CrystalMatcher.STRICT.distance(made, truth);
    return distance.isPresent() ? "distance " + Rounded.error(distance.getAsDouble()) : "cells do not fit";
  }
}
