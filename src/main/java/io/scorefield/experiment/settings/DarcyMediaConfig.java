package io.scorefield.experiment.settings;

import io.scorefield.config.Checked;
import io.scorefield.config.Kind;
import io.scorefield.config.Setting;
import io.scorefield.data.DarcyMedia;
import io.scorefield.data.DataSet;
import java.util.List;

/// Flows of which source and kind of medium are known.
@Kind(
    value = "darcy-media",
    doc =
        "The flows of kind darcy through rough and smooth media, with a source of random strength: fields k and u, a number and a "
            + "class that a network can be told.")
public record DarcyMediaConfig(
    @Setting(doc = "Number of points.", value = "10000", min = 1, max = 1e8) int points,
    @Setting(doc = "Axes of the grid.", value = "2", min = 1, max = 2) int axes,
    @Setting(doc = "Grid points along an axis.", value = "16", min = 2, max = 4096) int grid,
    @Setting(doc = "Correlation length of log k of rough media; the domain has length 1.", value = "0.12", min = 0, aboveMin = true)
        double rough,
    @Setting(doc = "That of smooth media.", value = "0.35", min = 0, aboveMin = true) double smooth,
    @Setting(doc = "Standard deviation of log k.", value = "0.5", min = 0, aboveMin = true) double deviation,
    @Setting(
            doc =
                "What the network is told beside the noisy state: [strength, medium], or nothing. Samples are then asked for with "
                    + "sample.conditions: {strength: 1, medium: rough}, or smooth; strengths are from 0.5 to 2.",
            value = "[strength, medium]")
        List<String> conditions,
    @Setting(doc = DataConfig.STANDARDIZE, value = "true") boolean standardize)
    implements DataConfig, Checked {
  @Override
  public void check() {
    if (!conditions.isEmpty() && !conditions.equals(DarcyMedia.NAMES)) {
      throw new IllegalArgumentException(
          "data.conditions of darcy-media can be " + DarcyMedia.NAMES + " or [], not " + conditions);
    }
  }

  @Override
  public List<String> told() {
    return conditions;
  }

  @Override
  public DataSet load(long seed) {
    DarcyMedia media = new DarcyMedia(axes, grid, rough, smooth, deviation);
    return conditions.isEmpty() ? DataSet.draw(media.whole(), points, seed) : DataSet.draw(media, points, seed);
  }
}
