package io.scorefield.diffusion;

import io.scorefield.engine.Engine;
import io.scorefield.engine.PhysicsTerm;
import io.scorefield.engine.SampleRequest;
import io.scorefield.engine.SampleSink;
import io.scorefield.engine.StepProgram;
import io.scorefield.network.Network;
import io.scorefield.watch.Watch;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/// States of the first samples during the reverse process.
///
/// @param times noise levels of the states
/// @param states [times][count, D] in data units
public record Course(List<Double> times, List<float[]> states) {
  /// Follows plain samples through the reverse process.
  ///
  /// @param program without guidance
  /// @param count of samples
  /// @param moments at about so many noise levels
  public static Course of(
      Diffuser diffuser, Engine engine, Network network, StepProgram program, long seed, int count, int moments)
      throws IOException {
    List<Integer> ends = new ArrayList<>();
    for (int row = 0; row < program.rows().size(); row++) {
      if (program.rows().get(row).endsStep()) {
        ends.add(row);
      }
    }
    int kept = Math.min(moments, ends.size());
    int[] rows = new int[kept + 1];
    List<Double> times = new ArrayList<>();
    rows[0] = -1;
    times.add(diffuser.schedule().end());
    for (int i = 1; i <= kept; i++) {
      rows[i] = ends.get((int) ((long) i * ends.size() / kept) - 1);
      times.add(program.rows().get(rows[i]).timeAfter());
    }
    int dimension = diffuser.scaling().dimension();
    List<float[]> states = new ArrayList<>();
    for (int i = 0; i < rows.length; i++) {
      states.add(new float[count * dimension]);
    }
    diffuser.sample(
        engine, network, program, PhysicsTerm.none(), SampleRequest.of(seed, 0, count).withSnapshots(rows),
        new SampleSink() {
          @Override
          public void accept(long first, int size, float[] samples) {
            Watch.current().check();
          }

          @Override
          public void snapshot(int index, long first, int size, float[] block) {
            System.arraycopy(block, 0, states.get(index), (int) first * dimension, size * dimension);
          }
        });
    return new Course(times, states);
  }
}
