package io.scorefield.live;

import io.scorefield.engine.EngineInfo;
import io.scorefield.live.Events.Keep;
import io.scorefield.watch.Reporter;
import io.scorefield.watch.Watch;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// A page of work that goes on: what it does, how far it has come, and buttons to pause and to stop it. It is there while the
/// work is, on the loopback address of this machine.
public final class Live implements AutoCloseable {
  /// How long the end waits for pages to hear of it.
  static final long FAREWELL_MILLISECONDS = 5000;

  private final Events events = new Events();
  private final Gate gate = new Gate();
  private final Server server;
  private final Runnable stop;
  private volatile boolean stopping;
  private volatile String end = "";

  private Live(int port, Runnable stop) throws IOException {
    this.stop = stop;
    server = new Server(port, "run.html", events);
    server.post("pause", (query, body) -> pause(true));
    server.post("resume", (query, body) -> pause(false));
    server.post("stop", (query, body) -> stop());
  }

  /// Opens the page; nothing is opened in a browser.
  ///
  /// @param port 0: any that is free
  /// @param command such as "run"
  /// @param name of the experiment
  /// @param stop asks the work to stop, as Ctrl-C does
  /// @throws IOException when the port is taken
  public static Live open(int port, String command, String name, EngineInfo engine, boolean pauses, Runnable stop)
      throws IOException {
    Live live = new Live(port, stop);
    Map<String, Object> work = new LinkedHashMap<>();
    work.put("command", command);
    work.put("name", name);
    work.put("pauses", pauses);
    work.putAll(device(engine));
    live.events.publish("work", Keep.LAST, work);
    live.state();
    return live;
  }

  static Map<String, Object> device(EngineInfo engine) {
    return Map.of(
        "engine", engine.name(), "device", engine.device(), "threads", engine.threads(), "arithmetic", engine.arithmetic());
  }

  /// The address of the page.
  public String url() {
    return server.url();
  }

  Events events() {
    return events;
  }

  Server server() {
    return server;
  }

  Gate gate() {
    return gate;
  }

  /// One that tells the page what it is told, and at which paused work waits.
  public Reporter reporter(Reporter other) {
    return new LiveReporter(this, other);
  }

  /// A watch that shows the progress of long loops on the page too.
  public Watch watch(Watch other, Reporter reporter) {
    return new Watch(other.stop(), reporter::progress);
  }

  private Answer pause(boolean wanted) {
    if (wanted) {
      gate.close();
    } else {
      gate.open();
    }
    state();
    return Answer.json(Map.of());
  }

  private Answer stop() {
    stopping = true;
    stop.run();
    gate.open();
    state();
    return Answer.json(Map.of());
  }

  private void state() {
    events.publish("state", Keep.LAST, Map.of("paused", gate.isClosed(), "stopping", stopping));
  }

  /// What the page is told when it ends.
  ///
  /// @param lines such as where the report is
  public void ended(String... lines) {
    end = String.join("\n", List.of(lines));
  }

  /// Ends the page; one that is still shown keeps its last pictures.
  @Override
  public void close() {
    events.publish("end", Keep.LAST, Map.of("text", end.isEmpty() ? "The work has ended before it was done; the terminal says why." : end));
    events.close(FAREWELL_MILLISECONDS);
    server.close();
  }
}
