package io.scorefield.network.plan;

import io.scorefield.network.NetworkProgram;
import io.scorefield.network.NetworkProgram.Way;
import io.scorefield.network.program.Program;
import java.util.ArrayList;
import java.util.List;

/// A network program as compiled engines execute it: in what steps, and where in memory every value lies.
///
/// @param network whose
/// @param way what it computes beside the output
/// @param steps first to last
/// @param back number of the first step of the way back, which may be gone several times after one way there
/// @param numbers floats of memory for one sample
public record Plan(NetworkProgram network, Way way, List<Step> steps, int back, int numbers) {
  public Plan {
    steps = List.copyOf(steps);
  }

  /// The plan of a program.
  public static Plan of(NetworkProgram network, Way way) {
    Program program = Views.withCopies(network.program(way));
    boolean[] forward = program.forward();
    boolean[] others = new boolean[forward.length];
    for (int i = 0; i < forward.length; i++) {
      others[i] = !forward[i];
    }
    List<List<Integer>> groups = new ArrayList<>(Grouping.of(program, forward));
    int back = groups.size();
    groups.addAll(Grouping.of(program, others));
    Placement placement = new Placement(program, groups, back);
    StepWriter writer = new StepWriter(program, placement);
    List<Step> steps = new ArrayList<>();
    for (int i = 0; i < groups.size(); i++) {
      steps.add(writer.step(groups.get(i)));
    }
    return new Plan(network, way, steps, back, placement.numbers());
  }

  /// The most positions of a value.
  public int positions() {
    return network.program().rows().stream().mapToInt(row -> row.space().positions()).max().orElse(1);
  }

  /// How many numbers go through memory in one evaluation and, if there is one, on the way back, for one sample.
  public long traffic() {
    long sum = 0;
    for (Step step : steps) {
      sum +=
          switch (step) {
            case Step.Load load -> load.result().size();
            case Step.Store store -> store.from().size();
            case Step.Product product -> product.from().size() + product.result().size();
            case Step.WeightGradient gradient -> gradient.a().size() + gradient.b().size();
            case Step.SegmentSum segment -> segment.from().size() + segment.result().size();
            case Step.RowSum row -> row.from().size() + row.result().size();
            case Step.Map map -> (long) (map.operands().size() + map.results().size()) * map.width() * map.positions();
          };
    }
    return sum;
  }
}
