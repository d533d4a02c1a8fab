package io.scorefield.distill;

import io.scorefield.diffusion.Diffuser;
import io.scorefield.diffusion.FlowFrame;
import io.scorefield.diffusion.Parameterization;
import io.scorefield.engine.NoiseTable;
import io.scorefield.engine.TrainingPlan;
import io.scorefield.network.Architecture;
import io.scorefield.network.Network;
import io.scorefield.schedule.NoiseLevel;
import io.scorefield.train.TrainingOptions;
import io.scorefield.watch.Meter;
import java.util.ArrayList;
import java.util.List;

/// Learns to go straight: the teacher's samples are paired with the noise that they were made of, and a flow is matched to the
/// lines between them. These lines hardly cross, so the flow hardly bends. A further round takes the pairs of the student.
///
/// The loss is the squared error of eps - x_0, at levels uniform along the line.
///
/// Source: Liu, Gong and Liu 2023 (rectified flow, arXiv 2209.03003), algorithm 1.
///
/// @param rounds how often a student is made the next teacher, 1 for none
/// @param terms fresh pairs are made so often in a round
public record Reflow(int rounds, int terms) implements Distillation {
  private static final int LEVELS = 4096;

  public Reflow {
    if (rounds < 1) {
      throw new IllegalArgumentException("there must be a round at least, not " + rounds);
    }
  }

  @Override
  public Student of(Teacher first, int steps, Schooling schooling) {
    Diffuser student = Student.diffuser(first);
    double[] fine = Levels.divided(student.schedule(), FlowFrame.CIRCLE, 1, schooling.teacherSteps());
    Meter meter = Distillation.meter(schooling);
    Teacher teacher = first;
    for (int round = 0; round < rounds; round++) {
      Teacher before = teacher;
      int number = round;
      long share = schooling.trainingSteps() * (round + 1) / rounds - schooling.trainingSteps() * round / rounds;
      TrainingOptions options = schooling.options(share);
      Network learned =
          new Course(first.engine(), meter)
              .of(
                  Student.beginner(teacher, student, schooling.seed()), options, terms,
                  (term, so) -> {
                    Draws draws =
                        schooling.draws(number * terms + term, rounds * terms, student.scaling().coordinates(), 2);
                    return plan(student, before.accurate(fine, fine.length - 1, draws), so.architecture(), options);
                  });
      teacher = new Teacher(first.engine(), student, learned);
    }
    double[] times = Levels.of(student.schedule(), FlowFrame.STRAIGHT, steps);
    return new Student(student, teacher.network(), Teacher.levels(times), false);
  }

  private static TrainingPlan plan(Diffuser student, Teacher.Paths ends, Architecture architecture, TrainingOptions options) {
    NoiseLevel end = student.schedule().level(student.schedule().end());
    float[] x0 = ends.states()[1];
    float[] start = ends.states()[0];
    float[] eps = new float[x0.length];
    for (int i = 0; i < eps.length; i++) {
      eps[i] = (float) ((start[i] - end.alpha() * x0[i]) / end.sigma());
    }
    double first = FlowFrame.STRAIGHT.clock(student.schedule(), student.schedule().start());
    double last = FlowFrame.STRAIGHT.clock(student.schedule(), student.schedule().end());
    List<NoiseTable.Row> rows = new ArrayList<>();
    for (int i = 0; i < LEVELS; i++) {
      double t =
          i == LEVELS - 1
              ? student.schedule().end()
              : FlowFrame.STRAIGHT.time(student.schedule(), first + (last - first) * i / (LEVELS - 1));
      Parameterization.Coefficients c = student.coefficients(t);
      double perOutput = c.epsFromOutput() - c.x0FromOutput();
      rows.add(student.noiseRow(t, perOutput * perOutput));
    }
    return Lesson.plan(student, architecture, options, rows, x0, eps, 1);
  }
}
