package io.scorefield.experiment.model;

import io.scorefield.config.ConfigException;
import io.scorefield.data.DataSet;
import io.scorefield.data.Frame;
import io.scorefield.data.Scaling;
import io.scorefield.diffusion.LatentSpace;
import io.scorefield.engine.Engine;
import io.scorefield.experiment.settings.ExperimentConfig;
import io.scorefield.network.architecture.Autoencoder;
import io.scorefield.physics.Variables;
import io.scorefield.train.Checkpoint;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/// The latent space of a model whose diffusion works in one: to the diffusion the codes are the data.
///
/// @param autoencoder its shape
/// @param variables the numbers of a code, and the conditions behind them
/// @param scaling of the data, between data units and the autoencoder's states
/// @param space the trained autoencoder; empty before its training
public record Latent(Autoencoder autoencoder, Variables variables, Scaling scaling, Optional<LatentSpace> space) {
  /// The prefix of the autoencoder's tensors in checkpoints.
  static final String PART = "autoencoder";

  /// The latent space that a configuration asks for.
  ///
  /// @param components of the data, conditions included
  /// @throws ConfigException when the autoencoder cannot take such data
  static Optional<Latent> of(ExperimentConfig config, Variables components, Scaling scaling) {
    if (!config.latent().present()) {
      return Optional.empty();
    }
    try {
      Autoencoder autoencoder = config.latent().autoencoder(components, scaling);
      List<String> names = new ArrayList<>(config.latent().components(autoencoder));
      int made = scaling.frame().made();
      components.fields().stream().filter(field -> field.offset() >= made).forEach(field -> names.add(field.toString()));
      return Optional.of(new Latent(autoencoder, Variables.of(names), scaling, Optional.empty()));
    } catch (IllegalArgumentException e) {
      throw new ConfigException(e.getMessage(), e);
    }
  }

  Latent with(LatentSpace trained) {
    return new Latent(autoencoder, variables, scaling, Optional.of(trained));
  }

  /// The scaling of codes with the conditions behind them, which are scaled as the data's.
  ///
  /// @param codes without conditions
  Scaling states(Scaling codes) {
    int conditions = scaling.frame().conditions();
    return new Scaling(
        joined(codes.mean(), scaling.mean(), conditions), joined(codes.deviation(), scaling.deviation(), conditions),
        joined(codes.origin(), scaling.origin(), conditions), frame());
  }

  /// The coordinates of codes, conditions included.
  Frame frame() {
    return autoencoder.coder().codes(scaling.frame());
  }

  private static double[] joined(double[] first, double[] others, int last) {
    double[] both = Arrays.copyOf(first, first.length + last);
    System.arraycopy(others, others.length - last, both, first.length, last);
    return both;
  }

  /// The codes of points, as data.
  ///
  /// @throws IllegalStateException before the autoencoder is trained
  DataSet encoded(Engine engine, DataSet data) {
    float[] codes = trained().encode(engine, data.points());
    double[] origin = joined(new double[frame().made()], data.origin(), data.conditions());
    return new DataSet(
        data.name() + ", encoded", variables.dimension(), codes, Optional.empty(),
        variables.fields().stream().map(Variables.Field::toString).toList(), origin, data.notes(), data.conditions(), data.told(),
        List.of());
  }

  /// The trained autoencoder.
  public LatentSpace trained() {
    return space.orElseThrow(() -> new IllegalStateException("the autoencoder is not trained yet"));
  }

  /// What a checkpoint keeps of it.
  List<Checkpoint.Part> parts() {
    return space.map(trained -> List.of(new Checkpoint.Part(PART, trained.network()))).orElse(List.of());
  }
}
