package io.scorefield.live;

import io.scorefield.eval.MetricValue;
import io.scorefield.eval.NoiseLevels;
import io.scorefield.experiment.Draw;
import io.scorefield.experiment.Onlooker;
import io.scorefield.experiment.folder.RunFolder;
import io.scorefield.live.Events.Keep;
import io.scorefield.report.LossHistory;
import io.scorefield.watch.Watch;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CancellationException;
import java.util.function.BooleanSupplier;
import java.util.function.ToDoubleFunction;

/// Shows a training on a page: its losses, samples of the network as it is, how well it does at every noise level, and samples
/// that the page asks for.
///
/// All of that is made between steps, on the training's thread and engine. It takes a twentieth of the time, the first draw
/// apart and what the page asks for, and none while nobody looks.
public final class LiveTraining implements Onlooker {
  private static final double SHORTEST_PAUSE = 2;
  private static final double SHARE_OF_DRAWS = 0.04;
  private static final double SHARE_OF_LEVELS = 0.01;

  /// A draw takes about so long: as many samples are drawn as fit.
  private static final double DRAW_SECONDS = 0.15;

  private static final int FEWEST = 100;
  private static final int MOST = 2000;

  /// Of structures a page shows a few at once.
  private static final int FEWEST_STRUCTURES = 12;
  private static final int MOST_STRUCTURES = 48;

  /// Steps of a draw that the page did not ask for.
  private static final int MOST_STEPS = 40;

  private static final int DATA = 2000;
  private static final long LOOK_MILLISECONDS = 100;

  private final Live live;
  private final BooleanSupplier stopped;
  private final Drawn drawn = new Drawn();
  private final Desk desk = new Desk();
  private Work work;
  private volatile Easel easel;
  private volatile Moment current;
  private volatile Optional<Shapes> shapes = Optional.empty();
  private volatile float[] data = new float[0];
  private long last;
  private int count;
  private long due;
  private long levelsDue;
  private String failure = "";

  /// @param stopped whether the work is to stop
  public LiveTraining(Live live, BooleanSupplier stopped) {
    this.live = live;
    this.stopped = stopped;
    live.server().get("draw", (query, body) -> drawn.answer(query));
    live.server().get("data", (query, body) -> data(query));
    live.server().get("structures", (query, body) -> structures(query));
    live.server().post("sample", (query, body) -> sample(Wish.of(body)));
  }

  @Override
  public void begins(Work begun, long steps) {
    work = begun;
    easel = new Easel(begun.model());
    int width = begun.model().dimension();
    data = Arrays.copyOf(begun.data().points(), Math.min(DATA, begun.data().size()) * width);
    shapes = Shapes.of(begun.model());
    count = fewest();
    last = steps;
    due = System.nanoTime();
    levelsDue = due;
    failure = "";
    live.events().forget("loss", "moment", "levels", "draw", "metrics", "note");
    Map<String, Object> model = Shown.tree(begun.model());
    model.put("name", begun.name());
    model.put("steps", steps);
    model.put("batch", begun.model().config().train().examplesPerStep());
    model.put("points", begun.data().size());
    model.put("choices", easel.choices());
    live.events().publish("model", Keep.LAST, model);
    desk.open();
  }

  @Override
  public void loss(LossHistory.Row row) {
    Map<String, Object> tree = new LinkedHashMap<>();
    tree.put("step", row.step());
    put(tree, "rate", row.learningRate());
    put(tree, "data", row.dataLoss());
    put(tree, "physics", row.physicsLoss() == 0 ? Double.NaN : row.physicsLoss());
    put(tree, "heldOut", row.heldOut());
    live.events().publish("loss", Keep.ALL, tree);
  }

  @Override
  public void levels(List<NoiseLevels.Level> moment) {
    live.events().publish("moment", Keep.ALL, tree(moment));
  }

