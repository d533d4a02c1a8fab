package io.scorefield.experiment.settings;

import io.scorefield.config.Kind;
import io.scorefield.config.Setting;
import io.scorefield.distill.Consistency;
import io.scorefield.distill.Direct;
import io.scorefield.distill.Distillation;
import io.scorefield.distill.Progressive;
import io.scorefield.distill.Reflow;

/// A way to learn few steps from a teacher's many.
public sealed interface DistillationConfig {
  Distillation distillation();

  /// The kind of sampler that a student is sampled with.
  default String sampler() {
    return "ddim";
  }

  @Kind(
      value = "direct",
      doc = "The student learns the teacher's way from each of its levels to the next, all at once.",
      source = "Luhman and Luhman 2021, arXiv 2101.02388, section 3")
  record DirectConfig(
      @Setting(doc = "Fresh paths of the teacher are made so often.", value = "8", min = 1, max = 1e4) int terms)
      implements DistillationConfig {
    @Override
    public Distillation distillation() {
      return new Direct(terms);
    }
  }

  @Kind(
      value = "progressive",
      doc = "In rounds, each student goes in one step where its teacher goes in two, and is the next teacher.",
      source = "Salimans and Ho 2022, arXiv 2202.00512, algorithm 2")
  record ProgressiveConfig(
      @Setting(doc = "Fresh paths are made so often in a round.", value = "4", min = 1, max = 1e4) int terms)
      implements DistillationConfig {
    @Override
    public Distillation distillation() {
      return new Progressive(terms);
    }
  }

  @Kind(
      value = "consistency",
      doc = "The student learns to say where the teacher's way ends, the same from neighbouring levels.",
      source = "Song et al. 2023, arXiv 2303.01469, algorithm 2")
  record ConsistencyConfig(
      @Setting(doc = "Levels that neighbours are taken from.", value = "32", min = 2, max = 1e4) int levels,
      @Setting(
              doc = "How often the average of the student, which is to be agreed with, and the paths are taken anew.",
              value = "100", min = 1, max = 1e5)
          int terms)
      implements DistillationConfig {
    @Override
    public Distillation distillation() {
      return new Consistency(levels, terms);
    }

    @Override
    public String sampler() {
      return "consistency";
    }
  }

  @Kind(
      value = "reflow",
      doc = "Rectified flow: a flow is matched to straight lines between the teacher's samples and their noise.",
      source = "Liu, Gong and Liu 2023, arXiv 2209.03003, algorithm 1")
  record ReflowConfig(
      @Setting(doc = "How often that is done, each time with the pairs of the last flow.", value = "1", min = 1, max = 10) int rounds,
      @Setting(doc = "Fresh pairs are made so often in a round.", value = "4", min = 1, max = 1e4) int terms)
      implements DistillationConfig {
    @Override
    public Distillation distillation() {
      return new Reflow(rounds, terms);
    }
  }
}
