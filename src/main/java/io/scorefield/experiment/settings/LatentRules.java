package io.scorefield.experiment.settings;

import io.scorefield.diffusion.DecodedGuidance;
import io.scorefield.diffusion.Objective;

/// What a diffusion in a latent space cannot be put together with.
final class LatentRules {
  private LatentRules() {}

  /// @throws IllegalArgumentException for what does not go together, with the reason
  static void check(ExperimentConfig config) {
    if (!config.latent().present()) {
      return;
    }
    if (config.evaluate().likelihood() > 0 || config.evaluate().effectiveSamples() > 0) {
      refuse(
          "the density of data is not that of their codes, and a decoder has no density of its own; set evaluate.likelihood and "
              + "evaluate.effective-samples to 0");
    }
    if (config.data() instanceof ParticlesConfig || config.data() instanceof CrystalsConfig) {
      refuse("there is no autoencoder of particles without types, nor of crystals; set latent.kind: none");
    }
    if (config.objective().physics().estimate() != Objective.Estimate.NONE) {
      refuse("laws are of data, and the network is trained on codes; set objective.physics.estimate: none");
    }
    if (!(config.source() instanceof SourceConfig.Noise)) {
      refuse("samples that begin with data would begin with no code; set source.kind: noise");
    }
    if (config.objective().matching() == Objective.Matching.EXPLICIT) {
      refuse("the score of codes is not known, that of the data is another; set objective.matching: denoising");
    }
    boolean points = config.latent() instanceof EgnnLatentConfig;
    if (points && config.guidance().stream().anyMatch(method -> method.guidance(config.inverse(), config.guidance()).usesLaws())) {
      refuse("laws of molecules do not guide codes; leave out such guidance");
    }
    if (!points && config.network().isEquivariant()) {
      refuse("a code has no particles that turn; take network.kind: mlp, or unet for codes that are fields");
    }
    for (GuidanceConfig method : config.guidance()) {
      try {
        DecodedGuidance.require(method.guidance(config.inverse(), config.guidance()), config.sampler().clip());
      } catch (IllegalArgumentException e) {
        refuse("guidance '" + method.name() + "': " + e.getMessage());
      }
    }
  }

  private static void refuse(String reason) {
    throw new IllegalArgumentException("latent.kind: " + reason);
  }
}
