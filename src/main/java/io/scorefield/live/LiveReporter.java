package io.scorefield.live;

import io.scorefield.live.Events.Keep;
import io.scorefield.watch.Reporter;
import java.util.LinkedHashMap;
import java.util.Map;

/// Tells a page what a console is told. Work that asks it whether to stop waits there while it is paused.
final class LiveReporter implements Reporter {
  private static final long INTERVAL = 200_000_000L;

  private final Live live;
  private final Reporter console;
  private final Rate rate = new Rate();
  private String stage = "";
  private long shown;

  LiveReporter(Live live, Reporter console) {
    this.live = live;
    this.console = console;
  }

  @Override
  public void line(String text) {
    console.line(text);
    live.events().publish("line", Keep.ALL, Map.of("text", text));
  }

  @Override
  public void progress(String name, long done, long total, String unit, String detail) {
    console.progress(name, done, total, unit, detail);
    synchronized (this) {
      long now = System.nanoTime();
      boolean begins = !name.equals(stage);
      if (begins) {
        stage = name;
        rate.restart();
      } else if (now - shown < INTERVAL && done < total) {
        return;
      }
      shown = now;
      Map<String, Object> progress = new LinkedHashMap<>();
      progress.put("stage", name);
      progress.put("done", done);
      progress.put("total", total);
      progress.put("unit", unit);
      progress.put("detail", detail);
      progress.put("rate", rate.of(now, done));
      live.events().publish("progress", Keep.LAST, progress);
    }
  }

  @Override
  public boolean stopRequested() {
    if (live.gate().isClosed()) {
      live.gate().pass(console::stopRequested);
      synchronized (this) {
        rate.restart();
      }
    }
    return console.stopRequested();
  }

  @Override
  public void keeps(String what, Runnable save) {
    console.keeps(what, save);
  }
}
