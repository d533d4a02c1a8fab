package io.scorefield.live;

import io.scorefield.config.ConfigException;
import io.scorefield.data.Condition;
import io.scorefield.data.DataSet;
import io.scorefield.diffusion.Guidance;
import io.scorefield.engine.Engine;
import io.scorefield.experiment.Draw;
import io.scorefield.experiment.Drawing;
import io.scorefield.experiment.folder.RunFolder;
import io.scorefield.experiment.model.Fingerprint;
import io.scorefield.experiment.model.Model;
import io.scorefield.experiment.model.ModelFile;
import io.scorefield.experiment.model.SampleSettings;
import io.scorefield.network.Network;
import io.scorefield.train.Checkpoint;
import io.scorefield.watch.Reporter;
import io.scorefield.watch.Watch;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// A page that draws samples of a trained network as its reader moves sliders.
public final class Explorer implements AutoCloseable {
  private static final int DATA = 2000;
  private static final int PILOT = 100;
  private static final double PILOT_SECONDS = 0.25;
  private static final int FEWEST = 50;
  private static final int MOST = 2000;
  private static final long LOOK_MILLISECONDS = 100;

  private final Checkpoint.Stored stored;
  private final List<String> changes;
  private final Engine engine;
  private final Network network;
  private final Reporter reporter;
  private final Runnable stop;
  private final Server server;
  private final Drawn drawn = new Drawn();
  private final Desk desk = new Desk();
  private final Events events = new Events();
  private Easel easel;
  private Map<String, String> conditions = Map.of();
  private float[] data = new float[0];
  private final Map<String, Object> model;

  /// Opens the page of a checkpoint; nothing is opened in a browser.
  ///
  /// @param changes of keys that the weights do not depend on, `dotted.key=value`
  /// @param port 0: any that is free
  /// @param stop asks the program to end
  /// @throws IOException when the port is taken, or the checkpoint is damaged
  public Explorer(Checkpoint.Stored stored, List<String> changes, Engine engine, Reporter reporter, int port, Runnable stop)
      throws IOException {
    this.stored = stored;
    this.changes = List.copyOf(changes);
    this.engine = engine;
    this.reporter = reporter;
    this.stop = stop;
    easel = easel(Map.of());
    network = stored.network(easel.model().architecture());
    conditions = easel.model().config().sample().conditions();
    model = describe();
    server = new Server(port, "explore.html", events);
    server.get("model", (query, body) -> Answer.json(model));
    server.get("draw", (query, body) -> drawn.answer(query));
    server.get("data", (query, body) -> Answer.bytes(Drawn.bytes(List.of(data), data.length / width(), width(), query)));
    server.post("sample", (query, body) -> sample(Wish.of(body)));
    server.post("stop", (query, body) -> end());
    desk.open();
  }

  /// The address of the page.
  public String url() {
    return server.url();
  }

  private int width() {
    return easel.model().dimension();
  }

  /// The model asked for under conditions; empty: those of its configuration.
  private Easel easel(Map<String, String> wanted) throws IOException {
    List<String> all = new ArrayList<>(changes);
    if (!wanted.isEmpty()) {
      List<String> pairs = wanted.entrySet().stream().map(one -> quoted(one.getKey()) + ": " + quoted(one.getValue())).toList();
      all.add("sample.conditions={" + String.join(", ", pairs) + "}");
    }
    return new Easel(ModelFile.read(stored, SampleSettings.of(stored, Optional.empty(), all)));
  }

  private static String quoted(String text) {
    return "'" + text.replace("'", "''") + "'";
  }

  /// Serves the page until the user stops; the engine is used by the calling thread alone.
  public void serve() throws InterruptedException {
    while (!reporter.stopRequested()) {
      desk.serve(LOOK_MILLISECONDS);
    }
  }

  private Answer sample(Wish wish) throws Exception {
    return desk.ask(
        () -> {
          if (!wish.conditions().equals(conditions) && !easel.model().told().isEmpty()) {
            easel = easel(wish.conditions());
            conditions = wish.conditions();
          }
          Easel now = easel;
          Draw draw = quietly(() -> now.draw(engine, network, wish));
          Map<String, Object> tree = drawn.tree(draw, width());
          tree.putAll(now.told(wish));
          return tree;
        });
  }

  private <T, X extends Throwable> T quietly(ScopedValue.CallableOp<T, X> task) throws X {
    return new Watch(reporter::stopRequested, (stage, done, total, unit, detail) -> {}).during(task);
  }

  private Answer end() {
    stop.run();
    return Answer.json(Map.of());
  }

  private Map<String, Object> describe() throws IOException {
    Model shown = easel.model();
    Map<String, Object> tree = Shown.tree(shown);
    tree.put("name", stored.file().toString());
    tree.put("description", shown.config().description());
    tree.put("step", stored.step());
    tree.putAll(Live.device(engine.info()));
    tree.put("choices", easel.choices());
    List<Map<String, Object>> told = new ArrayList<>();
    for (Condition condition : shown.told().all()) {
      told.add(
          Map.of(
              "name", condition.name(), "classes", condition.classes(), "value",
              conditions.getOrDefault(condition.name(), "")));
    }
    tree.put("conditions", told);
    tree.put("unconditional", shown.config().objective().dropCondition() > 0);
    tree.put("count", pilot());
    data(tree);
    return tree;
  }

  /// As many samples as are drawn in a moment. The first draw of all loads what is loaded once.
  private int pilot() throws IOException {
    Easel now = easel;
    int steps = now.samplers().ownSteps();
    Guidance plain = now.model().plain();
    String sampler = now.samplers().names().getFirst();
    double seconds = 0;
    try {
      for (int i = 0; i < 2; i++) {
        seconds =
            quietly(
                () ->
                    new Drawing(engine, now.model(), network)
                        .draw(plain, now.samplers().of(sampler, steps), PILOT, now.model().config().seed(), 2)
                        .seconds());
      }
    } catch (ConfigException e) {
      return MOST / 4; // Its conditions have no values yet: the page asks for them.
    }
    int count = (int) Math.clamp(PILOT * PILOT_SECONDS / seconds, FEWEST, MOST);
    return count >= 100 ? count / 100 * 100 : count;
  }

  /// The points of the training, where they can still be read or drawn, and their residual.
  private void data(Map<String, Object> tree) {
    Model shown = easel.model();
    try {
      DataSet all = shown.config().data().load(shown.config().seed());
      if (!Fingerprint.of(all).equals(shown.fingerprint())) {
        tree.put("dataNote", "The data have changed since the training and are not shown.");
        return;
      }
      data = Arrays.copyOf(all.points(), Math.min(DATA, all.size()) * width());
      double[] residuals = new Drawing(engine, shown, network).residuals(data);
      double mean = Arrays.stream(residuals).average().orElse(Double.NaN);
      if (Double.isFinite(mean)) {
        tree.put("dataResidual", mean);
      }
    } catch (IOException | RuntimeException e) {
      tree.put("dataNote", "The data of the training are not shown: " + e.getMessage());
    }
  }

  @Override
  public void close() {
    desk.close();
    events.publish("end", Events.Keep.LAST, new LinkedHashMap<>(Map.of("text", "The program has ended.")));
    events.close(Live.FAREWELL_MILLISECONDS);
    server.close();
  }
}
