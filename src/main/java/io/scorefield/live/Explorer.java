package io.scorefield.live;

import io.scorefield.config.ConfigException;
import io.scorefield.data.Condition;
import io.scorefield.data.DataSet;
import io.scorefield.diffusion.Guidance;
import io.scorefield.engine.Engine;
import io.scorefield.experiment.Draw;
import io.scorefield.experiment.Drawing;
import io.scorefield.experiment.folder.RunFolder;
import io.scorefield.experiment.model.AskedText;
import io.scorefield.experiment.model.Fingerprint;
import io.scorefield.experiment.model.Model;
import io.scorefield.experiment.model.ModelFile;
import io.scorefield.experiment.model.SampleSettings;
import io.scorefield.io.Rounded;
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

  /// Structures are shown a few at once.
  private static final int FEWEST_STRUCTURES = 6;
  private static final int MOST_STRUCTURES = 60;
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
  private String text = "";
  private float[] data = new float[0];
  private final Map<String, Object> model;
  private final Optional<Shapes> shapes;

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
    easel = easel(Map.of(), "");
    network = stored.network(easel.model().architecture());
    conditions = easel.model().config().sample().conditions();
    shapes = Shapes.of(easel.model());
    model = describe();
    server = new Server(port, "explore.html", events);
    server.get("model", (query, body) -> Answer.json(model));
    server.get("draw", (query, body) -> drawn.answer(query));
    server.get("data", (query, body) -> Answer.bytes(Drawn.bytes(List.of(data), data.length / width(), width(), query)));
    server.get("structures", (query, body) -> structures(query));
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

  /// The model asked for under conditions; empty: those of its configuration, and what its training asks for.
  private Easel easel(Map<String, String> wanted, String asked) throws IOException {
    List<String> all = new ArrayList<>(changes);
    if (!wanted.isEmpty()) {
      List<String> pairs = wanted.entrySet().stream().map(one -> quoted(one.getKey()) + ": " + quoted(one.getValue())).toList();
      all.add("sample.conditions={" + String.join(", ", pairs) + "}");
    }
    Model read = ModelFile.read(stored, SampleSettings.of(stored, Optional.empty(), all));
    try {
      return new Easel(AskedText.asked(read, asked));
    } catch (IllegalArgumentException e) {
      throw new WrongField("text", e);
    }
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

  private Answer structures(Map<String, String> query) {
    return shapes.map(some -> drawn.structures(some, data, query)).orElse(Answer.refused(409, "this model makes no structures"));
  }

  private Answer sample(Wish wish) throws Exception {
    return desk.ask(
        () -> {
          boolean others = !wish.conditions().equals(conditions) && !easel.model().told().isEmpty();
          if (others || !wish.text().equals(text)) {
            easel = easel(wish.conditions(), wish.text());
            conditions = wish.conditions();
            text = wish.text();
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
              conditions.getOrDefault(condition.name(), first(shown, condition))));
    }
    tree.put("conditions", told);
    AskedText.of(shown).ifPresent(asked -> tree.put("text", Map.of("name", asked.name(), "hint", asked.hint(), "value", asked.usual())));
    tree.put("unconditional", shown.config().objective().dropCondition() > 0);
    tree.put("count", pilot());
    data(tree);
    return tree;
  }

  /// What a field of a number begins with where nothing is asked for: nothing if that is allowed, else the data's mean.
  private static String first(Model model, Condition condition) {
    if (!condition.isNumber() || model.config().objective().dropCondition() > 0) {
      return "";
    }
    int component = model.variables().elements().indexOf(condition.name());
    return Rounded.number(model.scaling().mean()[component]);
  }

  /// As many samples as are drawn in a moment. The first draw of all loads what is loaded once.
  private int pilot() throws IOException {
    int trial = shapes.isPresent() ? FEWEST_STRUCTURES : PILOT;
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
                        .draw(plain, now.samplers().of(sampler, steps), trial, now.model().config().seed(), 2)
                        .seconds());
      }
    } catch (ConfigException e) {
      return shapes.isPresent() ? FEWEST_STRUCTURES : MOST / 4; // Its conditions have no values yet: the page asks for them.
    }
    int count =
        shapes.isPresent()
            ? (int) Math.clamp(trial * PILOT_SECONDS / seconds, FEWEST_STRUCTURES, MOST_STRUCTURES) / 6 * 6
            : (int) Math.clamp(trial * PILOT_SECONDS / seconds, FEWEST, MOST);
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
