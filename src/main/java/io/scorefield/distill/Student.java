package io.scorefield.distill;

import io.scorefield.diffusion.Diffuser;
import io.scorefield.diffusion.Parameterization;
import io.scorefield.network.Network;
import java.util.List;

/// A model that samples in few steps.
///
/// @param diffuser the teacher's, but that a student of one that predicts eps or the score predicts EDM's output: where there
///     is next to no signal left an error of these is multiplied with sigma/alpha, and few steps do not make up for it
/// @param levels of its steps
/// @param renoises whether noise is added anew after each step, as in consistency models; else steps are DDIM's
public record Student(Diffuser diffuser, Network network, List<Double> levels, boolean renoises) {
  public Student {
    levels = List.copyOf(levels);
  }

  /// The model that a student of this teacher has.
  static Diffuser diffuser(Teacher teacher) {
    Parameterization predicted = teacher.diffuser().parameterization();
    boolean amplifies = predicted == Parameterization.EPS || predicted == Parameterization.SCORE;
    return amplifies ? teacher.diffuser().withParameterization(Parameterization.EDM) : teacher.diffuser();
  }

  /// The weights that it begins with: the teacher's, where they mean the same.
  static Network beginner(Teacher teacher, Diffuser student, long seed) {
    return student.parameterization() == teacher.diffuser().parameterization()
        ? teacher.network()
        : Network.initialize(teacher.network().architecture(), seed);
  }
}
