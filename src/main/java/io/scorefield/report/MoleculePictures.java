package io.scorefield.report;

import io.scorefield.data.DataSet;
import io.scorefield.diffusion.Course;
import io.scorefield.engine.Engine;
import io.scorefield.engine.StepProgram;
import io.scorefield.experiment.model.Model;
import io.scorefield.matter.Structures;
import io.scorefield.matter.molecule.Molecule;
import io.scorefield.network.Network;
import io.scorefield.plot.MoleculeAnimation;
import io.scorefield.plot.StructureFigures;
import java.io.IOException;
import java.math.BigDecimal;
import java.math.MathContext;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/// Molecules beside true ones, the same in 3-D, and molecules coming out of noise.
///
/// @param data of the training
record MoleculePictures(Engine engine, Model model, DataSet data, Network network, Structures structures) {
  private static final int COLUMNS = 6;
  private static final int ROWS = 2;

  /// What the 3-D view has of each method.
  private static final int TURNED = 12;

  private static final int ANIMATED = 8;
  private static final int ANIMATED_COLUMNS = 4;
  private static final int FRAMES = 50;

  /// Writes molecules.png, reverse-process.gif, and the 3-D view.
  ///
  /// @param samples of every method, [n, D]
  void write(Path folder, List<Map.Entry<String, float[]>> samples) throws IOException {
    List<StructureView.Method> turned = new ArrayList<>();
    List<StructureFigures.Row> rows = new ArrayList<>();
    add("truth", 1, data.points(), rows, turned);
    for (Map.Entry<String, float[]> method : samples) {
      add(method.getKey(), ROWS, method.getValue(), rows, turned);
    }
    StructureFigures.rows(rows).write(folder, "molecules");
    new StructureView(turned).write(folder);
    animation(folder);
  }

  /// Some of a method, evenly spaced: data often come in order of their size.
  private void add(
      String name, int lines, float[] points, List<StructureFigures.Row> rows, List<StructureView.Method> turned) {
    List<StructureFigures.Panel> panels = new ArrayList<>();
    List<StructureView.Shown> shown = new ArrayList<>();
    int most = Math.max(lines * COLUMNS, TURNED);
    float[] some = some(points, structures.dimension(), most);
    for (Molecule molecule : structures.molecules(some, most)) {
      StructureNote note = StructureNote.of(molecule);
      panels.add(StructureFigures.Panel.of(note.joined(), note.text()));
      shown.add(StructureView.Shown.of(note.joined(), note.text()));
    }
    for (int from = 0; from < Math.min(panels.size(), lines * COLUMNS); from += COLUMNS) {
      int to = Math.min(panels.size(), from + COLUMNS);
      rows.add(new StructureFigures.Row(from == 0 ? name : "", panels.subList(from, to)));
    }
    turned.add(new StructureView.Method(name, shown));
  }

  private static float[] some(float[] points, int dimension, int most) {
    int n = points.length / dimension;
    int count = Math.min(n, most);
    float[] some = new float[count * dimension];
    for (int i = 0; i < count; i++) {
      System.arraycopy(points, (int) ((long) i * n / count) * dimension, some, i * dimension, dimension);
    }
    return some;
  }

  /// Samples in units of the data.
  private float[] decoded(float[] samples) {
    return model
        .latent()
        .map(space -> space.trained().decode(engine, samples, samples.length / space.trained().dimension()))
        .orElse(samples);
  }

  /// The first samples on their way from noise.
  private void animation(Path folder) throws IOException {
    StepProgram program = model.diffuser().program(model.config().sampler().sampler(), model.plain());
    Course course =
        Course.of(model.diffuser(), engine, network, program, model.config().seed(), ANIMATED, FRAMES);
    List<MoleculeAnimation.Frame> frames = new ArrayList<>();
    for (int moment = 0; moment < course.states().size(); moment++) {
      boolean last = moment == course.states().size() - 1;
      List<StructureNote> notes =
          structures.molecules(decoded(course.states().get(moment)), ANIMATED).stream().map(StructureNote::of).toList();
      String time = new BigDecimal(course.times().get(moment)).round(new MathContext(3)).stripTrailingZeros().toPlainString();
      frames.add(
          new MoleculeAnimation.Frame(
              "t = " + time,
              notes.stream().map(StructureNote::joined).toList(),
              notes.stream().map(note -> last ? note.text() : "").toList(),
              last ? 300 : moment == 0 ? 60 : 8));
    }
    MoleculeAnimation.write(folder.resolve("reverse-process.gif"), frames, ANIMATED_COLUMNS);
  }
}
