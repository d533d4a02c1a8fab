package io.scorefield.simulation;

import io.scorefield.engine.Engine;
import io.scorefield.engine.EngineException;
import io.scorefield.engine.NotFiniteException;
import io.scorefield.engine.SampleRequest;
import io.scorefield.engine.SampleSink;
import io.scorefield.engine.StepProgram;
import io.scorefield.network.Network;
import java.io.IOException;

/// Runs walkers from one snapshot to the next. Walker i is a pure function of the seed, its number and where it starts.
///
/// @param seed of the noise
public record Simulation(Engine engine, Dynamics dynamics, long seed) {
  /// Steps of one table at most, and of one whose every step is looked at.
  private static final int MOST_STEPS = 10_000;
  private static final int MOST_LOOKS = 1_000;

  /// Looks at all walkers at a moment.
  @FunctionalInterface
  public interface Observer {
    /// @param snapshot number of the moment, from 0
    /// @param step steps done
    /// @param states [n, D]; used again after the call
    void look(int snapshot, int step, float[] states) throws IOException;
  }

  /// Moves walkers to the end.
  ///
  /// @param states where they are, [n, D]; afterwards where they have come to
  /// @param snapshots steps after which the observer looks, ascending; 0 is the start, the last is the end
  /// @param absorption is told of walkers that are absorbed
  /// @return how many proposals were rejected
  /// @throws EngineException when a walker stops being finite, naming it and the step
  public long run(float[] states, int[] snapshots, Absorption absorption, Observer observer) throws IOException {
    long rejected = 0;
    int done = 0;
    absorption.look(0, 0, states.length / dynamics.energy().dimension(), states);
    for (int i = 0; i < snapshots.length; i++) {
      // Where nobody is left to move, the rest of the time passes at once.
      while (done < snapshots[i] && absorption.alive() > 0) {
        int most = done + (dynamics.absorbs() ? MOST_LOOKS : MOST_STEPS);
        int to = Math.min(Math.min(snapshots[i], most), dynamics.stage(done).until());
        rejected += advance(states, done, to, absorption);
        done = to;
      }
      done = snapshots[i];
      observer.look(i, done, states);
    }
    return rejected;
  }

  private long advance(float[] states, int from, int to, Absorption absorption) throws IOException {
    int dimension = dynamics.energy().dimension();
    StepProgram program = dynamics.program(from, to);
    int rows = dynamics.rowsOfStep();
    // The step of an absorption is known if every step is looked at.
    int[] looks = new int[dynamics.absorbs() ? to - from : 0];
    for (int i = 0; i < looks.length; i++) {
      looks[i] = (i + 1) * rows - 1;
    }
    long[] rejected = {0};
    SampleSink sink =
        new SampleSink() {
          @Override
          public void accept(long first, int count, float[] block) {
            System.arraycopy(block, 0, states, (int) first * dimension, count * dimension);
          }

          @Override
          public void snapshot(int index, long first, int count, float[] block) {
            absorption.look(from + index + 1, (int) first, count, block);
          }

          @Override
          public void rejected(long times) {
            rejected[0] = times;
          }
        };
    try {
      engine.sample(
          Network.none(dimension), program, dynamics.physics(from),
          SampleRequest.of(seed, 0, states.length / dimension).withSnapshots(looks).withInitial(states.clone()), sink);
    } catch (NotFiniteException e) {
      int step = from + e.row() / rows;
      throw new EngineException(
          "walker " + e.sample() + " stopped being finite in step " + step + " of " + dynamics.steps() + " (time "
              + (float) dynamics.time(step) + "): the step of " + (float) dynamics.length()
              + " is too long for the forces there; take a smaller one, or start elsewhere");
    }
    return rejected[0];
  }
}
