package io.scorefield.experiment.settings;

import io.scorefield.config.Kind;
import io.scorefield.config.Setting;
import io.scorefield.network.Mlp;
import io.scorefield.network.architecture.CompositionCoder;

/// The compositions that samples of crystals are asked for under.
public sealed interface CompositionsConfig {
  /// Those that are held out.
  @Kind(value = "held-out", usual = true, doc = "The compositions that are held out, each in its turn.")
  record HeldOut() implements CompositionsConfig {}

  /// Those that an autoencoder makes of normal numbers, with their cells.
  @Kind(
      value = "generated",
      doc =
          "Compositions and cells that a variational autoencoder makes of normal numbers; it is trained first. Needs data.make: places. "
              + "docs/crystals-generated.md.",
      source = "Luo, Liu and Ji 2023 (SyMat), arXiv 2307.02707")
  record Generated(
      @Setting(
              doc = "How many compositions are made and kept with the model: sample i has number i modulo this.",
              value = "2000", min = 1, max = 100000)
          int count,
      @Setting(doc = "Numbers of a code.", value = "16", min = 1, max = 1024) int latents,
      @Setting(doc = "Width of the autoencoder's layers.", value = "128", min = 1, max = Mlp.MAX_WIDTH) int hidden,
      @Setting(doc = "Weight of the loss of how many different elements there are.", value = "1", min = 0, max = 1e6) double kindsWeight,
      @Setting(doc = "Weight of the loss of which elements there are.", value = "30", min = 0, max = 1e6) double elementsWeight,
      @Setting(doc = "Weight of the loss of how many atoms of each there are.", value = "1", min = 0, max = 1e6) double countsWeight,
      @Setting(doc = "Weight of the squared error of the cell.", value = "10", min = 0, max = 1e6) double cellWeight,
      @Setting(doc = "Weight of the divergence of a code from N(0, 1), in nats.", value = "0.01", min = 0, max = 1e6) double klWeight,
      @Setting(doc = "The training of the autoencoder.", value = "{}") LatentTrainConfig train)
      implements CompositionsConfig {
    /// The weights of the losses.
    public CompositionCoder.Weights weights() {
      return new CompositionCoder.Weights(kindsWeight, elementsWeight, countsWeight, cellWeight, klWeight);
    }
  }
}
