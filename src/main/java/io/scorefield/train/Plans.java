package io.scorefield.train;

import io.scorefield.data.DataSet;
import io.scorefield.diffusion.Diffuser;
import io.scorefield.diffusion.Objective;
import io.scorefield.engine.NoiseTable;
import io.scorefield.engine.TrainingPlan;
import io.scorefield.network.Architecture;
import io.scorefield.physics.Tape;
import java.util.Optional;

/// What an engine trains for an objective.
public final class Plans {
  private Plans() {}

  /// Says whether a model can be trained so; it does not take long.
  ///
  /// @throws IllegalArgumentException where it cannot, with the reason
  public static void require(Diffuser diffuser, Architecture architecture, DataSet data, Objective objective) {
    if (objective.matching() != Objective.Matching.DENOISING && diffuser.start().isPresent()) {
      throw new IllegalArgumentException(
          "objective.matching: only denoising trains flows that begin with points; their noise is not normal, and x_t has no "
              + "known score");
    }
    switch (objective.matching()) {
      case DENOISING -> {}
      case EXPLICIT -> ExplicitMatching.require(data.source(), data.name());
      case IMPLICIT -> DivergenceNetwork.of(architecture, false);
      case SLICED -> DivergenceNetwork.of(architecture, true);
      case DISTANCES -> DistanceMatching.require(architecture);
    }
  }

  /// @param law of an objective with physics, in units of the state
  /// @throws IllegalArgumentException where the model does not have such a training, with the reason
  static TrainingPlan of(
      Diffuser diffuser, Architecture architecture, DataSet data, TrainingOptions options, Optional<Tape> law) {
    Objective objective = options.objective();
    NoiseTable table = diffuser.noiseTable(objective, law);
    float[] states = diffuser.scaling().toState(data.points());
    return switch (objective.matching()) {
      case IMPLICIT -> DivergenceMatching.plan(architecture, table, states, options, false);
      case SLICED -> DivergenceMatching.plan(architecture, table, states, options, true);
      case EXPLICIT ->
          ExplicitMatching.plan(
              architecture, table, states, diffuser.scaling(), ExplicitMatching.require(data.source(), data.name()), options);
      case DISTANCES -> DistanceMatching.plan(architecture, table, states, diffuser.scaling(), options);
      case DENOISING -> denoising(diffuser, architecture, table, states, options, law);
    };
  }

  private static TrainingPlan denoising(
      Diffuser diffuser, Architecture architecture, NoiseTable table, float[] states, TrainingOptions options,
      Optional<Tape> law) {
    Objective objective = options.objective();
    boolean shortest = objective.coupling() == Objective.Coupling.OPTIMAL_TRANSPORT;
    boolean latent = diffuser.start().isPresent() && diffuser.start().get().latent() > 0;
    Optional<Pairs> pairs =
        !latent && (shortest || diffuser.start().isPresent())
            ? Optional.of(
                Pairs.of(
                    states, architecture.dimension(), options.seed(), Pairs.ENOUGH,
                    Pairs.Partners.of(diffuser, options.seed()), shortest))
            : Optional.empty();
    TrainingPlan plan =
        new TrainingPlan(
            architecture, table, pairs.map(Pairs::points).orElse(states), options.batch(), options.adam(), options.seed(),
            law, objective.physics().combination());
    if (latent) {
      return Interpolants.plan(plan, diffuser, objective, states);
    }
    return pairs.map(p -> plan.withPairing(new TrainingPlan.Pairing(p.noise()))).orElse(plan);
  }
}
