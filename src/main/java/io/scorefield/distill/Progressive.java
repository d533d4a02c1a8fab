package io.scorefield.distill;

import io.scorefield.diffusion.AncestralSampler;
import io.scorefield.diffusion.Diffuser;
import io.scorefield.diffusion.FlowFrame;
import io.scorefield.network.Network;
import io.scorefield.train.TrainingOptions;
import io.scorefield.watch.Meter;

/// Learns in rounds: each student goes in one step where its teacher goes in two, and then is the teacher of the next.
///
/// The paper begins each example with noised data and lets the teacher go two steps of DDIM. Here examples are states on the
/// way of the teacher's own samples, so no data are needed; and the first teacher goes by Heun's scheme.
///
/// Source: Salimans and Ho 2022 (arXiv 2202.00512), algorithm 2.
///
/// @param terms fresh paths are made so often in a round
public record Progressive(int terms) implements Distillation {
  @Override
  public Student of(Teacher first, int steps, Schooling schooling) {
    Diffuser student = Student.diffuser(first);
    int halvings = Math.max(1, 31 - Integer.numberOfLeadingZeros(Math.max(1, schooling.teacherSteps() / steps)));
    double[] times = Levels.halved(student.schedule(), FlowFrame.CIRCLE, steps, halvings);
    // A schedule without room for a halving lets the teacher go the student's own steps.
    int rounds = Math.max(1, Integer.numberOfTrailingZeros((times.length - 1) / steps));
    Meter meter = Distillation.meter(schooling);
    Teacher teacher = first;
    for (int round = 0; round < rounds; round++) {
      int stride = Math.min(2, (times.length - 1) / steps);
      double[] half = Levels.every(times, stride);
      double[] all = times;
      Teacher before = teacher;
      boolean isFirst = round == 0;
      int number = round;
      long share = schooling.trainingSteps() * (round + 1) / rounds - schooling.trainingSteps() * round / rounds;
      TrainingOptions options = schooling.options(share);
      Network learned =
          new Course(first.engine(), meter)
              .of(
                  Student.beginner(teacher, student, schooling.seed()), options, terms,
                  (term, so) -> {
                    Draws draws =
                        schooling.draws(
                            number * terms + term, rounds * terms, student.scaling().coordinates(), half.length);
                    Teacher.Paths paths =
                        isFirst
                            ? before.accurate(all, stride, draws)
                            : before.paths(new AncestralSampler(Teacher.grid(all), 0, 0), half, draws);
                    return Direct.lesson(student, paths).plan(so.architecture(), options);
                  });
      teacher = new Teacher(first.engine(), student, learned);
      times = half;
    }
    return new Student(student, teacher.network(), Teacher.levels(times), false);
  }
}
