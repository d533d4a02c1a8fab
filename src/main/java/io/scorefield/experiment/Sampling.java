package io.scorefield.experiment;

import io.scorefield.diffusion.DecodedGuidance;
import io.scorefield.diffusion.Diffuser;
import io.scorefield.diffusion.Guidance;
import io.scorefield.diffusion.Sampler;
import io.scorefield.engine.Engine;
import io.scorefield.engine.PhysicsTerm;
import io.scorefield.engine.SampleRequest;
import io.scorefield.engine.SampleSink;
import io.scorefield.engine.StepProgram;
import io.scorefield.experiment.model.Model;
import io.scorefield.network.Network;
import io.scorefield.physics.Constraint;
import java.io.IOException;
import java.util.Optional;

/// How a model is sampled with a guidance: by its diffuser, in a latent space with the decoder behind it, or, where laws guide it, with
/// the decoder inside.
record Sampling(Engine engine, Model model, Network network) {
  StepProgram program(Guidance guidance) {
    return program(model.config().sampler().sampler(), guidance);
  }

  StepProgram program(Sampler sampler, Guidance guidance) {
    return isDecoded(guidance) ? decoded().program(sampler, guidance) : diffuser().program(sampler, guidance);
  }

  PhysicsTerm physics(Guidance guidance, Optional<Constraint> laws) {
    return isDecoded(guidance)
        ? decoded().term(guidance, laws.orElseThrow(() -> new IllegalArgumentException("guidance needs a law: set 'physics'")))
        : diffuser().term(guidance, laws);
  }

  /// @param sink takes samples in data units
  void sample(Guidance guidance, StepProgram program, PhysicsTerm physics, SampleRequest request, SampleSink sink)
      throws IOException {
    if (model.latent().isEmpty()) {
      diffuser().sample(engine, network, program, physics, request, sink);
    } else if (isDecoded(guidance)) {
      decoded().sample(engine, decoded().network(network), program, physics, request, sink);
    } else {
      model
          .latent()
          .get()
          .trained()
          .sample((part, into) -> diffuser().sample(engine, network, program, physics, part, into), engine, request, sink);
    }
  }

  private Diffuser diffuser() {
    return model.diffuser();
  }

  private boolean isDecoded(Guidance guidance) {
    return model.latent().isPresent() && guidance.usesLaws();
  }

  private DecodedGuidance decoded() {
    return new DecodedGuidance(diffuser(), model.latent().orElseThrow().trained());
  }
}
