package io.scorefield.experiment.settings;

import io.scorefield.config.Choice;
import io.scorefield.config.Schema;
import io.scorefield.diffusion.FlowFrame;
import io.scorefield.diffusion.Objective;
import io.scorefield.diffusion.Parameterization;
import io.scorefield.diffusion.Weighting;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Stream;

/// All that an experiment can choose from, by subject.
public final class Catalogue {
  /// A subject.
  ///
  /// @param key of a configuration that takes the choices
  public record Subject(String key, List<Choice> choices) {}

  private Catalogue() {}

  /// The subjects by name.
  public static Map<String, Subject> subjects() {
    Map<String, Subject> subjects = new LinkedHashMap<>();
    subjects.put("samplers", new Subject("sampler.kind", Choice.of(SamplerConfig.class)));
    subjects.put("grids", new Subject("sampler.grid.kind", Choice.of(GridConfig.class)));
    subjects.put("frames", new Subject("sampler.frame", listed(FlowFrame.values(), Catalogue::of)));
    subjects.put("schedules", new Subject("schedule.kind", Choice.of(ScheduleConfig.class)));
    subjects.put("objectives", new Subject("objective.predict", listed(Parameterization.values(), Catalogue::of)));
    subjects.put("weightings", new Subject("objective.weighting", listed(Weighting.values(), Catalogue::of)));
    subjects.put("matchings", new Subject("objective.matching", listed(Objective.Matching.values(), Catalogue::of)));
    subjects.put("datasets", new Subject("data.kind", Choice.of(DataConfig.class)));
    subjects.put("sources", new Subject("source.kind", Choice.of(SourceConfig.class)));
    subjects.put("latents", new Subject("latent.kind", Choice.of(LatentConfig.class)));
    subjects.put("networks", new Subject("network.kind", Choice.of(NetworkConfig.class)));
    subjects.put("embeddings", new Subject("network.time-embedding.kind", Choice.of(EmbeddingConfig.class)));
    subjects.put("laws", new Subject("physics[]", Choice.of(LawConfig.class)));
    subjects.put("distillations", new Subject("distill --method", Choice.of(DistillationConfig.class)));
    subjects.put("guidance", new Subject("guidance[].kind", Choice.of(GuidanceConfig.class)));
    return subjects;
  }

  private static <E extends Enum<E>> List<Choice> listed(E[] constants, Function<E, Choice> choice) {
    return Stream.of(constants).map(choice).toList();
  }

  private static Choice of(FlowFrame frame) {
    String name = Schema.key(frame);
    return switch (frame) {
      case TIME -> new Choice(name, "The state over the schedule's own time.", "Song et al. 2021, arXiv 2011.13456, equation 13");
      case EXPLODING -> new Choice(name, "x/alpha over sigma/alpha.", "Karras et al. 2022, arXiv 2206.00364, equation 1");
      case STRAIGHT ->
          new Choice(
              name, "x/(alpha + sigma) over sigma/(alpha + sigma), from 0 to 1.", "Liu, Gong and Liu 2023, arXiv 2209.03003");
      case CIRCLE ->
          new Choice(
              name, "x/sqrt(alpha^2 + sigma^2) over the angle from data to noise.",
              "Salimans and Ho 2022, arXiv 2202.00512, appendix D");
    };
  }

  private static Choice of(Parameterization predict) {
    String name = Schema.key(predict);
    return switch (predict) {
      case EPS -> new Choice(name, "The noise; nothing is said of x_0 where alpha is 0.", "Ho et al. 2020, arXiv 2006.11239");
      case SCORE -> new Choice(name, "The score, -eps/sigma.", "Song et al. 2021, arXiv 2011.13456");
      case X0 -> new Choice(name, "The data.", "Salimans and Ho 2022, arXiv 2202.00512, section 4");
      case V -> new Choice(name, "v = alpha eps - sigma x_0, good at all noise levels.", "Salimans and Ho 2022, arXiv 2202.00512");
      case VELOCITY ->
          new Choice(
              name, "dx/dt of the state on its way from data to noise, for flow matching; continuous schedules.",
              "Lipman et al. 2023, arXiv 2210.02747, equation 9");
      case EDM ->
          new Choice(
              name, "What is missing to the best linear guess, in units of its error, for data of deviation 1.",
              "Karras et al. 2022, arXiv 2206.00364, table 1");
    };
  }

  private static Choice of(Objective.Matching matching) {
    String name = Schema.key(matching);
    return switch (matching) {
      case DENOISING -> new Choice(name, "The network is compared with the noise of the example.", "Vincent 2011, A connection between score matching and denoising autoencoders");
      case IMPLICIT -> new Choice(name, "Its divergence, exact, takes the place of what it would be compared with.", "Hyvarinen 2005, JMLR 6");
      case SLICED -> new Choice(name, "The same with the divergence along a random direction.", "Song, Garg, Shi and Ermon 2020, arXiv 1905.07088");
      case EXPLICIT -> new Choice(name, "It is compared with the exact score, where that is known.", "Vincent 2011, equation 6");
      case DISTANCES -> new Choice(name, "It is compared with noise of the distances of near atoms, by the bonds of molecules.", "ConfGF: Shi et al. 2021, arXiv 2105.03902");
    };
  }

  private static Choice of(Weighting weighting) {
    String name = Schema.key(weighting);
    return switch (weighting) {
      case NONE -> new Choice(name, "1: the squared error of what the network predicts.", "");
      case SIGMA2 -> new Choice(name, "sigma^2.", "Song et al. 2021, arXiv 2011.13456, section 3.3");
      case SNR -> new Choice(name, "alpha^2/sigma^2.", "Salimans and Ho 2022, arXiv 2202.00512, section 4");
      case MIN_SNR_5 -> new Choice(name, "min(alpha^2/sigma^2, 5), for networks that predict x_0.", "Hang et al. 2023, arXiv 2303.09556");
      case CLIPPED_SNR -> new Choice(name, "min(max(alpha^2/sigma^2, 0.1), 5).", "Salimans and Ho 2022, arXiv 2202.00512, section 4");
      case EDM ->
          new Choice(
              name, "(alpha^2 + sigma^2)/sigma^2, for networks that predict x_0: 1 where they predict edm.",
              "Karras et al. 2022, arXiv 2206.00364, table 1");
      case LIKELIHOOD ->
          new Choice(
              name, "Half the speed of the log-SNR on the error of eps: the variational bound in continuous time.",
              "Kingma et al. 2021, arXiv 2107.00630, equation 17");
    };
  }
}
