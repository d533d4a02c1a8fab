package io.scorefield.experiment.model;

import io.scorefield.data.DataRange;
import io.scorefield.data.Scaling;
import io.scorefield.diffusion.LatentSpace;
import io.scorefield.io.FormatException;
import io.scorefield.network.Network;
import io.scorefield.train.Checkpoint;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import tools.jackson.databind.JsonNode;

/// The latent space of a model in its checkpoint: the scaling of the codes in the metadata, the autoencoder as tensors
/// `autoencoder.NAME`.
final class LatentFile {
  private LatentFile() {}

  /// What of a range of states there is.
  @FunctionalInterface
  interface Range {
    Optional<DataRange> of(Scaling states) throws FormatException;
  }

  static Map<String, Object> tree(Model of) {
    Map<String, Object> tree = new LinkedHashMap<>();
    tree.put("mean", of.diffuser().scaling().mean());
    tree.put("deviation", of.diffuser().scaling().deviation());
    return tree;
  }

  /// @param plain the model, its autoencoder not trained
  static Model read(Model plain, Checkpoint.Stored stored, JsonNode tree, Range range) throws FormatException {
    Latent latent = plain.latent().orElseThrow();
    double[] mean = ModelFile.numbers(tree.path("mean"));
    double[] deviation = ModelFile.numbers(tree.path("deviation"));
    Scaling before = plain.diffuser().scaling();
    Scaling states = new Scaling(mean, deviation, before.origin(), before.frame());
    Network network = stored.part(Latent.PART, latent.autoencoder().training());
    return plain.withLatent(
        new LatentSpace(plain.scaling(), latent.autoencoder(), network.parameters()), states, range.of(states));
  }
}