  @Override
  public void between(Moment moment) {
    current = moment;
    easel = moment.model() == easel.model() ? easel : new Easel(moment.model());
    try {
      desk.serve(0);
      while (live.gate().isClosed() && !stopped.getAsBoolean()) {
        desk.serve(LOOK_MILLISECONDS);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return;
    }
    // The trained network is shown in any case.
    if ((System.nanoTime() >= due || moment.step() >= last) && live.events().isWatched() && !stopped.getAsBoolean()) {
      show(moment);
    }
  }

  private int fewest() {
    return shapes.isPresent() ? FEWEST_STRUCTURES : FEWEST;
  }

  /// Draws samples of the network as it is, and looks at every noise level.
  private void show(Moment moment) {
    long start = System.nanoTime();
    int steps = Math.min(MOST_STEPS, easel.samplers().ownSteps());
    String sampler = easel.samplers().names().getFirst();
    Wish wish = new Wish(RunFolder.PLAIN, 1, sampler, steps, count, moment.model().config().seed(), Map.of(), "");
    try {
      Map<String, Object> tree = draw(moment, wish);
      double seconds = (double) tree.get("seconds");
      live.events().publish("draw", Keep.LAST, tree);
      count = (int) Math.clamp(count * DRAW_SECONDS / seconds, fewest(), Math.min(shapes.isPresent() ? MOST_STRUCTURES : MOST, 4L * count));
    } catch (CancellationException e) {
      return; // The user stops: the training sees that for itself, and keeps what is kept.
    } catch (IOException | RuntimeException e) {
      note(e);
    }
    long now = System.nanoTime();
    if (now >= levelsDue || moment.step() >= last) {
      // Not to be stopped: it takes a moment, and the training is to see the user's wish, not an exception.
      Watch unstopped = new Watch(() -> false, (stage, done, total, unit, detail) -> {});
      live.events().publish("levels", Keep.LAST, unstopped.during(() -> tree(moment.levels())));
      long after = System.nanoTime();
      levelsDue = after + (long) ((after - now) / SHARE_OF_LEVELS);
    }
    due = System.nanoTime() + (long) Math.max(SHORTEST_PAUSE * 1e9, (now - start) / SHARE_OF_DRAWS);
  }

  /// A young network may throw samples beyond all numbers: that is no fault of the training.
  private void note(Exception wrong) {
    String message = String.valueOf(wrong.getMessage());
    if (!message.equals(failure)) {
      failure = message;
      live.events().publish("note", Keep.LAST, Map.of("text", "No samples at step " + current.step() + ": " + message));
    }
  }

  private Map<String, Object> draw(Moment moment, Wish wish) throws IOException {
    Easel now = easel;
    Draw draw = quietly(() -> now.draw(work.engine(), moment.network(), wish));
    Map<String, Object> tree = drawn.tree(draw, now.model().dimension());
    tree.put("step", moment.step());
    tree.putAll(now.told(wish));
    return tree;
  }

  /// Without progress on the console; a stop ends it.
  private <T, X extends Throwable> T quietly(ScopedValue.CallableOp<T, X> task) throws X {
    return new Watch(stopped, (stage, done, total, unit, detail) -> {}).during(task);
  }

  private Answer sample(Wish wish) throws Exception {
    return desk.ask(() -> draw(current, wish));
  }

  private Answer structures(Map<String, String> query) {
    return shapes
        .map(some -> drawn.structures(some, data, query))
        .orElse(Answer.refused(409, "what is trained makes no structures"));
  }

  /// Points of the training, as draws are asked for.
  private Answer data(Map<String, String> query) {
    Easel now = easel;
    return now == null
        ? Answer.refused(409, "there are no data yet")
        : Answer.bytes(Drawn.bytes(List.of(data), data.length / now.model().dimension(), now.model().dimension(), query));
  }

  @Override
  public void trained() {
    desk.close();
    live.events().publish("trained", Keep.LAST, Map.of());
  }

  @Override
  public void measured(Map<String, Map<String, MetricValue>> metrics) {
    Map<String, Object> tree = new LinkedHashMap<>();
    metrics.forEach(
        (method, values) -> {
          Map<String, Object> row = new LinkedHashMap<>();
          values.forEach((name, value) -> row.put(name, value.value()));
          row.values().removeIf(value -> !Double.isFinite((double) value));
          tree.put(method, row);
        });
    live.events().publish("metrics", Keep.LAST, tree);
  }

  private static void put(Map<String, Object> tree, String name, double value) {
    if (Double.isFinite(value)) {
      tree.put(name, value);
    }
  }

  private static Map<String, Object> tree(List<NoiseLevels.Level> moment) {
    Map<String, Object> tree = new LinkedHashMap<>();
    tree.put("step", moment.isEmpty() ? 0 : moment.getFirst().step());
    tree.put("times", moment.stream().map(NoiseLevels.Level::time).toList());
    put(tree, "errors", moment, NoiseLevels.Level::error);
    put(tree, "residuals", moment, NoiseLevels.Level::residual);
    return tree;
  }

  /// A list of numbers with null where one is not finite; nothing where none is.
  private static void put(
      Map<String, Object> tree, String name, List<NoiseLevels.Level> moment, ToDoubleFunction<NoiseLevels.Level> value) {
    List<Double> values = new ArrayList<>();
    moment.forEach(level -> values.add(Double.isFinite(value.applyAsDouble(level)) ? value.applyAsDouble(level) : null));
    if (values.stream().anyMatch(Objects::nonNull)) {
      tree.put(name, values);
    }
  }
}
