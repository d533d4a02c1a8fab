package io.scorefield.spark;

import io.scorefield.engine.Engine;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import org.apache.spark.TaskContext;
import org.apache.spark.broadcast.Broadcast;
import org.apache.spark.util.TaskCompletionListener;

/// What an executor keeps between its tasks: its engines and the models that it has read. A task borrows an engine, since an engine
/// serves one thread at a time; as many tasks as run beside each other, so many engines there are.
final class Executors {
  /// Models that are kept.
  private static final int MODELS = 2;

  private static final Map<EngineChoice.OfTask, Deque<Engine>> IDLE = new HashMap<>();

  private static final Map<String, Recipe.Opened> OPENED =
      new LinkedHashMap<>() {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<String, Recipe.Opened> eldest) {
          return size() > MODELS;
        }
      };

  private Executors() {}

  /// An engine for the task that calls this, until the task ends.
  static Engine borrow(EngineChoice choice) {
    EngineChoice.OfTask wanted = choice.ofTask();
    Engine engine = take(wanted);
    TaskContext task = TaskContext.get();
    if (task != null) {
      TaskCompletionListener atEnd = ended -> giveBack(wanted, engine, ended.isFailed());
      task.addTaskCompletionListener(atEnd);
    }
    return engine;
  }

  private static Engine take(EngineChoice.OfTask wanted) {
    synchronized (IDLE) {
      Engine idle = IDLE.getOrDefault(wanted, new ArrayDeque<>()).poll();
      if (idle != null) {
        return idle;
      }
      // Others hold memory of the device, and nobody uses them.
      IDLE.values().forEach(engines -> engines.forEach(Engine::close));
      IDLE.clear();
    }
    return wanted.open();
  }

  /// @param suspect whether the task failed, perhaps for the engine's sake
  private static void giveBack(EngineChoice.OfTask of, Engine engine, boolean suspect) {
    if (suspect) {
      engine.close();
      return;
    }
    synchronized (IDLE) {
      IDLE.computeIfAbsent(of, _ -> new ArrayDeque<>()).push(engine);
    }
  }

  /// The model and network of a recipe.
  static Recipe.Opened opened(Broadcast<Recipe> recipe) throws IOException {
    synchronized (OPENED) {
      Recipe of = recipe.value();
      Recipe.Opened known = OPENED.get(of.id());
      if (known == null) {
        known = of.open();
        OPENED.put(of.id(), known);
      }
      return known;
    }
  }
}
