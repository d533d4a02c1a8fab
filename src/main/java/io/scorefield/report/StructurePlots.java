package io.scorefield.report;

import io.scorefield.data.DataSet;
import io.scorefield.engine.Engine;
import io.scorefield.experiment.model.Model;
import io.scorefield.network.Network;
import io.scorefield.watch.Reporter;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/// The pictures of a run whose samples are molecules or crystals.
///
/// @param data of the training
record StructurePlots(Engine engine, Model model, DataSet data, Network network, Path folder) {
  /// @param samples of every method, [n, D]
  void write(List<Map.Entry<String, float[]>> samples, Reporter reporter) {}
}
