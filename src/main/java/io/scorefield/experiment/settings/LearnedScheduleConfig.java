package io.scorefield.experiment.settings;

import io.scorefield.config.Kind;
import io.scorefield.config.Setting;
import io.scorefield.diffusion.Objective;
import io.scorefield.diffusion.Weighting;
import io.scorefield.schedule.LearnedSchedule;
import io.scorefield.schedule.NoiseSchedule;
import java.util.List;

/// A schedule that is fitted to the loss in the course of the training.
@Kind(
    value = "learned",
    doc =
        "Continuous time; the log-SNR is a monotone network that is fitted during the training, for the least variance of the "
            + "loss. Needs objective.weighting: likelihood.",
    source = "Kingma et al. 2021, arXiv 2107.00630, section 5.1")
public record LearnedScheduleConfig(
    @Setting(doc = "Log-SNR ln(alpha^2/sigma^2) at the least noise.", value = "9", min = -30, max = 30) double highest,
    @Setting(doc = "Log-SNR at the most noise.", value = "-10", min = -30, max = 30) double lowest,
    @Setting(doc = "The schedule is fitted anew after every so many steps of the training.", value = "1000", min = 1, max = 1e12)
        long every,
    @Setting(doc = "How often at most. 0: the log-SNR stays linear in time.", value = "10", min = 0, max = 1e6) long fits,
    @Setting(
            doc =
                "Parameters of the network, as the training found them; its checkpoint has them. Empty: the log-SNR is linear in "
                    + "time.",
            value = "[]")
        List<Double> parameters,
    @Setting(doc = "The step that they were found at; 0: none.", value = "0", min = 0, max = 1e15) long fittedAt)
    implements ScheduleConfig {
  @Override
  public NoiseSchedule schedule() {
    return new LearnedSchedule(highest, lowest, parameters);
  }

  /// @throws IllegalArgumentException where the loss would depend on the schedule, with the reason
  void require(ExperimentConfig.ObjectiveConfig objective) {
    if (objective.weighting() != Weighting.LIKELIHOOD) {
      throw new IllegalArgumentException(
          "schedule.kind: learned changes in the course of the training, and only with objective.weighting: likelihood is the "
              + "loss the same under every schedule; set it to that");
    }
    if (objective.coupling() != Objective.Coupling.INDEPENDENT) {
      throw new IllegalArgumentException(
          "schedule.kind: learned is fitted to the loss of noise that is independent of the data; set objective.coupling to "
              + "independent");
    }
  }

  /// The same as it was found in the course of a training.
  public LearnedScheduleConfig with(List<Double> found, long step) {
    return new LearnedScheduleConfig(highest, lowest, every, fits, found, step);
  }

  /// Whether the schedule is to be fitted before a step of the training.
  public boolean isDue(long step) {
    return step > 0 && step % every == 0 && step / every <= fits && fittedAt < step;
  }
}
