package io.scorefield.experiment.settings;

import io.scorefield.config.Checked;
import io.scorefield.config.Conditional;
import io.scorefield.config.ConfigException;
import io.scorefield.config.Kind;
import io.scorefield.config.Setting;
import io.scorefield.data.AskedConditions;
import io.scorefield.data.DataSet;
import io.scorefield.data.Frame;
import io.scorefield.data.Scaling;
import io.scorefield.eval.ConformerJudge;
import io.scorefield.eval.Judge;
import io.scorefield.matter.Structures;
import io.scorefield.matter.molecule.ConformerData;
import io.scorefield.matter.molecule.ConformerPoints;
import io.scorefield.matter.molecule.ConformerSet;
import io.scorefield.physics.Variables;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// Conformers of molecules, some of which are never trained on.
@Kind(
    value = "conformers",
    doc =
        "Conformers of molecules, minima of a force field: positions x[N,3] in angstrom, and elements and bonds as conditions. "
            + "A tenth of the molecules is held out; samples are of these. docs/conformers.md.")
public record ConformersConfig(
    @Setting(
            doc =
                "Conformers to learn from, an .sdf file in which those of a molecule follow each other. Empty: conformers of "
                    + "small molecules that are made.",
            value = "''",
            path = true)
        String path,
    @Setting(doc = "The most atoms of C, N, O and F that a molecule has, where they are made.", value = "5", min = 1, max = 9)
        int heavyAtoms,
    @Setting(doc = "How many molecules are made.", value = "300", min = 10, max = 1e5) int molecules,
    @Setting(doc = "From how many random starts the conformers of a molecule are looked for.", value = "30", min = 1, max = 1e4)
        int starts)
    implements DataConfig, Conditional, Checked {
  @Override
  public Map<String, String> meaningless() {
    String file = "the conformers are those of 'data.path'";
    return path.isEmpty() ? Map.of() : Map.of("heavy-atoms", file, "molecules", file, "starts", file);
  }

  @Override
  public void check() {
    if (!path.isEmpty() && !path.endsWith(".sdf")) {
      throw new IllegalArgumentException("data.path: conformers are read from .sdf files, which have bonds, not from " + path);
    }
  }

  @Override
  public boolean standardize() {
    return false;
  }

  /// How many there are depends on the largest molecule.
  @Override
  public int unnamedConditions() {
    return 1;
  }

  private ConformerData data(long seed) throws IOException {
    return path.isEmpty() ? ConformerData.cached(heavyAtoms, molecules, starts, seed) : ConformerData.read(Path.of(path));
  }

  private static ConformerPoints layout(ConformerData data) {
    return ConformerPoints.of(data.sets().stream().map(ConformerSet::molecule).toList());
  }

  @Override
  public DataSet load(long seed) throws IOException {
    ConformerData data = data(seed);
    ConformerPoints layout = layout(data);
    List<ConformerSet> training = data.training();
    if (training.isEmpty()) {
      throw new ConfigException("data: all " + data.sets().size() + " molecules are held out; there must be more");
    }
    try {
      return new DataSet(
          "conformers", layout.dimension(), ConformerData.points(layout, training), Optional.empty(), layout.components(),
          new double[layout.dimension()], notes(data), layout.conditions());
    } catch (IllegalArgumentException e) {
      throw new ConfigException("data.path: " + e.getMessage(), e);
    }
  }

  private static List<String> notes(ConformerData data) {
    int held = data.heldOut().stream().mapToInt(set -> set.positions().size()).sum();
    return List.of(
        data.note(),
        data.conformers() - held + " conformers of " + data.training().size() + " molecules are trained on, " + held + " of "
            + data.heldOut().size() + " others are held out");
  }

  /// The molecules that samples are asked for.
  private static List<ConformerSet> asked(ConformerData data) {
    return data.heldOut().isEmpty() ? data.training() : data.heldOut();
  }

  @Override
  public Frame frame(Variables variables) {
    return new ConformerPoints(variables.fields().getFirst().shape().getFirst()).frame();
  }

  @Override
  public Scaling scaling(DataSet training, Frame frame) {
    return new ConformerPoints(frame.centred().orElseThrow().particles()).scaling();
  }

  @Override
  public Optional<AskedConditions> askedEach(DataSet data, long seed) throws IOException {
    ConformerData all = data(seed);
    return Optional.of(ConformerJudge.asked(layout(all), asked(all)));
  }

  @Override
  public Optional<Judge> judge(DataSet data, long seed) throws IOException {
    ConformerData all = data(seed);
    return Optional.of(new ConformerJudge(layout(all), asked(all), seed));
  }

  @Override
  public Optional<Structures> structures(List<String> components) {
    return Optional.of(ConformerPoints.ofComponents(components));
  }
}
