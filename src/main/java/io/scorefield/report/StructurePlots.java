package io.scorefield.report;

import io.scorefield.data.DataSet;
import io.scorefield.engine.Engine;
import io.scorefield.experiment.model.Model;
import io.scorefield.experiment.settings.CrystalsConfig;
import io.scorefield.matter.Structures;
import io.scorefield.matter.crystal.CrystalPoints;
import io.scorefield.network.Network;
import io.scorefield.watch.Reporter;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/// The pictures of a run whose samples are molecules or crystals.
///
/// @param data of the training
record StructurePlots(Engine engine, Model model, DataSet data, Network network, Path folder) {
  /// @param samples of every method, [n, D]
  void write(List<Map.Entry<String, float[]>> samples, Reporter reporter) throws IOException {
    Structures structures = model.config().data().structures(model.components()).orElseThrow();
    if (!(structures instanceof CrystalPoints points && model.config().data() instanceof CrystalsConfig crystals)) {
      new MoleculePictures(engine, model, data, network, structures).write(folder, samples);
    } else if (points.task() == CrystalPoints.Task.CELL) {
      reporter.line("cells are made without atoms: no pictures of crystals");
    } else {
      new CrystalPictures(points, crystals.set(model.config().seed()).heldOut()).write(folder, samples);
    }
  }
}
