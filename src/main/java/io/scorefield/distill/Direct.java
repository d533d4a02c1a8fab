package io.scorefield.distill;

import io.scorefield.diffusion.Diffuser;
import io.scorefield.diffusion.FlowFrame;
import io.scorefield.network.Network;
import io.scorefield.train.TrainingOptions;

/// Learns the teacher's way from each of its levels to the next at once, from many fine steps of the teacher.
///
/// With one step this is the knowledge distillation of Luhman and Luhman 2021 (arXiv 2101.02388), section 3; with more, the
/// map of the flow between fixed levels.
///
/// @param terms fresh paths are made so often
public record Direct(int terms) implements Distillation {
  @Override
  public Student of(Teacher teacher, int steps, Schooling schooling) {
    Diffuser student = Student.diffuser(teacher);
    double[] fine =
        Levels.divided(student.schedule(), FlowFrame.CIRCLE, steps, Math.ceilDiv(schooling.teacherSteps(), steps));
    int stride = (fine.length - 1) / steps;
    double[] times = Levels.every(fine, stride);
    TrainingOptions options = schooling.options(schooling.trainingSteps());
    Network learned =
        new Course(teacher.engine(), Distillation.meter(schooling))
            .of(
                Student.beginner(teacher, student, schooling.seed()), options, terms,
                (term, so) -> {
                  Teacher.Paths paths =
                      teacher.accurate(fine, stride, schooling.draws(term, terms, student.scaling().coordinates(), times.length));
                  return lesson(student, paths).plan(so.architecture(), options);
                });
    return new Student(student, learned, Teacher.levels(times), false);
  }

  /// From every level of the paths to the next.
  static Lesson lesson(Diffuser student, Teacher.Paths paths) {
    Lesson lesson = new Lesson(student);
    for (int i = 0; i + 1 < paths.times().length; i++) {
      lesson.step(paths.times()[i], paths.times()[i + 1], paths.states()[i], paths.states()[i + 1]);
    }
    return lesson;
  }
}
