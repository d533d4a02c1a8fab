package io.scorefield.live;

import io.scorefield.experiment.simulation.SimulationRunner;
import io.scorefield.live.Events.Keep;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// Shows walkers where they are.
public final class LiveSimulation implements SimulationRunner.Onlooker {
  private static final long INTERVAL = 150_000_000L;
  private static final int MOST = 3000;

  private final Live live;
  private final Drawn drawn = new Drawn();
  private volatile int dimension = 1;
  private volatile float[] start = new float[0];
  private long shown;

  public LiveSimulation(Live live) {
    this.live = live;
    live.server().get("draw", (query, body) -> drawn.answer(query));
    live.server().get("data", (query, body) -> Answer.bytes(Drawn.bytes(List.of(start), start.length / dimension, dimension, query)));
  }

  @Override
  public void begins(List<String> components, int width, float[] states, int steps, double step) {
    dimension = width;
    start = Arrays.copyOf(states, Math.min(states.length, MOST * width));
    Map<String, Object> model = new LinkedHashMap<>();
    model.put("components", components);
    model.put("dimension", components.size());
    model.put("fields", List.of());
    model.put("laws", List.of());
    model.put("note", "");
    model.put("steps", steps);
    model.put("timeStep", step);
    model.put("walkers", states.length / width);
    live.events().publish("model", Keep.LAST, model);
  }

  @Override
  public void look(int step, int steps, double time, float[] states) {
    long now = System.nanoTime();
    if ((now - shown < INTERVAL && step < steps) || !(live.events().isWatched() || step == steps)) {
      return;
    }
    shown = now;
    int count = Math.min(MOST, states.length / dimension);
    long id = drawn.keep(List.of(Arrays.copyOf(states, count * dimension)), count, dimension);
    live.events().publish("walkers", Keep.LAST, Map.of("id", id, "count", count, "step", step, "time", time));
  }
}
