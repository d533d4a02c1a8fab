package io.scorefield.distill;

import io.scorefield.diffusion.Diffuser;
import io.scorefield.diffusion.FlowFrame;
import io.scorefield.diffusion.Parameterization;
import io.scorefield.network.Network;
import io.scorefield.train.TrainingOptions;

/// Learns one function that says, of any state on the teacher's way, where the way ends. It is the same along a way: what it says
/// of a state should be what it says of the next one, one step of the teacher nearer to the data, where it is the state itself.
///
/// The function that is to be agreed with is the average of the student's weights at the start of a term, so there are many
/// terms.
///
/// Source: Song, Dhariwal, Chen and Sutskever 2023 (arXiv 2303.01469), algorithm 2, with the squared distance. States are on
/// the way of the teacher's own samples.
///
/// @param levels that neighbours are taken from
/// @param terms the function that is to be agreed with, and the paths, are taken anew so often
public record Consistency(int levels, int terms) implements Distillation {
  public Consistency {
    if (levels < 2) {
      throw new IllegalArgumentException("consistency is between levels; there must be 2 at least, not " + levels);
    }
  }

  @Override
  public Student of(Teacher teacher, int steps, Schooling schooling) {
    Diffuser student = Student.diffuser(teacher);
    // As many neighbours to a step as make about the levels, and the teacher's own steps between two of them.
    int between = Math.ceilDiv(Math.max(levels, steps), steps);
    int own = Math.max(1, schooling.teacherSteps() / (steps * between));
    double[] fine = Levels.divided(student.schedule(), FlowFrame.CIRCLE, steps * between, own);
    int heun = (fine.length - 1) / (steps * between);
    double[] times = Levels.every(fine, heun);
    TrainingOptions options = schooling.options(schooling.trainingSteps());
    Network learned =
        new Course(teacher.engine(), Distillation.meter(schooling))
            .of(
                Student.beginner(teacher, student, schooling.seed()), options, terms,
                (term, so) -> {
                  Teacher.Paths paths =
                      teacher.accurate(
                          fine, heun, schooling.draws(term, terms, student.scaling().coordinates(), times.length));
                  return lesson(teacher, student, so, paths).plan(so.architecture(), options);
                });
    return new Student(student, learned, Teacher.levels(Levels.every(times, between)), true);
  }

  /// Every state is to be told as the next one is told now.
  private static Lesson lesson(Teacher teacher, Diffuser student, Network now, Teacher.Paths paths) {
    Lesson lesson = new Lesson(student);
    int last = paths.times().length - 1;
    for (int i = 0; i < last; i++) {
      float[] next = paths.states()[i + 1];
      float[] told = i + 1 == last ? next : estimate(teacher, student, now, paths.times()[i + 1], next);
      lesson.estimate(paths.times()[i], paths.states()[i], told);
    }
    return lesson;
  }

  /// x0hat of states at level t, [n, S].
  private static float[] estimate(Teacher teacher, Diffuser student, Network network, double t, float[] states) {
    int size = student.scaling().coordinates();
    int varied = student.scaling().frame().varied();
    double scale = student.inputScale(t);
    float[] inputs = new float[states.length];
    for (int i = 0; i < states.length; i++) {
      inputs[i] = (float) (i % size >= varied ? states[i] : scale * states[i]);
    }
    float[] outputs = new float[states.length];
    teacher.engine().evaluate(network, inputs, student.features(t), outputs);
    Parameterization.Coefficients c = student.coefficients(t);
    for (int i = 0; i < states.length; i++) {
      outputs[i] = (float) c.x0hat(states[i], outputs[i]);
    }
    return outputs;
  }
}
