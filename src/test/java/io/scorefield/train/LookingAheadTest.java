package io.scorefield.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.scorefield.data.DataSet;
import io.scorefield.data.PlaneDistribution;
import io.scorefield.data.Scaling;
import io.scorefield.diffusion.Diffuser;
import io.scorefield.diffusion.Objective;
import io.scorefield.diffusion.Parameterization;
import io.scorefield.diffusion.Weighting;
import io.scorefield.engine.AdamOptions;
import io.scorefield.engine.Engine;
import io.scorefield.engine.TrainingSession;
import io.scorefield.engine.TrainingState;
import io.scorefield.engine.reference.ReferenceEngine;
import io.scorefield.network.Activation;
import io.scorefield.network.Mlp;
import io.scorefield.network.TimeEmbedding;
import io.scorefield.schedule.DiscreteSchedule;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.IntConsumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/// While an engine runs a span of steps, the examples of the next are looked up.
@Timeout(60)
class LookingAheadTest {
  private static final int STEPS = 50;
  private static final int BATCH = 8;
  private static final DataSet DATA = DataSet.draw(PlaneDistribution.circle(1.5), 30, 1);

  private static Trainer trainer(Engine engine) {
    Mlp mlp = Mlp.uniform(2, 1, 1, 4, Activation.TANH);
    Diffuser diffuser =
        new Diffuser(DiscreteSchedule.cosine(20), Parameterization.V, new TimeEmbedding.Bare(0.05), Scaling.identity(2));
    TrainingOptions options =
        new TrainingOptions(
            STEPS, BATCH, 1e-2, TrainingOptions.Decay.COSINE, AdamOptions.defaults(),
            new Objective(Weighting.NONE, Objective.Reduction.MEAN), 5);
    return new Trainer(engine, diffuser, mlp, DATA, options);
  }

  /// An engine that shows the examples it is given before it trains on them.
  private static Engine shown(Engine engine, List<int[]> examples, IntConsumer during) {
    return (Engine)
        Proxy.newProxyInstance(
            Engine.class.getClassLoader(), new Class<?>[] {Engine.class},
            (proxy, method, arguments) -> {
              Object result;
              try {
                result = method.invoke(engine, arguments);
              } catch (InvocationTargetException e) {
                throw e.getCause();
              }
              return result instanceof TrainingSession session ? new Shown(session, examples, during) : result;
            });
  }

  private record Shown(TrainingSession session, List<int[]> examples, IntConsumer during) implements TrainingSession {
    @Override
    public Losses advance(int[] given, double[] learningRates) {
      examples.add(given);
      during.accept(examples.size());
      return session.advance(given, learningRates);
    }

    @Override
    public TrainingState state() {
      return session.state();
    }

    @Override
    public void close() {
      session.close();
    }
  }

  /// The engine does not begin with a span before the next one has been looked up: were it not begun meanwhile, it would
  /// wait for ever.
  @Test
  void theNextSpanIsLookedUpWhileTheEngineWorks() {
    List<int[]> given = new ArrayList<>();
    List<int[]> ahead = new ArrayList<>();
    Trainer[] trainer = new Trainer[1];
    IntConsumer waits =
        span -> {
          try {
            ahead.add(trainer[0].order().ahead().get(30, TimeUnit.SECONDS));
          } catch (Exception e) {
            throw new AssertionError("the next span is not looked up", e);
          }
        };
    float[] whole;
    try (Engine engine = new ReferenceEngine(1);
        Trainer looking = trainer(shown(engine, given, waits))) {
      trainer[0] = looking;
      // Spans of 20, 20 and 10 steps: nothing is left to be looked up during the last.
      while (!looking.finished()) {
        looking.advance(20);
      }
      whole = looking.state().parameters();
    }
    assertThat(given).hasSize(3);
    assertThat(ahead.get(0)).hasSize(20 * BATCH).isSameAs(given.get(1));
    assertThat(ahead.get(1)).hasSize(10 * BATCH).isSameAs(given.get(2));
    assertThat(ahead.get(2)).isNull();
    // And it is the order, and the training, of whoever looks up one step at a time.
    ExampleOrder order = new ExampleOrder(5, DATA.size());
    assertThat(given.stream().flatMapToInt(Arrays::stream).toArray())
        .containsExactly(order.examples(0, STEPS * BATCH));
    try (Engine engine = new ReferenceEngine(1);
        Trainer single = trainer(engine)) {
      while (!single.finished()) {
        single.advance(1 + (int) (single.step() % 3));
      }
      assertThat(single.state().parameters()).containsExactly(whole);
    }
  }

  /// A lookup that fails is not the end of the order: whoever wants the examples has the error, and others have theirs.
  @Test
  void whatCannotBeLookedUpAheadIsAnErrorOnlyWhereItIsWanted() {
    ExampleOrder order = new ExampleOrder(5, 30);
    order.expect(0, -1);
    assertThat(order.ahead()).failsWithin(30, TimeUnit.SECONDS);
    assertThat(order.examples(0, 40)).containsExactly(new ExampleOrder(5, 30).examples(0, 40));
    order.expect(0, -1);
    assertThatThrownBy(() -> order.examples(0, -1)).isInstanceOf(NegativeArraySizeException.class);
  }
}
